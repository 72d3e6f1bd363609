//! What becomes of a success: the function behind `=>`, or nothing.

use super::slot::{Slot, SlotOwn};
use std::pin::Pin;

/// What a success is turned into.
pub trait Finish<T>: Sized {
    type Out;
    fn finish(self, value: T) -> Self::Out;
    /// Drops the future of a branch that runs. What is to be done with its success is all that is left.
    #[inline]
    fn outlive<S, F, E, K>(slot: Pin<&mut Slot<S, F, Self, E, K>>) -> Option<Self> {
        match slot.project_replace(Slot::Spent) {
            SlotOwn::Running { finish, .. } => Some(finish),
            _ => None,
        }
    }
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

    // Not taken out of the slot, which would ask what is in there.
    #[inline]
    fn outlive<S, F, E, K>(mut slot: Pin<&mut Slot<S, F, Self, E, K>>) -> Option<Self> {
        slot.set(Slot::Spent);
        Some(Self)
    }
}

/// The success, through a function.
#[expect(missing_debug_implementations, reason = "a function")]
pub struct Through<M>(pub(super) M);

impl<T, U, M: FnOnce(T) -> U> Finish<T> for Through<M> {
    type Out = U;

    #[inline]
    fn finish(self, value: T) -> U {
        (self.0)(value)
    }
}
