//! `first` as a method: turns the branches of a race for the first success into branches that win with whatever they return.
//!
//! The option `first` in `race!` builds its branches with another decider from the start. The method comes when the branches
//! exist, so it wraps their deciders: [`Completion`] puts the answer of the old one back into a `Result` or an `Option`. Branches
//! of any other output can only be put together by the option, since nothing says what their success is.

use super::build::Branch;
use super::decide::Decide;
use super::list::{And, NoBranch};
use super::stamp::NoStamp;
use crate::race::error::NoValue;
use std::convert::Infallible;

/// Wins with every output; the function behind `=>`, which belongs to the wrapped decider, still maps successes only.
#[expect(missing_debug_implementations, reason = "functions have no `Debug`")]
pub struct Completion<D>(D);

impl<T, E, D: Decide<Result<T, E>, Error = E>> Decide<Result<T, E>> for Completion<D> {
    type Success = Result<D::Success, E>;
    type Error = Infallible;
    type Stamp = NoStamp;
    type Decider = Self;

    fn decide(self, output: Result<T, E>) -> Result<Self::Success, Infallible> {
        Ok(self.0.decide(output))
    }
}

impl<T, D: Decide<Option<T>, Error = NoValue>> Decide<Option<T>> for Completion<D> {
    type Success = Option<D::Success>;
    type Error = Infallible;
    type Stamp = NoStamp;
    type Decider = Self;

    fn decide(self, output: Option<T>) -> Result<Self::Success, Infallible> {
        Ok(self.0.decide(output).ok())
    }
}

/// The success of a branch that wins with whatever it returns.
type Completed<D, F> = <Completion<D> as Decide<<F as Future>::Output>>::Success;

type Completing<D, S, F, A> = Branch<Completion<D>, S, F, Infallible, NoStamp, A, Completed<D, F>>;

/// A branch, or a list of branches, for the first success that can be turned into one for the first completion.
pub trait Complete {
    type Completing;
    fn complete(self) -> Self::Completing;
}

impl<D, S, F, E, K, A, T> Complete for Branch<D, S, F, E, K, A, T>
where
    F: Future,
    Completion<D>: Decide<F::Output>,
{
    type Completing = Completing<D, S, F, A>;

    fn complete(self) -> Self::Completing {
        self.with_decider(Completion)
    }
}

// The empty list names the success of all branches. Here, behind it, is the first branch that decides anew what that is.
impl<D, S, F, E, K, A, T> Complete for And<NoBranch<T>, Branch<D, S, F, E, K, A, T>>
where
    F: Future,
    Completion<D>: Decide<F::Output>,
{
    type Completing = And<NoBranch<Completed<D, F>>, Completing<D, S, F, A>>;

    fn complete(self) -> Self::Completing {
        And { init: NoBranch::NEW, branch: self.branch.complete() }
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
