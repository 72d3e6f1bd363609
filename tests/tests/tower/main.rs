//! Operators on tower layers (`algebra`), and layers with the mechanisms of this library (`layers`).

mod algebra;
mod layers;
mod storm;
mod support;
