//! The attribute: its options, and every shape of function that can carry it.

mod auto_traits;
mod by_ref;
mod depth;
mod hygiene;
mod on_reject;
mod shapes;
mod shapes_of_2024;
