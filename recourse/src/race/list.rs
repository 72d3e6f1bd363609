//! The branches of a race, in declared order: a list of types, each branch in its own slot, all in the race itself.

use super::branch::{Arm, Fits};
use super::ending::Rules;
use super::entries::Push;
use super::fate::Fate;
use super::mark::Since;
use super::slot::{End, Look, Stage};
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

/// No branch yet. The first one says what a success is.
#[derive(Debug)]
pub struct Nothing<T>(PhantomData<fn() -> T>);

pin_project! {
    /// Branches, and one behind them.
    #[derive(Debug)]
    pub struct And<I, B> {
        #[pin]
        pub(super) init: I,
        #[pin]
        pub(super) branch: B,
    }
}

impl<T> Nothing<T> {
    pub(super) const NEW: Self = Self(PhantomData);
}

pub const fn end<T>() -> Nothing<T> {
    Nothing::NEW
}

/// Puts a branch behind others, which gives the same success as they do.
pub fn and<I: Branches, B: Fits<I::Success>>(init: I, branch: B) -> And<I, B::Fitting> {
    And { init, branch: branch.fit() }
}

/// What was seen of the branches that were looked at.
#[derive(Debug, Default)]
pub struct Seen {
    pub(super) failed: bool,
    /// Some run, and were started in this look.
    pub(super) started: bool,
    pub(super) running: bool,
}

/// All branches of a race. What takes a pinned self goes from the first branch to the last.
pub trait Branches {
    const COUNT: usize;
    type Success;
    type Errors;
    type Fates;
    /// True where one may still win.
    fn alive(&self) -> bool;
    /// The first branch that waits, with its own gap or without one.
    fn waiting(&self, with_gap: bool) -> Option<(usize, Option<Duration>)>;
    /// True once a branch was started.
    fn begun(&self) -> bool;
    /// Looks at some branches, until one wins. Starts those that wait, where there is a start for them.
    fn look<R: Rules>(
        self: Pin<&mut Self>,
        which: impl Fn(usize) -> bool + Copy,
        start: Option<Since>,
        seen: &mut Seen,
        cx: &mut Context<'_>,
    ) -> Option<Self::Success>;
    /// What runs since nobody knows when, runs since this moment.
    fn mark(self: Pin<&mut Self>, now: Instant);
    /// Drops what is left of the branches; of those that never started what dropping it can be seen by, or all else.
    fn spend(self: Pin<&mut Self>, never_started: bool);
    /// Drops the branches that are at this stage, and keeps their fates.
    fn lose(self: Pin<&mut Self>, stage: Stage);
    /// When each branch ended that was started.
    fn ends(&self, see: &mut dyn FnMut(usize, End));
    fn errors(self: Pin<&mut Self>) -> Self::Errors;
    fn fates(self: Pin<&mut Self>) -> Self::Fates;
}

impl<T> Branches for Nothing<T> {
    const COUNT: usize = 0;
    type Success = T;
    type Errors = ();
    type Fates = ();

    fn alive(&self) -> bool {
        false
    }

    fn begun(&self) -> bool {
        false
    }

    fn waiting(&self, _: bool) -> Option<(usize, Option<Duration>)> {
        None
    }

    #[inline]
    fn look<R: Rules>(
        self: Pin<&mut Self>,
        _: impl Fn(usize) -> bool + Copy,
        _: Option<Since>,
        _: &mut Seen,
        _: &mut Context<'_>,
    ) -> Option<T> {
        None
    }

    fn mark(self: Pin<&mut Self>, _: Instant) {}

    #[inline]
    fn spend(self: Pin<&mut Self>, _: bool) {}

    fn lose(self: Pin<&mut Self>, _: Stage) {}

    fn ends(&self, _: &mut dyn FnMut(usize, End)) {}

    fn errors(self: Pin<&mut Self>) {}

    fn fates(self: Pin<&mut Self>) {}
}

impl<I, B> Branches for And<I, B>
where
    I: Branches<Errors: Push<B::Error>, Fates: Push<Fate<B::Error>>>,
    B: Arm<Success = I::Success>,
{
    const COUNT: usize = I::COUNT + 1;
    type Success = I::Success;
    type Errors = <I::Errors as Push<B::Error>>::Out;
    type Fates = <I::Fates as Push<Fate<B::Error>>>::Out;

    fn alive(&self) -> bool {
        self.init.alive() || self.branch.stage() != Stage::Over
    }

    fn begun(&self) -> bool {
        self.init.begun() || self.branch.stage() == Stage::Running || self.branch.end().is_some()
    }

    fn waiting(&self, with_gap: bool) -> Option<(usize, Option<Duration>)> {
        let own = self.branch.own_gap();
        let here = || (self.branch.stage() == Stage::Waiting && own.is_some() == with_gap).then_some((I::COUNT, own));
        self.init.waiting(with_gap).or_else(here)
    }

    #[inline]
    fn look<R: Rules>(
        self: Pin<&mut Self>,
        which: impl Fn(usize) -> bool + Copy,
        start: Option<Since>,
        seen: &mut Seen,
        cx: &mut Context<'_>,
    ) -> Option<Self::Success> {
        let mut this = self.project();
        // Losers are dropped on the way back, which is declared order: the winner has dropped itself.
        if let Some(won) = this.init.as_mut().look::<R>(which, start, seen, cx) {
            this.branch.spend(false);
            return Some(won);
        }
        if which(I::COUNT) {
            match this.branch.look::<R>(start, cx) {
                Look::Won(value) => {
                    this.init.spend(false);
                    return Some(value);
                }
                Look::Failed => seen.failed = true,
                Look::Started => (seen.started, seen.running) = (true, true),
                Look::Running => seen.running = true,
                Look::Nothing => {}
            }
        }
        None
    }

    fn mark(self: Pin<&mut Self>, now: Instant) {
        let this = self.project();
        this.init.mark(now);
        this.branch.mark(now);
    }

    #[inline]
    fn spend(self: Pin<&mut Self>, never_started: bool) {
        let this = self.project();
        this.init.spend(never_started);
        this.branch.spend(never_started);
    }

    fn lose(self: Pin<&mut Self>, stage: Stage) {
        let this = self.project();
        this.init.lose(stage);
        this.branch.lose(stage);
    }

    fn ends(&self, see: &mut dyn FnMut(usize, End)) {
        self.init.ends(see);
        if let Some(end) = self.branch.end() {
            see(I::COUNT, end);
        }
    }

    fn errors(self: Pin<&mut Self>) -> Self::Errors {
        let this = self.project();
        let errors = this.init.errors();
        match this.branch.fate() {
            Fate::Failed(error) => errors.push(error),
            _ => unreachable!("without a deadline, an `if` or `panics = lose` a branch that is over has failed"),
        }
    }

    fn fates(self: Pin<&mut Self>) -> Self::Fates {
        let this = self.project();
        this.init.fates().push(this.branch.fate())
    }
}
