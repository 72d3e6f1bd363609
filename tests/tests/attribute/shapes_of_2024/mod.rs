//! Shapes that only exist since edition 2024; the others are in `shapes`, which runs in edition 2021 as well.

#![deny(warnings)]
#![deny(clippy::pedantic, clippy::nursery)]

mod captured_lifetimes;
mod let_chains;
mod tail_temporaries;

use recourse_tests::{Script, busy, ok};

/// Fails once, then gives 1.
fn once_busy() -> Script {
    Script::new([busy(), ok(1)])
}
