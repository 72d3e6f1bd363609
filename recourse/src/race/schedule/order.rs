//! In which order the branches that run are polled in a pass.

use crate::race::branch::{Branches, Found, StartedAt};
use crate::race::error::Ending;
use std::pin::Pin;
use std::task::Context;

/// The branch that is polled first in the next pass, in an array of one byte; an empty array for declared order.
///
/// The array makes both orders one type, and yet a race in declared order has neither a byte for it nor code that looks at it.
#[derive(Debug)]
pub struct PollOrder<const FAIR: usize>([u8; FAIR]);

/// The first declared branch is polled first in each pass.
pub(in crate::race) type DeclaredOrder = PollOrder<0>;

/// Each pass begins one branch later than the pass before.
pub(in crate::race) type RotatingOrder = PollOrder<1>;

impl<const FAIR: usize> PollOrder<FAIR> {
    pub(in crate::race) const NEW: Self = Self([0; FAIR]);

    fn first_branch(&mut self, count: usize) -> usize {
        let Some(next) = self.0.first_mut() else { return 0 };
        let first = usize::from(*next);
        // A race has at most 16 branches.
        *next = u8::try_from((first + 1) % count.max(1)).unwrap_or(0);
        first
    }

    /// Polls each branch once, until one wins. Branches that wait are started before, if there is a `start`.
    #[inline]
    pub(super) fn pass<X: Ending, B: Branches>(
        &mut self,
        mut branches: Pin<&mut B>,
        start: Option<StartedAt>,
        found: &mut Found,
        cx: &mut Context<'_>,
    ) -> Option<B::Success> {
        let first = self.first_branch(B::COUNT);
        if first == 0 {
            return branches.poll_branches::<X>(|_| true, start, found, cx);
        }
        // A list can only be walked from its first branch, so the walk is done twice, over one part of it each time.
        let won = branches.as_mut().poll_branches::<X>(|index| index >= first, start, found, cx);
        won.or_else(|| branches.poll_branches::<X>(|index| index < first, start, found, cx))
    }
}
