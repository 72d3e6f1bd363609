//! Assertions on timelines, which print the drawing of the call if they fail.

use crate::observe::{AttemptOutcome, EndReason, Timeline};
use std::fmt::Debug;
use std::time::Duration;

/// Starts assertions on the timeline of a call. Each of them panics with the drawing of the timeline if it does not hold.
///
/// ```
/// use recourse::observe::{AttemptOutcome, EndReason};
/// use recourse::testing::{assert_timeline, fail, isolated};
/// use recourse::resilient;
/// use std::time::Duration;
///
/// #[resilient(key = "users.get", retry = "3 attempts, fixed 100ms")]
/// async fn get_user() -> Result<String, String> {
///     Ok("Ada".to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let (_, timelines) = isolated(async {
///     fail("users.get", 1);
///     get_user().await
/// })
/// .await;
/// assert_timeline(&timelines[0])
///     .key("users.get")
///     .attempts(2)
///     .hedges(0)
///     .delays(&[Duration::from_millis(100)])
///     .outcomes(&[AttemptOutcome::Retryable, AttemptOutcome::Success])
///     .elapsed(Duration::from_millis(100))
///     .reason(EndReason::Success);
/// # }
/// ```
pub fn assert_timeline(timeline: &Timeline) -> TimelineAssert<'_> {
    TimelineAssert(timeline)
}

/// Assertions on one timeline: see [`assert_timeline`].
///
/// ```
/// use recourse::observe::capture;
/// use recourse::testing::{TimelineAssert, assert_timeline};
/// use recourse::{Executor, Key, Policy};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let call = Executor::new().call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada"));
/// let (_, timelines) = capture(call.into_future()).await;
/// let checked: TimelineAssert<'_> = assert_timeline(&timelines[0]).attempts(1);
/// # let _ = checked;
/// # }
/// # use std::future::IntoFuture;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TimelineAssert<'a>(&'a Timeline);

impl TimelineAssert<'_> {
    /// Asserts the key of the call.
    ///
    /// # Panics
    ///
    /// Panics if the key is another one. All assertions panic in this way.
    #[track_caller]
    pub fn key(self, expected: &str) -> Self {
        self.check("key", self.0.key().as_str(), expected)
    }

    /// Asserts the number of attempts that were started, hedges included.
    #[track_caller]
    pub fn attempts(self, expected: usize) -> Self {
        self.check("attempts", &self.0.attempt_count(), &expected)
    }

    /// Asserts the number of hedges.
    #[track_caller]
    pub fn hedges(self, expected: usize) -> Self {
        self.check("hedges", &self.0.hedge_count(), &expected)
    }

    /// Asserts the delays before the retries, in order. A retry without a delay counts as zero.
    #[track_caller]
    pub fn delays(self, expected: &[Duration]) -> Self {
        let retries = self.0.attempts().into_iter().skip(1).filter(|attempt| !attempt.hedge);
        let delays: Vec<Duration> =
            retries.map(|attempt| attempt.delay.map_or(Duration::ZERO, |(delay, _)| delay)).collect();
        self.check("delays", &delays[..], expected)
    }

    /// Asserts how the attempts ended, in the order they started.
    ///
    /// ```
    /// use recourse::observe::{AttemptOutcome, EndReason};
    /// use recourse::testing::{assert_timeline, isolated};
    /// use recourse::resilient;
    /// use std::time::Duration;
    ///
    /// #[resilient(key = "users.get", retry = "2 attempts, fixed 10ms")]
    /// async fn get_user() -> Result<(), String> {
    ///     Err("down".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let (_, timelines) = isolated(get_user()).await;
    /// assert_timeline(&timelines[0]).key("users.get").hedges(0).delays(&[Duration::from_millis(10)]);
    /// assert_timeline(&timelines[0]).outcomes(&[AttemptOutcome::Retryable; 2]).elapsed(Duration::from_millis(10));
    /// assert_timeline(&timelines[0]).reason(EndReason::AttemptsExhausted);
    /// # }
    /// ```
    #[track_caller]
    pub fn outcomes(self, expected: &[AttemptOutcome]) -> Self {
        let outcomes: Vec<AttemptOutcome> = self.0.attempts().into_iter().map(|attempt| attempt.outcome).collect();
        self.check("outcomes", &outcomes[..], expected)
    }

    /// Asserts how long the call took. Tokio's timers are exact to the millisecond on a paused clock, and so is this.
    #[track_caller]
    pub fn elapsed(self, expected: Duration) -> Self {
        self.check("elapsed", &self.0.elapsed(), &expected)
    }

    /// Asserts why the call ended.
    #[track_caller]
    pub fn reason(self, expected: EndReason) -> Self {
        self.check("reason", &self.0.reason(), &expected)
    }

    #[track_caller]
    fn check<T: PartialEq + Debug + ?Sized>(self, what: &str, found: &T, expected: &T) -> Self {
        assert!(found == expected, "{what} of the call: {found:?}, expected {expected:?}\n\n{}", self.0);
        self
    }
}
