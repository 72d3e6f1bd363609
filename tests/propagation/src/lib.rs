//! Random headers, and what holds for each of them.

pub mod check;
pub mod mutate;
#[path = "../../documents/src/rng.rs"]
pub mod rng;
