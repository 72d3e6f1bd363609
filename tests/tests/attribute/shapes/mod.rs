//! The attribute on every shape of function: each fails once, then succeeds, and its body ran twice.

#![deny(warnings)]
#![deny(clippy::pedantic, clippy::nursery)]

mod arguments;
mod bodies;
mod futures;
mod generics;
mod items;
mod lent_self;
mod lints;
mod macros;
mod options;
mod receivers;
mod spans;
mod traits;

use recourse_tests::{Script, busy, ok};

/// Fails once, then gives 1.
fn once_busy() -> Script {
    Script::new([busy(), ok(1)])
}

/// Compiles where the future can be sent.
const fn send<T: Send>(future: T) -> T {
    future
}
