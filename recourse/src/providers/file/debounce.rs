//! When to look after events: once it is quiet, and not for ever later.

use std::time::{Duration, Instant};

/// No event for so long: whoever writes has most likely finished.
const QUIET: Duration = Duration::from_millis(50);
/// The longest delay after the first event, if events never end.
const LONGEST: Duration = Duration::from_millis(500);

/// The moment at which the files are read after events. It is given the time.
#[derive(Debug, Default)]
pub(super) struct Debounce {
    first: Option<Instant>,
    last: Option<Instant>,
    due: Option<Instant>,
}

impl Debounce {
    /// Notes an event.
    pub(super) fn event(&mut self, now: Instant) {
        self.last = Some(now);
        let latest = *self.first.get_or_insert(now) + LONGEST;
        self.due = Some(latest.min(now + QUIET));
    }

    /// Asks for another look at that time. An event makes it earlier.
    pub(super) fn look_again(&mut self, at: Instant) {
        self.due.get_or_insert(at);
    }

    /// Returns when the last event was.
    pub(super) fn last_event(&self) -> Option<Instant> {
        self.last
    }

    /// Returns when to look.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Notes that the files are being read. Returns true if it is because of events.
    pub(super) fn begin(&mut self) -> bool {
        self.due = None;
        self.first.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{Debounce, LONGEST, QUIET};
    use std::time::{Duration, Instant};

    #[test]
    fn a_thousand_events_are_one_look_after_the_last() {
        let (start, mut debounce) = (Instant::now(), Debounce::default());
        for index in 0..100 {
            debounce.event(start + Duration::from_millis(index));
        }
        assert_eq!(debounce.due(), Some(start + Duration::from_millis(99) + QUIET));
        assert!(debounce.begin());
        assert_eq!(debounce.due(), None);
    }

    #[test]
    fn events_without_end_do_not_put_the_look_off_for_ever() {
        let (start, mut debounce) = (Instant::now(), Debounce::default());
        for index in 0..1_000 {
            debounce.event(start + Duration::from_millis(index));
        }
        assert_eq!(debounce.due(), Some(start + LONGEST));
    }

    #[test]
    fn a_second_look_comes_at_its_time_or_after_the_next_event() {
        let (start, mut debounce) = (Instant::now(), Debounce::default());
        debounce.look_again(start + LONGEST);
        assert_eq!(debounce.due(), Some(start + LONGEST));
        debounce.event(start);
        assert_eq!(debounce.due(), Some(start + QUIET));
        debounce.look_again(start + LONGEST);
        assert_eq!(debounce.due(), Some(start + QUIET), "the earlier one stays");
    }
}
