//! What the tests of documents share: random numbers, random documents, mutations, and what holds for every document.

pub mod check;
pub mod generate;
pub mod mutate;
pub mod rng;
