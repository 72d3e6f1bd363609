//! `first`, as a method: the same branches, where each one wins with whatever it gives.

use super::branch::Branch;
use super::decide::{FirstCompletion, FirstSuccess};
use super::ending::{Caught, Completed};
use super::entries::{AllFailed, Fates};
use super::finish::Finish;
use super::list::{And, Nothing};
use std::convert::Infallible;

/// The function behind `=>`, for the success inside of what a branch gives.
#[expect(missing_debug_implementations, reason = "a function")]
pub struct Inside<M>(M);

impl<T, E, M: Finish<T>> Finish<Result<T, E>> for Inside<M> {
    type Out = Result<M::Out, E>;

    fn finish(self, outcome: Result<T, E>) -> Self::Out {
        outcome.map(|value| self.0.finish(value))
    }
}

impl<T, M: Finish<T>> Finish<Option<T>> for Inside<M> {
    type Out = Option<M::Out>;

    fn finish(self, outcome: Option<T>) -> Self::Out {
        outcome.map(|value| self.0.finish(value))
    }
}

/// What a branch gives, its success through the function.
type Given<F, M> = <Inside<M> as Finish<<F as Future>::Output>>::Out;

type Completing<S, F, M, A> = Branch<FirstCompletion, S, F, Infallible, Inside<M>, A, Given<F, M>>;

/// Branches whose first completion may win, where it was their first success.
pub trait Complete {
    type Completing;
    fn complete(self) -> Self::Completing;
}

impl<S, F, E, M, A, T> Complete for Branch<FirstSuccess, S, F, E, M, A, T>
where
    F: Future,
    Inside<M>: Finish<F::Output>,
{
    type Completing = Completing<S, F, M, A>;

    fn complete(self) -> Self::Completing {
        self.turn_into(Inside)
    }
}

impl<S, F, E, M, A, T> Complete for And<Nothing<T>, Branch<FirstSuccess, S, F, E, M, A, T>>
where
    F: Future,
    Inside<M>: Finish<F::Output>,
{
    type Completing = And<Nothing<Given<F, M>>, Completing<S, F, M, A>>;

    fn complete(self) -> Self::Completing {
        And { init: Nothing::NEW, branch: self.branch.complete() }
    }
}

impl<I, C, B> Complete for And<And<I, C>, B>
where
    And<I, C>: Complete,
    B: Complete,
{
    type Completing = And<<And<I, C> as Complete>::Completing, B::Completing>;

    fn complete(self) -> Self::Completing {
        And { init: self.init.complete(), branch: self.branch.complete() }
    }
}

/// What the same race ends in where the first completion wins.
pub trait CompletionOf {
    type Completion;
}

impl CompletionOf for AllFailed {
    type Completion = Completed;
}

impl CompletionOf for Fates {
    type Completion = Fates;
}

impl CompletionOf for Caught {
    type Completion = Caught;
}
