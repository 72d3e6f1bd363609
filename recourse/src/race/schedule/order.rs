//! In which order the running branches are polled in a pass.

use crate::race::branch::{Branches, Found, StartedAt};
use crate::race::error::Ending;
use std::pin::Pin;
use std::task::Context;

/// `[u8; 1]`: the branch to poll first in the next pass. `[u8; 0]`: declared order, at no cost in size or code.
///
/// `BYTES` is 1 if the order rotates.
#[derive(Debug)]
pub struct PollOrder<const BYTES: usize>([u8; BYTES]);

/// The first declared branch is polled first in each pass.
pub(in crate::race) type DeclaredOrder = PollOrder<0>;

/// Each pass begins one branch later than the pass before.
pub(in crate::race) type RotatingOrder = PollOrder<1>;

impl<const BYTES: usize> PollOrder<BYTES> {
    pub(in crate::race) const NEW: Self = Self([0; BYTES]);

    fn first_branch(&mut self, count: usize) -> usize {
        let Some(next) = self.0.first_mut() else { return 0 };
        let first = usize::from(*next);
        // A race has at most 16 branches.
        *next = u8::try_from((first + 1) % count.max(1)).unwrap_or(0);
        first
    }

    /// Polls each branch once, until one wins. If there is a `start_at`, branches that wait are started before they are polled.
    #[inline]
    pub(super) fn pass<X: Ending, B: Branches>(
        &mut self,
        mut branches: Pin<&mut B>,
        start_at: Option<StartedAt>,
        found: &mut Found,
        cx: &mut Context<'_>,
    ) -> Option<B::Success> {
        let first = self.first_branch(B::COUNT);
        if first == 0 {
            return branches.poll_branches::<X>(|_| true, start_at, found, cx);
        }
        // A list can only be walked from its first branch, so this takes two walks, each over one part of the list.
        let won = branches.as_mut().poll_branches::<X>(|index| index >= first, start_at, found, cx);
        won.or_else(|| branches.poll_branches::<X>(|index| index < first, start_at, found, cx))
    }
}
