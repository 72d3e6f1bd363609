//! One branch, in its slot from the beginning to the end, and what was written behind it.

use super::decide::{Decide, Decider, FirstCompletion, FirstSuccess};
use super::ending::Rules;
use super::fate::Fate;
use super::finish::{Finish, Plainly, Through};
use super::mark::Since;
use super::slot::{End, Look, Over, Slot, SlotOwn, Stage};
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::fmt;
use std::marker::PhantomData;
use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

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

pin_project! {
    /// One branch.
    pub struct Branch<D: Decider, S, F, E, M, A, T> {
        #[pin]
        slot: Slot<S, F, M, E, D::Mark>,
        after: A,
        kind: PhantomData<fn() -> (D, T)>,
    }
}

impl<D: Decider, S, F, E, M, A, T> fmt::Debug for Branch<D, S, F, E, M, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Branch").field(&self.slot.stage()).finish()
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
    Branch::new(Slot::Waiting { start, finish: Plainly }, ())
}

/// A branch of a race where the first completion wins.
pub fn first<S, I>(start: S) -> Fresh<FirstCompletion, S, I::IntoFuture, I::Output>
where
    S: FnOnce() -> I,
    I: IntoFuture,
{
    Branch::new(Slot::Waiting { start, finish: Plainly }, ())
}

impl<D: Decider, S, F, E, M, A, T> Branch<D, S, F, E, M, A, T> {
    const fn new(slot: Slot<S, F, M, E, D::Mark>, after: A) -> Self {
        Self { slot, after, kind: PhantomData }
    }

    /// The same branch, which decides otherwise, with another function behind it.
    pub(super) fn turn_into<C: Decider, G, N, U>(self, finish: impl FnOnce(M) -> N) -> Branch<C, S, F, G, N, A, U> {
        let slot = match self.slot {
            Slot::Waiting { start, finish: old } => Slot::Waiting { start, finish: finish(old) },
            Slot::Over { how } => Slot::Over { how },
            Slot::Running { .. } | Slot::Failed { .. } | Slot::Spent => {
                unreachable!("a race is put together before it is polled")
            }
        };
        Branch::new(slot, self.after)
    }
}

/// `=> MAP`
pub fn map<D: Decider, S, F, E, M, T, U>(
    branch: Branch<D, S, F, E, Plainly, (), T>,
    map: M,
) -> Branch<D, S, F, E, Through<M>, (), U>
where
    M: FnOnce(T) -> U,
{
    branch.turn_into(|Plainly| Through(map))
}

/// `after D`
pub fn after<D: Decider, S, F, E, M, T>(
    branch: Branch<D, S, F, E, M, (), T>,
    gap: Duration,
) -> Branch<D, S, F, E, M, After, T> {
    Branch::new(branch.slot, After(gap))
}

/// `if EXPR`
pub fn enabled<D: Decider, S, F, E, M, A, T>(
    mut branch: Branch<D, S, F, E, M, A, T>,
    enabled: bool,
) -> Branch<D, S, F, E, M, A, T> {
    if !enabled {
        branch.slot = Slot::Over { how: Over::Disabled };
    }
    branch
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

impl<D: Decider, S, F, E, M, A, T> Fits<T> for Branch<D, S, F, E, M, A, T> {
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
    /// When it ended; `None` where it never started.
    fn end(&self) -> Option<End>;
    /// Where it runs since nobody knows when, it runs since this moment.
    fn mark(self: Pin<&mut Self>, now: Instant);
    /// Starts the branch where it waits and is to start, and polls it where it runs.
    fn look<R: Rules>(self: Pin<&mut Self>, start: Option<Since>, cx: &mut Context<'_>) -> Look<Self::Success>;
    /// Drops what is left of it. What dropping it before it started can be seen by, is dropped with those that never start.
    fn spend(self: Pin<&mut Self>, never_started: bool);
    /// Drops it where it is at this stage, and keeps its fate.
    fn lose(self: Pin<&mut Self>, stage: Stage);
    fn fate(self: Pin<&mut Self>) -> Fate<Self::Error>;
}

impl<D, S, I, F, M, A> Arm for Branch<D, S, F, D::Error, M, A, M::Out>
where
    S: FnOnce() -> I,
    I: IntoFuture<IntoFuture = F, Output = F::Output>,
    F: Future,
    D: Decide<F::Output> + Decider,
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
        self.slot.stage()
    }

    fn end(&self) -> Option<End> {
        self.slot.end()
    }

    fn mark(self: Pin<&mut Self>, now: Instant) {
        self.project().slot.mark(Since::at(now));
    }

    #[inline]
    fn look<R: Rules>(self: Pin<&mut Self>, start: Option<Since>, cx: &mut Context<'_>) -> Look<M::Out> {
        let mut slot = self.project().slot;
        if !R::CAUGHT {
            return slot.look::<D, I>(start, cx);
        }
        let since = slot.since().or(start);
        // A branch that panicked is never looked at again, so what it left half done is seen by nobody but what it borrows.
        let looked = catch_unwind(AssertUnwindSafe(|| slot.as_mut().look::<D, I>(start, cx)));
        looked.unwrap_or_else(|_| {
            slot.set(Slot::Over { how: Over::Panicked(since.took(Instant::now)) });
            Look::Failed
        })
    }

    #[inline]
    fn spend(self: Pin<&mut Self>, never_started: bool) {
        // Most branches are spent without asking what they are.
        if needs_drop::<S>() || needs_drop::<M>() {
            if never_started != (self.stage() == Stage::Waiting) {
                return;
            }
        } else if never_started {
            return;
        }
        self.project().slot.set(Slot::Spent);
    }

    fn lose(self: Pin<&mut Self>, stage: Stage) {
        let how = match stage {
            Stage::Waiting => Over::NotStarted,
            Stage::Running => Over::Cancelled,
            Stage::Over => return,
        };
        if self.stage() == stage {
            self.project().slot.set(Slot::Over { how });
        }
    }

    fn fate(self: Pin<&mut Self>) -> Fate<D::Error> {
        match self.project().slot.project_replace(Slot::Spent) {
            SlotOwn::Failed { error, .. } => Fate::Failed(error),
            SlotOwn::Over { how: Over::Cancelled } => Fate::Cancelled,
            SlotOwn::Over { how: Over::NotStarted } => Fate::NotStarted,
            SlotOwn::Over { how: Over::Disabled } => Fate::Disabled,
            SlotOwn::Over { how: Over::Panicked(_) } => Fate::Panicked,
            SlotOwn::Spent | SlotOwn::Waiting { .. } | SlotOwn::Running { .. } => {
                unreachable!("a race is lost when all its branches are over, and then none has won")
            }
        }
    }
}
