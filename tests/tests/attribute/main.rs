//! The attribute: its options, the functions that can carry it, and its expansion.

mod auto_traits;
mod by_ref;
mod closures;
mod depth;
mod hygiene;
mod on_reject;
mod shapes;
mod shapes_of_2024;
