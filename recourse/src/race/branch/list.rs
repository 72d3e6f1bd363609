//! The branches of a race in declared order: a list as a type, `And<And<NoBranch, Branch>, Branch>`, held in the race itself.
//!
//! # Design notes
//!
//! - The list is generic over its length, instead of one struct for each number of branches. Each level knows its own branch only,
//!   and what a race does not use is not compiled.
//! - When a branch wins, the remaining branches are dropped while the recursive poll returns. Each level drops its own branch, so
//!   nothing has to remember which branch won. By `--bench race`, `race!` costs 0.5 to 0.75 of `race_ok` of
//!   futures-concurrency. `first` costs as much as its `race` if the first branch is ready at once, and 0.5 ns more otherwise:
//!   branches start lazily here, and are dropped before the race returns.

use super::race_branch::{DropRound, RaceBranch};
use super::stamp::StartedAt;
use super::state::{BranchPoll, EndTime, Stage};
use crate::race::error::Ending;
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

/// The empty list. Its `T` is the success of all branches that follow, and is inferred from the first of them.
#[derive(Debug)]
pub struct NoBranch<T>(PhantomData<fn() -> T>);

pin_project! {
    /// A list, and the branch after it.
    #[derive(Debug)]
    pub struct And<I, B> {
        #[pin]
        pub(super) front: I,
        #[pin]
        pub(super) branch: B,
    }
}

impl<T> NoBranch<T> {
    pub(super) const NEW: Self = Self(PhantomData);
}

pub const fn no_branch<T>() -> NoBranch<T> {
    NoBranch::NEW
}

/// Adds a branch to others that have the same success.
pub fn and<I: Branches, B: RaceBranch<I::Success>>(front: I, branch: B) -> And<I, B::This> {
    And { front, branch: branch.this() }
}

/// What a pass over the branches found, besides a winner.
#[derive(Debug, Default)]
pub struct Found {
    pub(in crate::race) failed: bool,
    /// A branch was started and runs.
    pub(in crate::race) started: bool,
    pub(in crate::race) running: bool,
}

/// All branches of a race. Methods with a pinned `self` go from the first declared branch to the last.
pub trait Branches {
    const COUNT: usize;
    type Success;
    /// The entries of an error, in nested pairs: `(((), A), B)`.
    type Pairs<X: Ending>;

    /// Returns true if some branch may still win.
    fn may_win(&self) -> bool;
    /// Returns true after the first poll that could start a branch.
    fn has_begun(&self) -> bool;
    /// Returns the first branch that waits and has, or has not, a gap of its own; with that gap.
    fn next_waiting(&self, with_gap: bool) -> Option<(usize, Option<Duration>)>;
    /// Polls the selected branches until one wins. If there is a `start_at`, those that wait are started before they are polled.
    ///
    /// When a branch wins, the others that have started are dropped before this method returns.
    fn poll_branches<X: Ending>(
        self: Pin<&mut Self>,
        selected: impl Fn(usize) -> bool + Copy,
        start_at: Option<StartedAt>,
        found: &mut Found,
        cx: &mut Context<'_>,
    ) -> Option<Self::Success>;
    /// Takes `now` as the start of all branches that run and were started without reading the clock.
    fn stamp(self: Pin<&mut Self>, now: Instant);
    /// Drops what the branches of this round still hold.
    fn drop_round(self: Pin<&mut Self>, round: DropRound);
    /// Ends the branches that are in this stage without an error: `Cancelled` if they run, `NotStarted` if they wait.
    fn end_in(self: Pin<&mut Self>, stage: Stage);
    /// Calls `see` with the index and the end of each branch that was started.
    fn each_end_time(&self, see: &mut dyn FnMut(usize, EndTime));
    /// Takes the entries of the error. All branches have ended, and none has won.
    fn take_pairs<X: Ending>(self: Pin<&mut Self>) -> Self::Pairs<X>;
}

impl<T> Branches for NoBranch<T> {
    const COUNT: usize = 0;
    type Success = T;
    type Pairs<X: Ending> = ();

    fn may_win(&self) -> bool {
        false
    }

    fn has_begun(&self) -> bool {
        false
    }

    fn next_waiting(&self, _: bool) -> Option<(usize, Option<Duration>)> {
        None
    }

    #[inline]
    fn poll_branches<X: Ending>(
        self: Pin<&mut Self>,
        _: impl Fn(usize) -> bool + Copy,
        _: Option<StartedAt>,
        _: &mut Found,
        _: &mut Context<'_>,
    ) -> Option<T> {
        None
    }

    fn stamp(self: Pin<&mut Self>, _: Instant) {}

    #[inline]
    fn drop_round(self: Pin<&mut Self>, _: DropRound) {}

    fn end_in(self: Pin<&mut Self>, _: Stage) {}

    fn each_end_time(&self, _: &mut dyn FnMut(usize, EndTime)) {}

    fn take_pairs<X: Ending>(self: Pin<&mut Self>) {}
}

impl<I, B> Branches for And<I, B>
where
    I: Branches,
    B: RaceBranch<I::Success>,
{
    const COUNT: usize = I::COUNT + 1;
    type Success = I::Success;
    type Pairs<X: Ending> = (I::Pairs<X>, X::Entry<B::Error>);

    fn may_win(&self) -> bool {
        self.front.may_win() || self.branch.stage() != Stage::Done
    }

    fn has_begun(&self) -> bool {
        self.front.has_begun() || self.branch.has_begun()
    }

    fn next_waiting(&self, with_gap: bool) -> Option<(usize, Option<Duration>)> {
        let gap = self.branch.own_gap();
        let this = || (self.branch.stage() == Stage::Waiting && gap.is_some() == with_gap).then_some((I::COUNT, gap));
        self.front.next_waiting(with_gap).or_else(this)
    }

    #[inline]
    fn poll_branches<X: Ending>(
        self: Pin<&mut Self>,
        selected: impl Fn(usize) -> bool + Copy,
        start_at: Option<StartedAt>,
        found: &mut Found,
        cx: &mut Context<'_>,
    ) -> Option<Self::Success> {
        let mut this = self.project();
        // The winner has dropped itself. Levels return from the first branch to the last, so losers are dropped in declared order.
        if let Some(success) = this.front.as_mut().poll_branches::<X>(selected, start_at, found, cx) {
            this.branch.drop_round(DropRound::First);
            return Some(success);
        }
        if selected(I::COUNT) {
            match this.branch.poll_branch::<X>(start_at, cx) {
                BranchPoll::Won(success) => {
                    // The levels before this one have returned already. Those after it drop their branches when it returns.
                    this.front.drop_round(DropRound::First);
                    return Some(success);
                }
                BranchPoll::Failed => found.failed = true,
                BranchPoll::Started => (found.started, found.running) = (true, true),
                BranchPoll::Running => found.running = true,
                BranchPoll::Idle => {}
            }
        }
        None
    }

    fn stamp(self: Pin<&mut Self>, now: Instant) {
        let this = self.project();
        this.front.stamp(now);
        this.branch.stamp(now);
    }

    #[inline]
    fn drop_round(self: Pin<&mut Self>, round: DropRound) {
        let this = self.project();
        this.front.drop_round(round);
        this.branch.drop_round(round);
    }

    fn end_in(self: Pin<&mut Self>, stage: Stage) {
        let this = self.project();
        this.front.end_in(stage);
        this.branch.end_in(stage);
    }

    fn each_end_time(&self, see: &mut dyn FnMut(usize, EndTime)) {
        self.front.each_end_time(see);
        if let Some(end) = self.branch.end_time() {
            see(I::COUNT, end);
        }
    }

    fn take_pairs<X: Ending>(self: Pin<&mut Self>) -> Self::Pairs<X> {
        let this = self.project();
        // The entries before this one are taken first, so that errors are moved in declared order.
        (this.front.take_pairs::<X>(), X::entry(this.branch.take_error()))
    }
}
