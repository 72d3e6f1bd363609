//! The shapes of functions once more, in edition 2021.

#[path = "../../tests/attribute/shapes/mod.rs"]
mod shapes;
