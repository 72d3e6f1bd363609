//! An observer that keeps the timelines of some calls, to be looked at later.

use super::names::EndReason;
use super::observer::{Observer, Wanted};
use super::timeline::Timeline;
use crate::sync::{Arc, AtomicU64, Mutex, Ordering, lock};
use std::collections::VecDeque;

/// Keeps the timelines of recent calls: of all that failed, and of one in [`every`](Self::every) of the others.
///
/// Its memory is bounded: it keeps the latest of each of both kinds, up to the number that it was made with, so that many successes drive out no
/// failure. A timeline has at most 64 attempts, and the texts of errors are at most 200 bytes each. A copy shares what it keeps with its
/// original: give one to the executor, and ask the other.
///
/// ```
/// use recourse::observe::SamplingRecorder;
/// use recourse::{Executor, Key, Policy, RetryPolicy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let recorder = SamplingRecorder::new(100).every(10);
/// let executor = Executor::builder().observer(recorder.clone()).build();
/// let once = Policy::new().retry(RetryPolicy::none());
/// for id in 0..30 {
///     let answer = if id == 7 { Err("down".to_owned()) } else { Ok(id) };
///     let _ = executor.call(Key::from_static("users.get"), once, async || answer.clone()).await;
/// }
/// let (failures, others) = (recorder.failures(), recorder.others());
/// assert_eq!((failures.len(), others.len()), (1, 3));
/// println!("{}", failures[0]);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SamplingRecorder {
    most: usize,
    every: u64,
    kept: Arc<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The number of calls that did not fail, kept or not.
    counted: AtomicU64,
    others: Mutex<VecDeque<Timeline>>,
    failures: Mutex<VecDeque<Timeline>>,
}

impl SamplingRecorder {
    /// Makes a recorder that keeps the latest `most` timelines of calls that failed, and as many of others. With 0 it keeps none.
    pub fn new(most: usize) -> Self {
        Self { most, every: 100, kept: Arc::new(Kept::default()) }
    }

    /// Keeps one in `calls` of those that do not fail, the first of them included; by default one in 100. With 0 it keeps none of them.
    pub const fn every(mut self, calls: u32) -> Self {
        self.every = calls as u64;
        self
    }

    /// Returns the sampled timelines, the oldest first: those of calls that succeeded, were ignored, or were dropped by their caller, as the
    /// losers of a race are.
    pub fn others(&self) -> Vec<Timeline> {
        lock(&self.kept.others).iter().cloned().collect()
    }

    /// Returns the timelines of calls that failed, were rejected or panicked, the oldest first.
    pub fn failures(&self) -> Vec<Timeline> {
        lock(&self.kept.failures).iter().cloned().collect()
    }

    /// True if a call that did not fail is one of those to keep.
    fn samples(&self) -> bool {
        let number = self.kept.counted.fetch_add(1, Ordering::Relaxed);
        number.checked_rem(self.every) == Some(0)
    }
}

impl Observer for SamplingRecorder {
    fn wants(&self) -> Wanted {
        Wanted::Timelines
    }

    fn call_ended(&self, timeline: &Timeline) {
        let has_failed = !matches!(timeline.reason(), EndReason::Success | EndReason::Ignored | EndReason::Cancelled);
        if self.most == 0 || !has_failed && !self.samples() {
            return;
        }
        // Copied, and what it takes the place of dropped, outside of the lock, which calls of all threads take.
        let timeline = timeline.clone();
        let kept = if has_failed { &self.kept.failures } else { &self.kept.others };
        let mut kept = lock(kept);
        let oldest = if kept.len() < self.most { None } else { kept.pop_front() };
        kept.push_back(timeline);
        drop(kept);
        drop(oldest);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::{Executor, Policy, RetryPolicy};
    use recourse_policy::Key;
    use std::future::IntoFuture as _;

    async fn call(executor: &Executor, key: &'static str, answer: Result<u32, &str>) {
        let answer = answer.map_err(str::to_owned);
        let once = Policy::new().retry(RetryPolicy::none());
        let _ = executor.call(Key::from_static(key), once, async || answer.clone()).await;
    }

    fn keys(timelines: &[Timeline]) -> Vec<&str> {
        timelines.iter().map(|timeline| timeline.key().as_str()).collect()
    }

    /// observe-23: the latest are kept, and successes drive out no failure.
    #[tokio::test]
    async fn the_latest_of_each_kind_are_kept() {
        let recorder = SamplingRecorder::new(2).every(1);
        let executor = Executor::builder().observer(recorder.clone()).build();
        for (key, answer) in
            [("a", Err("no")), ("b", Err("no")), ("c", Err("no")), ("d", Ok(1)), ("e", Ok(1)), ("f", Ok(1))]
        {
            call(&executor, key, answer).await;
        }
        assert_eq!((keys(&recorder.failures()), keys(&recorder.others())), (vec!["b", "c"], vec!["e", "f"]));
    }

    /// observe-23: a call that is dropped has not failed; nothing is kept by a recorder that has no room.
    #[tokio::test]
    async fn what_is_kept_is_what_was_asked_for() {
        for (recorder, failures, others) in [
            (SamplingRecorder::new(9).every(3), 1, 4),
            (SamplingRecorder::new(9).every(0), 1, 0),
            (SamplingRecorder::new(0).every(1), 0, 0),
        ] {
            let executor = Executor::builder().observer(recorder.clone()).build();
            for _ in 0..10 {
                call(&executor, "a", Ok(1)).await;
            }
            call(&executor, "a", Err("no")).await;
            let hangs =
                executor.call(Key::from_static("a"), Policy::new(), std::future::pending::<Result<u32, String>>);
            let mut hangs = Box::pin(hangs.into_future());
            assert!(futures::poll!(&mut hangs).is_pending());
            drop(hangs);
            assert_eq!((recorder.failures().len(), recorder.others().len()), (failures, others));
        }
    }
}
