//! What `race!(stagger = ..)` says to a value of another type.
//!
//! # Design notes
//!
//! A wrong stagger would be told twice: by the method that takes it, and by the `.await`, since the race is no future. So the expansion
//! calls `checked`. Of gaps it is a method of the type itself, which comes first. Of anything else it is the method of a trait, whose
//! condition has the words for it, and whose result has no type: rustc says no more about that.

use super::gaps::Gaps;
use std::time::Duration;

/// A stagger as it was written.
#[derive(Debug)]
pub struct WrittenGaps<G>(G);

/// Wraps what was written.
pub fn written_gaps<G>(gaps: G) -> WrittenGaps<G> {
    WrittenGaps(gaps)
}

impl<G: Gaps> WrittenGaps<G> {
    /// Returns the gaps.
    #[inline]
    pub fn checked(self) -> G {
        self.0
    }
}

/// The type of a stagger. It names one of them, the usual one, for rustc to show.
#[diagnostic::on_unimplemented(
    message = "a stagger is a `Duration`, a list of them, or `exp(first, factor, max)`, not `{Self}`",
    label = "no gaps between branches"
)]
pub trait Stagger: Sized {
    #[doc(hidden)]
    type Checked;

    #[doc(hidden)]
    fn checked(self) -> Self::Checked;
}

impl Stagger for Duration {
    type Checked = Self;

    fn checked(self) -> Self {
        self
    }
}

/// The method of what holds no gaps.
pub trait OtherThanGaps<T> {
    #[doc(hidden)]
    fn checked(self) -> T::Checked
    where
        T: Stagger;
}

impl<T> OtherThanGaps<T> for WrittenGaps<T> {
    fn checked(self) -> T::Checked
    where
        T: Stagger,
    {
        self.0.checked()
    }
}
