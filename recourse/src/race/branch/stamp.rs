//! Time stamps of seven bytes. With the tag of a branch's state they fill one word.
//!
//! # Design notes
//!
//! - The size of a race without options is, for each branch, one word plus the larger of its future and its error. The tag of a
//!   state takes one byte of that word, and the stamp takes the other seven, which would be padding. Safe code cannot do with
//!   less, because a future that may be dropped early needs a tag.
//! - Seven bytes hold 2.2 years of nanoseconds. Differences are taken modulo that span, and are right up to half of it.
//! - A race without `stagger` needs stamps as well. All its branches start together, but a start kept once for all of
//!   them would be a field of the race, and would make it a word larger.

use crate::time::Instant;
use std::time::Duration;

/// When a branch started, without the upper byte.
///
/// Stored as the bitwise complement: the first clock reading, `1 << 62`, has 56 zero low bits and would equal `UNKNOWN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartedAt([u8; 7]);

/// The stamp of a branch that cannot fail. No error will show when it started, so the start is not stored.
#[derive(Clone, Copy, Debug)]
pub struct NoStamp;

impl From<StartedAt> for NoStamp {
    #[inline]
    fn from(_: StartedAt) -> Self {
        Self
    }
}

impl From<NoStamp> for StartedAt {
    #[inline]
    fn from(_: NoStamp) -> Self {
        Self::UNKNOWN
    }
}

/// How long a branch took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed([u8; 7]);

const BITS: u32 = 56;

impl StartedAt {
    /// The clock has not been read since the start.
    pub(in crate::race) const UNKNOWN: Self = Self([0; 7]);

    pub(in crate::race) const fn at(now: Instant) -> Self {
        Self(low_bytes(!now.as_nanos()))
    }

    pub(super) fn or(self, other: Option<Self>) -> Self {
        if self == Self::UNKNOWN { other.unwrap_or(self) } else { self }
    }

    /// Returns the time since the start. A branch whose start is unknown has ended in the poll that started it, so it took no
    /// time and the clock is not read.
    #[inline]
    pub(super) fn elapsed(self, now: impl FnOnce() -> Instant) -> Elapsed {
        if self == Self::UNKNOWN {
            return Elapsed::NOTHING;
        }
        let elapsed = now().as_nanos().wrapping_sub(!widened(self.0)) & (u64::MAX >> (64 - BITS));
        // A clock that went back makes the difference wrap, which sets its highest bit.
        if elapsed >> (BITS - 1) == 0 { Elapsed(low_bytes(elapsed)) } else { Elapsed::NOTHING }
    }
}

impl Elapsed {
    pub(super) const NOTHING: Self = Self([0; 7]);

    pub(in crate::race) const fn duration(self) -> Duration {
        Duration::from_nanos(widened(self.0))
    }
}

const fn low_bytes(nanos: u64) -> [u8; 7] {
    let [low @ .., _] = nanos.to_le_bytes();
    low
}

const fn widened(low: [u8; 7]) -> u64 {
    u64::from_le_bytes([low[0], low[1], low[2], low[3], low[4], low[5], low[6], 0])
}

#[cfg(test)]
mod tests {
    use super::{Elapsed, StartedAt};
    use crate::time::{Instant, nanos};
    use proptest::prelude::*;
    use std::time::Duration;

    const YEAR: Duration = Duration::from_secs(3600 * 24 * 365);

    proptest! {
        #[test]
        fn what_took_less_than_a_year_is_known_to_the_nanosecond(start in 1..u64::MAX / 2, took in 0..nanos(YEAR)) {
            let start = Instant::from_nanos(start);
            let took = Duration::from_nanos(took);
            prop_assert_eq!(StartedAt::at(start).elapsed(|| start.saturating_add(took)).duration(), took);
        }

        #[test]
        fn a_clock_that_goes_back_makes_no_time_pass(start in nanos(YEAR)..u64::MAX / 2, back in 1..nanos(YEAR)) {
            let (start, earlier) = (Instant::from_nanos(start), Instant::from_nanos(start - back));
            prop_assert_eq!(StartedAt::at(start).elapsed(|| earlier), Elapsed::NOTHING);
        }
    }

    #[test]
    fn a_start_that_nobody_knows_reads_no_clock() {
        assert_eq!(StartedAt::UNKNOWN.elapsed(|| unreachable!()), Elapsed::NOTHING);
    }
}
