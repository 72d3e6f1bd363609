//! The branches of a race, in declared order: a list of types, each branch in its own slot, all in the race itself.

use super::branch::{Arm, Fits, Look, Stage};
use super::entries::Push;
use super::fate::Fate;
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

/// No branch yet. The first one says what a success is.
#[derive(Debug)]
pub struct End<T>(PhantomData<fn() -> T>);

pin_project! {
    /// Branches, and one behind them.
    #[derive(Debug)]
    pub struct And<I, B> {
        #[pin]
        init: I,
        #[pin]
        branch: B,
    }
}

pub const fn end<T>() -> End<T> {
    End(PhantomData)
}

/// Puts a branch behind others, which gives the same success as they do.
pub fn and<I: Branches, B: Fits<I::Success>>(init: I, branch: B) -> And<I, B::Fitting> {
    And { init, branch: branch.fit() }
}

/// All branches of a race. What takes a pinned self goes from the first branch to the last.
pub trait Branches {
    const COUNT: usize;
    type Success;
    type Errors;
    type Fates;
    /// How many may still win.
    fn alive(&self) -> usize;
    /// The first branch that waits, with its own gap or without one.
    fn waiting(&self, with_gap: bool) -> Option<(usize, Option<Duration>)>;
    /// Looks at some branches, until one wins. Counts those that fail.
    fn look<const CAUGHT: bool>(
        self: Pin<&mut Self>,
        which: impl Fn(usize) -> bool + Copy,
        start: bool,
        failed: &mut usize,
        cx: &mut Context<'_>,
    ) -> Option<Self::Success>;
    /// Drops the branches that are at this stage.
    fn drop_at(self: Pin<&mut Self>, stage: Stage, end: Option<Instant>);
    fn ends(&self, ends: &mut [Option<Instant>]);
    fn errors(self: Pin<&mut Self>) -> Self::Errors;
    fn fates(self: Pin<&mut Self>) -> Self::Fates;
}

impl<T> Branches for End<T> {
    const COUNT: usize = 0;
    type Success = T;
    type Errors = ();
    type Fates = ();

    fn alive(&self) -> usize {
        0
    }

    fn waiting(&self, _: bool) -> Option<(usize, Option<Duration>)> {
        None
    }

    #[inline]
    fn look<const CAUGHT: bool>(
        self: Pin<&mut Self>,
        _: impl Fn(usize) -> bool + Copy,
        _: bool,
        _: &mut usize,
        _: &mut Context<'_>,
    ) -> Option<T> {
        None
    }

    fn drop_at(self: Pin<&mut Self>, _: Stage, _: Option<Instant>) {}

    fn ends(&self, _: &mut [Option<Instant>]) {}

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

    #[inline]
    fn alive(&self) -> usize {
        self.init.alive() + usize::from(self.branch.stage() != Stage::Over)
    }

    fn waiting(&self, with_gap: bool) -> Option<(usize, Option<Duration>)> {
        let own = self.branch.own_gap();
        let here = || (self.branch.stage() == Stage::Waiting && own.is_some() == with_gap).then_some((I::COUNT, own));
        self.init.waiting(with_gap).or_else(here)
    }

    #[inline]
    fn look<const CAUGHT: bool>(
        self: Pin<&mut Self>,
        which: impl Fn(usize) -> bool + Copy,
        start: bool,
        failed: &mut usize,
        cx: &mut Context<'_>,
    ) -> Option<Self::Success> {
        let this = self.project();
        if let Some(won) = this.init.look::<CAUGHT>(which, start, failed, cx) {
            return Some(won);
        }
        if which(I::COUNT) {
            match this.branch.look::<CAUGHT>(start, cx) {
                Look::Won(value) => return Some(value),
                Look::Failed => *failed += 1,
                Look::Nothing => {}
            }
        }
        None
    }

    fn drop_at(self: Pin<&mut Self>, stage: Stage, end: Option<Instant>) {
        let this = self.project();
        this.init.drop_at(stage, end);
        this.branch.drop_if(stage, end);
    }

    fn ends(&self, ends: &mut [Option<Instant>]) {
        self.init.ends(ends);
        if let Some(end) = ends.get_mut(I::COUNT) {
            *end = self.branch.end();
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
