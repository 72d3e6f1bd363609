//! A deadline as a thread keeps it, in two words.

use crate::time::{Instant, nanos};
use std::num::NonZeroU64;
use std::time::Duration;

/// A moment, and a time that has not begun to count. The earlier of the two is the deadline; without both there is none.
///
/// A call whose own clock has not started has no moment yet: its time is "from now" for all that begins inside of it in the same poll. So the
/// clock is not read for what is ready at once. Beside it stands the moment that the call has from around itself, since which of the two is
/// the earlier only the clock could tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    moment: Option<Instant>,
    /// In nanoseconds.
    from_now: Option<NonZeroU64>,
}

/// How far apart two moments can be that one turn of the timer serves.
const TICK: Duration = Duration::from_millis(1);

/// True if a limit is over `now`, at which another one is. Two that are less than a tick of the timer apart end at the same time.
pub(crate) fn ends_with(limit: Instant, now: Instant) -> bool {
    limit < now.saturating_add(TICK)
}

impl Limits {
    pub(crate) const NONE: Self = Self { moment: None, from_now: None };

    /// The deadline at a moment, if there is one.
    pub(crate) const fn at(moment: Option<Instant>) -> Self {
        Self { moment, from_now: None }
    }

    /// A time that has not begun to count.
    pub(crate) const fn from_now(time: Duration) -> Self {
        let nanos = match NonZeroU64::new(nanos(time)) {
            Some(nanos) => nanos,
            None => NonZeroU64::MIN,
        };
        Self { moment: None, from_now: Some(nanos) }
    }

    /// True if there is a deadline.
    pub(crate) const fn any(self) -> bool {
        self.moment.is_some() || self.from_now.is_some()
    }

    /// The earlier of both.
    pub(crate) fn earlier(self, other: Self) -> Self {
        let moment = self.moment.into_iter().chain(other.moment).min();
        let from_now = self.from_now.into_iter().chain(other.from_now).min();
        Self { moment, from_now }
    }

    /// The moment, if there is one. A call that begins is late if the moment has passed.
    pub(crate) const fn moment(self) -> Option<Instant> {
        self.moment
    }

    /// The deadline, as a moment. Time that has not begun to count does so `now`; the clock is read for nothing else.
    pub(crate) fn deadline(self, now: impl FnOnce() -> Instant) -> Option<Instant> {
        let Some(from_now) = self.from_now else { return self.moment };
        let begun = now().saturating_add(Duration::from_nanos(from_now.get()));
        Some(self.moment.map_or(begun, |moment| moment.min(begun)))
    }

    /// The time that is left, zero if the deadline is over. The clock is read for a moment only.
    pub(crate) fn remaining(self, now: impl FnOnce() -> Instant) -> Option<Duration> {
        let from_now = self.from_now.map(|nanos| Duration::from_nanos(nanos.get()));
        let left = self.moment.map(|moment| moment.saturating_duration_since(now()));
        left.into_iter().chain(from_now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;
    use crate::time::Instant;
    use std::time::Duration;

    const MS: u64 = 1_000_000;

    fn moment(ms: u64) -> Instant {
        Instant::from_nanos(ms * MS)
    }

    const fn unread() -> Instant {
        panic!("the clock is not needed")
    }

    #[test]
    fn of_a_moment_and_a_time_the_earlier_is_the_deadline() {
        let both =
            |at, from_now| Limits { moment: Some(moment(at)), ..Limits::from_now(Duration::from_millis(from_now)) };
        assert_eq!(both(500, 300).deadline(|| moment(100)), Some(moment(400)));
        assert_eq!(both(500, 300).deadline(|| moment(300)), Some(moment(500)));
        assert_eq!(both(500, 300).remaining(|| moment(100)), Some(Duration::from_millis(300)));
        assert_eq!(both(500, 300).remaining(|| moment(700)), Some(Duration::ZERO));
    }

    #[test]
    fn the_clock_is_read_only_if_it_is_needed() {
        assert_eq!(Limits::at(Some(moment(5))).deadline(unread), Some(moment(5)));
        assert_eq!(Limits::from_now(Duration::from_secs(1)).remaining(unread), Some(Duration::from_secs(1)));
        assert_eq!((Limits::NONE.deadline(unread), Limits::NONE.remaining(unread)), (None, None));
        assert!(!Limits::NONE.any() && Limits::from_now(Duration::ZERO).any());
    }
}
