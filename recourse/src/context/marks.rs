//! What calls tell the attempt around them when they end.

/// What guarded calls inside of an attempt have told it. They do so by setting a bit of their thread, so that it reaches the attempt whatever
/// becomes of the error on its way there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u8);

impl Marks {
    pub(crate) const NONE: Self = Self(0);
    /// A call that may repeat has given up: another attempt around it would multiply its attempts.
    pub(crate) const NESTED: Self = Self(1);
    /// A call or a race has ended because some deadline is over; whose, the clock says.
    pub(crate) const OVER: Self = Self(2);
    /// The bits of all marks: a byte of their own, so that they are taken out of a word without a mask.
    pub(super) const ALL: u64 = 0xFF;

    #[expect(clippy::cast_possible_truncation, reason = "the other bytes are not marks")]
    pub(super) const fn of(busy: u64) -> Self {
        Self(busy as u8)
    }

    pub(super) const fn bits(self) -> u64 {
        self.0 as u64
    }

    /// These marks, and those.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if a call that may repeat has given up.
    pub(crate) const fn is_nested(self) -> bool {
        self.0 & Self::NESTED.0 != 0
    }

    /// True if a call or a race has ended because some deadline is over.
    pub(crate) const fn is_over(self) -> bool {
        self.0 & Self::OVER.0 != 0
    }
}
