//! `first` as a method: turns the branches of a race for the first success into branches that win with whatever they return.
//!
//! The option `first` in `race!` builds its branches with another decider from the start. The method comes when the branches
//! exist, so it wraps their deciders: [`AnyOutput`] puts the answer of the old one back into a `Result` or an `Option`. Branches
//! of any other output can only be put together by the option, since nothing says what their success is.

use super::decide::Decide;
use super::list::{And, NoBranch};
use super::single::Branch;
use super::stamp::NoStamp;
use crate::race::error::NoValue;
use std::convert::Infallible;

/// Wins with every output; the function after `=>`, which belongs to the wrapped decider, still maps successes only.
#[expect(missing_debug_implementations, reason = "functions have no `Debug`")]
pub struct AnyOutput<D>(D);

impl<T, E, D: Decide<Result<T, E>, Error = E>> Decide<Result<T, E>> for AnyOutput<D> {
    type Success = Result<D::Success, E>;
    type Error = Infallible;
    type Stamp = NoStamp;
    type Decider = Self;

    fn decide(self, output: Result<T, E>) -> Result<Self::Success, Infallible> {
        Ok(self.0.decide(output))
    }
}

impl<T, D: Decide<Option<T>, Error = NoValue>> Decide<Option<T>> for AnyOutput<D> {
    type Success = Option<D::Success>;
    type Error = Infallible;
    type Stamp = NoStamp;
    type Decider = Self;

    fn decide(self, output: Option<T>) -> Result<Self::Success, Infallible> {
        Ok(self.0.decide(output).ok())
    }
}

/// The success of a branch that wins with whatever it returns.
type AnySuccess<D, F> = <AnyOutput<D> as Decide<<F as Future>::Output>>::Success;

type FirstBranch<D, S, F, A> = Branch<AnyOutput<D>, S, F, Infallible, NoStamp, A, AnySuccess<D, F>>;

/// A branch, or a list of branches, for the first success that can be turned into one for the first completion.
pub trait IntoFirst {
    type First;
    fn into_first(self) -> Self::First;
}

impl<D, S, F, E, K, A, T> IntoFirst for Branch<D, S, F, E, K, A, T>
where
    F: Future,
    AnyOutput<D>: Decide<F::Output>,
{
    type First = FirstBranch<D, S, F, A>;

    fn into_first(self) -> Self::First {
        self.with_decider(AnyOutput)
    }
}

// `NoBranch<T>` carries the success type of the whole list, so the impl for the first branch replaces it too.
impl<D, S, F, E, K, A, T> IntoFirst for And<NoBranch<T>, Branch<D, S, F, E, K, A, T>>
where
    F: Future,
    AnyOutput<D>: Decide<F::Output>,
{
    type First = And<NoBranch<AnySuccess<D, F>>, FirstBranch<D, S, F, A>>;

    fn into_first(self) -> Self::First {
        And { front: NoBranch::NEW, branch: self.branch.into_first() }
    }
}

impl<I, C, B> IntoFirst for And<And<I, C>, B>
where
    And<I, C>: IntoFirst,
    B: IntoFirst,
{
    type First = And<<And<I, C> as IntoFirst>::First, B::First>;

    fn into_first(self) -> Self::First {
        And { front: self.front.into_first(), branch: self.branch.into_first() }
    }
}
