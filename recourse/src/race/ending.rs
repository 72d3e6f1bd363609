//! What comes out of a race, and what it has to know for that.

use super::clock::When;
use super::entries::{AllFailed, Entries, Fates, Shape};
use super::error::RaceError;
use super::list::Branches;
use crate::time::Instant;
use std::pin::Pin;

/// What holds for a race that ends in this way.
pub trait Rules {
    /// Panics of branches are caught.
    const CAUGHT: bool = false;
    /// It can be lost, and then says when.
    const TIMED: bool = true;
}

impl Rules for AllFailed {}

impl Rules for Fates {}

/// The first completion: no branch can fail, and nothing ends the race before.
#[derive(Debug)]
pub struct Completed;

impl Rules for Completed {
    const TIMED: bool = false;
}

/// [`Fates`], where a branch that panics has lost.
#[derive(Debug)]
pub struct Caught;

impl Rules for Caught {
    const CAUGHT: bool = true;
}

/// The same race, with [`Fates`] as its entries.
pub trait Fated {
    type Fated;
}

impl Fated for AllFailed {
    type Fated = Fates;
}

impl Fated for Completed {
    type Fated = Fates;
}

impl Fated for Fates {
    type Fated = Fates;
}

impl Fated for Caught {
    type Fated = Caught;
}

/// What comes out of a race.
pub trait Ending<B: Branches, N>: Rules {
    type Output;
    fn won(success: B::Success) -> Self::Output;
    /// All branches are over.
    fn lost<W: When<B>>(branches: Pin<&mut B>, when: &W, now: Instant) -> Self::Output;
}

type Lost<N, T, K> = RaceError<<N as Shape<T>>::Entries, K>;

impl<B: Branches, N: Shape<B::Errors>> Ending<B, N> for AllFailed {
    type Output = Result<B::Success, Lost<N, B::Errors, AllFailed>>;

    #[inline]
    fn won(success: B::Success) -> Self::Output {
        Ok(success)
    }

    #[cold]
    fn lost<W: When<B>>(branches: Pin<&mut B>, when: &W, now: Instant) -> Self::Output {
        let times = times::<N::Entries, B, W>(&branches, when, now);
        Err(RaceError::new(N::entries(branches.errors()), times))
    }
}

impl<B: Branches, N: Shape<B::Fates>> Ending<B, N> for Fates {
    type Output = Result<B::Success, Lost<N, B::Fates, Fates>>;

    #[inline]
    fn won(success: B::Success) -> Self::Output {
        Ok(success)
    }

    #[cold]
    fn lost<W: When<B>>(branches: Pin<&mut B>, when: &W, now: Instant) -> Self::Output {
        let times = times::<N::Entries, B, W>(&branches, when, now);
        Err(RaceError::new(N::entries(branches.fates()), times))
    }
}

impl<B: Branches, N> Ending<B, N> for Caught
where
    Fates: Ending<B, N>,
{
    type Output = <Fates as Ending<B, N>>::Output;

    #[inline]
    fn won(success: B::Success) -> Self::Output {
        Fates::won(success)
    }

    fn lost<W: When<B>>(branches: Pin<&mut B>, when: &W, now: Instant) -> Self::Output {
        Fates::lost(branches, when, now)
    }
}

impl<B: Branches, N> Ending<B, N> for Completed {
    type Output = B::Success;

    #[inline]
    fn won(success: B::Success) -> Self::Output {
        success
    }

    fn lost<W: When<B>>(_: Pin<&mut B>, _: &W, _: Instant) -> Self::Output {
        unreachable!("a branch that completes wins, and nothing else ends this race")
    }
}

fn times<L: Entries, B: Branches, W: When<B>>(branches: &B, when: &W, lost: Instant) -> L::Times {
    let mut times = L::NO_TIMES;
    branches.ends(&mut |branch, end| {
        if let Some(entry) = times.as_mut().get_mut(branch) {
            *entry = when.times(branch, end, lost);
        }
    });
    times
}
