//! The clock and the timer: the only module that names the async runtime, apart from the sockets of `net`.
//!
//! Time is tokio's, so a test that pauses tokio's clock pauses retries, timeouts and budgets with it.
//!
//! # Design notes
//!
//! An [`Instant`] is one 64-bit number of nanoseconds, so that mechanisms can keep it in an atomic. Its origin is far from both ends,
//! so a runtime whose paused clock is behind another's does no harm, and arithmetic saturates.

use crate::sync::OnceLock;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::{Future, poll_fn};
use std::num::NonZeroU64;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// A moment on the process's monotonic clock, in nanoseconds since an arbitrary origin.
///
/// Mechanisms take the time as a parameter `now`, so a test can drive them by hand. All arithmetic saturates: a clock that stands
/// still or goes back can make something take longer, but nothing panics.
///
/// ```
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// let start = Instant::from_nanos(5);
/// let later = start.saturating_add(Duration::from_nanos(10));
/// assert_eq!(later.saturating_duration_since(start), Duration::from_nanos(10));
/// assert_eq!(start.saturating_duration_since(later), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(NonZeroU64);

/// The value of the first reading of the clock: far from both ends, because the paused clock of another runtime may be behind it.
const ORIGIN: u64 = 1 << 62;

#[cfg(test)]
thread_local! {
    /// How often this thread has read the clock, for tests of code that must not.
    pub(crate) static READINGS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

fn anchor() -> std::time::Instant {
    static ANCHOR: OnceLock<std::time::Instant> = OnceLock::new();
    *ANCHOR.get_or_init(std::time::Instant::now)
}

/// Returns the duration in nanoseconds, or `u64::MAX` if it does not fit.
pub(crate) const fn nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    #[expect(clippy::cast_possible_truncation, reason = "checked against the largest value in the line above it")]
    if nanos > u64::MAX as u128 { u64::MAX } else { nanos as u64 }
}

impl Instant {
    /// Reads tokio's clock, which takes about 20 ns. Returns the paused time inside a runtime whose clock is paused.
    ///
    /// ```
    /// use recourse::time::Instant;
    ///
    /// let now = Instant::now();
    /// assert_eq!(Instant::from_nanos(now.as_nanos()), now);
    /// ```
    pub fn now() -> Self {
        #[cfg(test)]
        READINGS.with(|readings| readings.set(readings.get() + 1));
        Self::of_std(tokio::time::Instant::now().into_std())
    }

    /// Creates the moment `nanos` nanoseconds after the origin; the first is 1. For driving a mechanism by hand.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        match NonZeroU64::new(nanos) {
            Some(nanos) => Self(nanos),
            None => Self(NonZeroU64::MIN),
        }
    }

    /// Returns the nanoseconds since the origin.
    pub const fn as_nanos(self) -> u64 {
        self.0.get()
    }

    /// Returns the moment `duration` later, or the last one that can be represented.
    #[must_use]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(nanos(duration)))
    }

    /// Returns the time from `earlier` to this moment; zero if `earlier` is later.
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.get().saturating_sub(earlier.0.get()))
    }

    fn of_std(moment: std::time::Instant) -> Self {
        let anchor = anchor();
        Self::from_nanos(match moment.checked_duration_since(anchor) {
            Some(after) => ORIGIN.saturating_add(nanos(after)),
            None => ORIGIN.saturating_sub(nanos(anchor.duration_since(moment))),
        })
    }

    /// Returns the moment as the standard library has it.
    #[cfg(feature = "remote")]
    pub(crate) fn into_std(self) -> std::time::Instant {
        self.to_tokio().into_std()
    }

    fn to_tokio(self) -> tokio::time::Instant {
        let anchor = anchor();
        let moment = match self.as_nanos().checked_sub(ORIGIN) {
            Some(after) => anchor.checked_add(Duration::from_nanos(after)),
            None => anchor.checked_sub(Duration::from_nanos(ORIGIN - self.as_nanos())),
        };
        moment.unwrap_or(anchor).into()
    }
}

impl From<tokio::time::Instant> for Instant {
    /// Returns the same moment: the clock is tokio's.
    fn from(moment: tokio::time::Instant) -> Self {
        Self::of_std(moment.into_std())
    }
}

impl From<std::time::Instant> for Instant {
    /// Returns the same moment of the real clock. While tokio's clock is paused, the two differ.
    fn from(moment: std::time::Instant) -> Self {
        Self::of_std(moment)
    }
}

impl From<Instant> for tokio::time::Instant {
    /// Returns the same moment.
    fn from(moment: Instant) -> Self {
        moment.to_tokio()
    }
}

/// Polls something as if the task had done nothing yet in this poll of it, so that what is ready says so.
///
/// Resources of tokio's are pending when the task has used up its cooperative budget. This is for a last look at a future, before
/// it is dropped because its time is over.
pub(crate) fn with_budget<T>(poll: impl FnMut(&mut Context<'_>) -> Poll<T>, cx: &mut Context<'_>) -> Poll<T> {
    pin!(tokio::task::coop::unconstrained(poll_fn(poll))).poll(cx)
}

/// Returns false if the task has done as much in this poll as tokio lets it do: until the next poll, nothing of tokio's is ready.
pub(crate) fn has_budget() -> bool {
    tokio::task::coop::has_budget_remaining()
}

pin_project! {
    /// The one timer of a call. It is made when something first has to wait, and then moved to the next event.
    pub(crate) struct Timer {
        #[pin]
        sleep: Option<Sleep>,
    }
}

impl Timer {
    pub(crate) const fn new() -> Self {
        Self { sleep: None }
    }

    /// Returns ready once `due` has come. Makes the timer, or moves it if it is set to another moment.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime, and names `who` has to wait. A runtime whose time is not enabled panics with tokio's message.
    pub(crate) fn poll_until(
        self: Pin<&mut Self>,
        due: Instant,
        who: &dyn fmt::Display,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let mut slot = self.project().sleep;
        let due = due.to_tokio();
        if slot.is_none() {
            demand_runtime(who);
            slot.set(Some(tokio::time::sleep_until(due)));
        }
        let Some(mut sleep) = slot.as_mut().as_pin_mut() else { return Poll::Pending };
        // Moving a timer takes a lock of tokio's, so it is only moved if it has to be.
        if sleep.deadline() != due {
            sleep.as_mut().reset(due);
        }
        let polled = sleep.poll(cx);
        // A body that is always ready uses up the task's cooperative budget, and without budget no timer of tokio's is ever ready. So
        // the clock is read as well, or the deadline of such a body would never come.
        if polled.is_pending() && !has_budget() && tokio::time::Instant::now() >= due {
            return Poll::Ready(());
        }
        polled
    }

    /// Returns true once the timer was made.
    pub(crate) fn is_made(&self) -> bool {
        self.sleep.is_some()
    }
}

/// Waits for a future, and drops it when it takes longer than `limit`.
#[cfg(feature = "remote")]
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let due = Instant::now().saturating_add(limit);
    let (mut future, mut timer) = (pin!(future), pin!(Timer::new()));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.as_mut().poll_until(due, &"a fetch", cx).map(|()| None),
    })
    .await
}

/// Panics in words of this library where tokio would panic in its own, which name neither the call nor the way out.
fn demand_runtime(who: &dyn fmt::Display) {
    // Code of a task has a runtime, and that is the quicker question.
    let found = tokio::task::try_id().is_some() || tokio::runtime::Handle::try_current().is_ok();
    assert!(
        found,
        "{who} has to wait, and there is no tokio runtime here to wait on: poll it inside a runtime, as `#[tokio::main]`, \
         `#[tokio::test]` or `Runtime::block_on` do"
    );
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer").field("made", &self.is_made()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, Timer};
    use std::future::poll_fn;
    use std::pin::pin;
    use std::time::Duration;

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        let last = Instant::from_nanos(u64::MAX);
        assert_eq!(Instant::from_nanos(1).saturating_add(Duration::MAX), last);
        assert_eq!(Instant::from_nanos(0).saturating_duration_since(last), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn now_follows_the_paused_clock_and_the_timer_fires_on_it() {
        let start = Instant::now();
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(Instant::now().saturating_duration_since(start), Duration::from_secs(3600));

        let mut timer = pin!(Timer::new());
        let due = Instant::now().saturating_add(Duration::from_millis(40));
        poll_fn(|cx| timer.as_mut().poll_until(due, &"the test", cx)).await;
        assert!(Instant::now() >= due);
        assert!(Instant::now().saturating_duration_since(due) <= Duration::from_millis(1));

        let later = due.saturating_add(Duration::from_millis(7));
        poll_fn(|cx| timer.as_mut().poll_until(later, &"the test", cx)).await;
        assert!(Instant::now() >= later, "a timer that fired once can be moved");
    }
}
