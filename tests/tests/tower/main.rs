//! The operators on tower layers (`algebra`), and the layers with the mechanisms of this library (`layers`).

mod algebra;
mod layers;
mod storm;
