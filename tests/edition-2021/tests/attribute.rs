//! The shapes of functions once more, in edition 2021.

// Formatted where they are at home, in the style of edition 2024.
#[rustfmt::skip]
#[path = "../../tests/attribute/shapes/mod.rs"]
mod shapes;
