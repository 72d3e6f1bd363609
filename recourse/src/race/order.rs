//! In which order branches are polled in a pass.

use super::ending::Rules;
use super::list::{Branches, Seen};
use super::mark::Since;
use std::pin::Pin;
use std::task::Context;

/// Who is polled first.
pub trait Order {
    const NEW: Self;
    /// The branch that is polled first in this pass, of so many.
    fn first(&mut self, of: usize) -> usize;
}

/// The first one that was declared.
#[derive(Debug)]
pub struct Declared;

impl Order for Declared {
    const NEW: Self = Self;

    #[inline]
    fn first(&mut self, _: usize) -> usize {
        0
    }
}

/// Another one in each pass.
#[derive(Debug)]
pub struct Rotating(usize);

impl Order for Rotating {
    const NEW: Self = Self(0);

    fn first(&mut self, of: usize) -> usize {
        let first = self.0;
        self.0 = (first + 1) % of.max(1);
        first
    }
}

/// Looks at all branches once, until one wins.
#[inline]
pub(super) fn pass<R: Rules, B: Branches, O: Order>(
    order: &mut O,
    mut branches: Pin<&mut B>,
    start: Option<Since>,
    seen: &mut Seen,
    cx: &mut Context<'_>,
) -> Option<B::Success> {
    let first = order.first(B::COUNT);
    if first == 0 {
        return branches.look::<R>(|_| true, start, seen, cx);
    }
    let won = branches.as_mut().look::<R>(|at| at >= first, start, seen, cx);
    won.or_else(|| branches.look::<R>(|at| at < first, start, seen, cx))
}
