//! Times of branches in seven bytes each: with the tag of its slot that makes one word, whatever the slot holds beside it.

use crate::time::Instant;
use std::time::Duration;

/// When a branch started, but for the upper byte: differences are right for a year, and longer ones are of no race. Kept upside
/// down, so that the first reading of the clock, whose lower bytes are zero, is none that nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since([u8; 7]);

/// How long a branch took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Took([u8; 7]);

const BITS: u32 = 56;

/// What a branch that runs keeps of its start.
pub trait Mark: Copy {
    fn of(since: Since) -> Self;
    fn since(self) -> Since;
}

impl Mark for Since {
    #[inline]
    fn of(since: Since) -> Self {
        since
    }

    #[inline]
    fn since(self) -> Since {
        self
    }
}

/// Nothing: what cannot fail is not asked how long it took.
impl Mark for () {
    #[inline]
    fn of(_: Since) {}

    #[inline]
    fn since(self) -> Since {
        Since::UNKNOWN
    }
}

impl Since {
    /// Nobody has looked at the clock yet.
    pub(super) const UNKNOWN: Self = Self([0; 7]);

    pub(super) const fn at(now: Instant) -> Self {
        Self(low(!now.as_nanos()))
    }

    pub(super) fn or(self, other: Option<Self>) -> Self {
        if self == Self::UNKNOWN { other.unwrap_or(self) } else { self }
    }

    /// A branch whose start nobody knows has ended in the very poll that started it, and reads no clock.
    #[inline]
    pub(super) fn took(self, now: impl FnOnce() -> Instant) -> Took {
        if self == Self::UNKNOWN {
            return Took::NOTHING;
        }
        let took = now().as_nanos().wrapping_sub(!wide(self.0)) & (u64::MAX >> (64 - BITS));
        // A clock that went back has made the difference wrap.
        if took >> (BITS - 1) == 0 { Took(low(took)) } else { Took::NOTHING }
    }
}

impl Took {
    pub(super) const NOTHING: Self = Self([0; 7]);

    pub(super) const fn duration(self) -> Duration {
        Duration::from_nanos(wide(self.0))
    }
}

const fn low(nanos: u64) -> [u8; 7] {
    let [low @ .., _] = nanos.to_le_bytes();
    low
}

const fn wide(low: [u8; 7]) -> u64 {
    let mut wide = [0; 8];
    let (bytes, _) = wide.split_at_mut(low.len());
    bytes.copy_from_slice(&low);
    u64::from_le_bytes(wide)
}

#[cfg(test)]
mod tests {
    use super::{Since, Took};
    use crate::time::{Instant, nanos};
    use proptest::prelude::*;
    use std::time::Duration;

    const YEAR: Duration = Duration::from_hours(24 * 365);

    proptest! {
        #[test]
        fn what_took_less_than_a_year_is_known_to_the_nanosecond(start in 1..u64::MAX / 2, took in 0..nanos(YEAR)) {
            let start = Instant::from_nanos(start);
            let took = Duration::from_nanos(took);
            prop_assert_eq!(Since::at(start).took(|| start.saturating_add(took)).duration(), took);
        }

        #[test]
        fn a_clock_that_goes_back_makes_no_time_pass(start in nanos(YEAR)..u64::MAX / 2, back in 1..nanos(YEAR)) {
            let (start, earlier) = (Instant::from_nanos(start), Instant::from_nanos(start - back));
            prop_assert_eq!(Since::at(start).took(|| earlier), Took::NOTHING);
        }
    }

    #[test]
    fn a_start_that_nobody_knows_reads_no_clock() {
        assert_eq!(Since::UNKNOWN.took(|| unreachable!()), Took::NOTHING);
    }
}
