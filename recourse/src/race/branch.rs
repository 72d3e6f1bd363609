//! One branch: not started yet, running, or over. It lives in its slot from the beginning to the end.

use super::decide::{Decide, FirstCompletion, FirstSuccess};
use super::fate::Fate;
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// What becomes of a success: the function behind `=>`, or nothing.
pub trait Finish<T> {
    type Out;
    fn finish(self, value: T) -> Self::Out;
}

/// The success, as it is.
#[derive(Debug)]
pub struct Plainly;

impl<T> Finish<T> for Plainly {
    type Out = T;

    #[inline]
    fn finish(self, value: T) -> T {
        value
    }
}

/// The success, through a function.
#[expect(missing_debug_implementations, reason = "a function")]
pub struct Through<M>(M);

impl<T, U, M: FnOnce(T) -> U> Finish<T> for Through<M> {
    type Out = U;

    #[inline]
    fn finish(self, value: T) -> U {
        (self.0)(value)
    }
}

/// When a branch starts: with the others, or after a gap of its own.
pub trait Start {
    fn after(&self) -> Option<Duration>;
}

impl Start for () {
    fn after(&self) -> Option<Duration> {
        None
    }
}

/// `after D`
#[derive(Debug)]
pub struct After(pub(super) Duration);

impl Start for After {
    fn after(&self) -> Option<Duration> {
        Some(self.0)
    }
}

/// How a branch ended that has no error to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Won,
    Cancelled,
    NotStarted,
    Disabled,
    Panicked,
}

pin_project! {
    #[project = SlotProj]
    #[project_replace = SlotOwn]
    enum Slot<S, F, M, E> {
        Waiting { start: S, finish: M },
        Running { #[pin] future: F, finish: M },
        Failed { error: E, end: Option<Instant> },
        Over { how: Over, end: Option<Instant> },
    }
}

pin_project! {
    /// One branch.
    pub struct Branch<D, S, F, E, M, A, T> {
        #[pin]
        slot: Slot<S, F, M, E>,
        after: A,
        kind: PhantomData<fn() -> (D, T)>,
    }
}

impl<D, S, F, E, M, A, T> fmt::Debug for Branch<D, S, F, E, M, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.slot {
            Slot::Waiting { .. } => "Waiting",
            Slot::Running { .. } => "Running",
            Slot::Failed { .. } => "Failed",
            Slot::Over { .. } => "Over",
        })
    }
}

/// A branch with nothing behind it.
type Fresh<D, S, F, O> =
    Branch<<D as Decide<O>>::Decider, S, F, <D as Decide<O>>::Error, Plainly, (), <D as Decide<O>>::Success>;

/// A branch of a race where the first success wins.
pub fn branch<S, I>(start: S) -> Fresh<FirstSuccess, S, I::IntoFuture, I::Output>
where
    S: FnOnce() -> I,
    I: IntoFuture,
    FirstSuccess: Decide<I::Output>,
{
    Branch::new(start)
}

/// A branch of a race where the first completion wins.
pub fn first<S, I>(start: S) -> Fresh<FirstCompletion, S, I::IntoFuture, I::Output>
where
    S: FnOnce() -> I,
    I: IntoFuture,
{
    Branch::new(start)
}

impl<D, S, F, E, T> Branch<D, S, F, E, Plainly, (), T> {
    const fn new(start: S) -> Self {
        Self { slot: Slot::Waiting { start, finish: Plainly }, after: (), kind: PhantomData }
    }
}

/// `=> MAP`
pub fn map<D, S, F, E, M, T, U>(
    branch: Branch<D, S, F, E, Plainly, (), T>,
    map: M,
) -> Branch<D, S, F, E, Through<M>, (), U>
where
    M: FnOnce(T) -> U,
{
    let slot = match branch.slot {
        Slot::Waiting { start, .. } => Slot::Waiting { start, finish: Through(map) },
        Slot::Running { .. } | Slot::Failed { .. } | Slot::Over { .. } => {
            unreachable!("a race is put together before it is polled")
        }
    };
    Branch { slot, after: (), kind: PhantomData }
}

/// `after D`
pub fn after<D, S, F, E, M, T>(branch: Branch<D, S, F, E, M, (), T>, gap: Duration) -> Branch<D, S, F, E, M, After, T> {
    Branch { slot: branch.slot, after: After(gap), kind: PhantomData }
}

/// `if EXPR`
pub fn enabled<D, S, F, E, M, A, T>(
    mut branch: Branch<D, S, F, E, M, A, T>,
    enabled: bool,
) -> Branch<D, S, F, E, M, A, T> {
    if !enabled {
        branch.slot = Slot::Over { how: Over::Disabled, end: None };
    }
    branch
}

/// What came of a look at a branch.
pub enum Look<T> {
    Won(T),
    /// It failed just now, and is gone.
    Failed,
    /// Nothing of interest.
    Nothing,
}

impl<T> fmt::Debug for Look<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Look::Won(_) => "Won",
            Look::Failed => "Failed",
            Look::Nothing => "Nothing",
        })
    }
}

/// Where a branch is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Waiting,
    Running,
    Over,
}

/// A branch that gives this success.
///
/// What is put behind others is named through this trait: a branch that does not fit has no such name, so rustc says so at the
/// branch, and has nothing more to say about the race.
#[diagnostic::on_unimplemented(
    message = "a branch of `race!` that gives another success than those before it, which give `{T}`",
    label = "does not give `{T}`",
    note = "turn it into one behind the branch: `load(id) => |row| row.name`"
)]
pub trait Fits<T> {
    type Fitting;
    fn fit(self) -> Self::Fitting;
}

impl<D, S, F, E, M, A, T> Fits<T> for Branch<D, S, F, E, M, A, T> {
    type Fitting = Self;

    fn fit(self) -> Self {
        self
    }
}

/// A branch, as a race sees it.
pub trait Arm {
    type Success;
    type Error;
    fn own_gap(&self) -> Option<Duration>;
    fn stage(&self) -> Stage;
    fn end(&self) -> Option<Instant>;
    /// Starts the branch where it waits and is to start, and polls it where it runs.
    fn look<const CAUGHT: bool>(self: Pin<&mut Self>, start: bool, cx: &mut Context<'_>) -> Look<Self::Success>;
    /// Drops it where it is at this stage.
    fn drop_if(self: Pin<&mut Self>, stage: Stage, end: Option<Instant>);
    fn fate(self: Pin<&mut Self>) -> Fate<Self::Error>;
}

impl<D, S, I, F, M, A> Arm for Branch<D, S, F, D::Error, M, A, M::Out>
where
    S: FnOnce() -> I,
    I: IntoFuture<IntoFuture = F, Output = F::Output>,
    F: Future,
    D: Decide<F::Output>,
    M: Finish<D::Success>,
    A: Start,
{
    type Success = M::Out;
    type Error = D::Error;

    fn own_gap(&self) -> Option<Duration> {
        self.after.after()
    }

    #[inline]
    fn stage(&self) -> Stage {
        match self.slot {
            Slot::Waiting { .. } => Stage::Waiting,
            Slot::Running { .. } => Stage::Running,
            Slot::Failed { .. } | Slot::Over { .. } => Stage::Over,
        }
    }

    fn end(&self) -> Option<Instant> {
        match self.slot {
            Slot::Failed { end, .. } | Slot::Over { end, .. } => end,
            Slot::Waiting { .. } | Slot::Running { .. } => None,
        }
    }

    #[inline]
    fn look<const CAUGHT: bool>(self: Pin<&mut Self>, start: bool, cx: &mut Context<'_>) -> Look<M::Out> {
        let mut slot = self.project().slot;
        if !CAUGHT {
            return slot.look::<D, I>(start, cx);
        }
        // A branch that panicked is never looked at again, so what it left half done is seen by nobody but what it borrows.
        let looked = catch_unwind(AssertUnwindSafe(|| slot.as_mut().look::<D, I>(start, cx)));
        looked.unwrap_or_else(|_| {
            slot.set(Slot::Over { how: Over::Panicked, end: Some(Instant::now()) });
            Look::Failed
        })
    }

    fn drop_if(self: Pin<&mut Self>, stage: Stage, end: Option<Instant>) {
        let how = match stage {
            Stage::Waiting => Over::NotStarted,
            Stage::Running => Over::Cancelled,
            Stage::Over => return,
        };
        if self.stage() == stage {
            self.project().slot.set(Slot::Over { how, end });
        }
    }

    fn fate(self: Pin<&mut Self>) -> Fate<D::Error> {
        let over = Slot::Over { how: Over::Won, end: None };
        match self.project().slot.project_replace(over) {
            SlotOwn::Failed { error, .. } => Fate::Failed(error),
            SlotOwn::Over { how: Over::Cancelled, .. } => Fate::Cancelled,
            SlotOwn::Over { how: Over::NotStarted, .. } => Fate::NotStarted,
            SlotOwn::Over { how: Over::Disabled, .. } => Fate::Disabled,
            SlotOwn::Over { how: Over::Panicked, .. } => Fate::Panicked,
            SlotOwn::Over { how: Over::Won, .. } | SlotOwn::Waiting { .. } | SlotOwn::Running { .. } => {
                unreachable!("a race is lost when all its branches are over, and then none has won")
            }
        }
    }
}

impl<S, F, M, E> Slot<S, F, M, E>
where
    F: Future,
{
    #[inline]
    fn look<D, I>(mut self: Pin<&mut Self>, start: bool, cx: &mut Context<'_>) -> Look<M::Out>
    where
        S: FnOnce() -> I,
        I: IntoFuture<IntoFuture = F, Output = F::Output>,
        D: Decide<F::Output, Error = E>,
        M: Finish<D::Success>,
    {
        const WON: Over = Over::Won;
        if start && matches!(*self, Slot::Waiting { .. }) {
            let gone = Slot::Over { how: WON, end: None };
            if let SlotOwn::Waiting { start, finish } = self.as_mut().project_replace(gone) {
                let future = start().into_future();
                self.set(Slot::Running { future, finish });
            }
        }
        let SlotProj::Running { future, .. } = self.as_mut().project() else { return Look::Nothing };
        let Poll::Ready(outcome) = future.poll(cx) else { return Look::Nothing };
        match D::decide(outcome) {
            // The future is dropped here, and then its success goes through the function.
            Ok(value) => match self.project_replace(Slot::Over { how: WON, end: None }) {
                SlotOwn::Running { finish, .. } => Look::Won(finish.finish(value)),
                _ => Look::Nothing,
            },
            Err(error) => {
                self.set(Slot::Failed { error, end: Some(Instant::now()) });
                Look::Failed
            }
        }
    }
}
