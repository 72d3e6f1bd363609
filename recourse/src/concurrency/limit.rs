//! The contract of a limit: what is asked of one, built in or written by hand.

use super::share::Share;
use crate::time::Instant;
use std::fmt;
use std::time::Duration;

/// The most calls at once that any limit may allow.
pub const MOST: u32 = 65_536;

/// How a call ended, for a limit that learns from it.
///
/// Only calls that say something about the dependency become samples: those that were answered, and those whose time was over. A call that
/// lost a race, was dropped by its caller or failed is none. A quick error would read as a quick dependency.
///
/// ```
/// use recourse::concurrency::Sample;
/// use std::time::Duration;
///
/// let sample = Sample::answered(Duration::from_millis(12), 7);
/// assert!(!sample.timed_out && sample.running == 7);
/// // Three of the others have ended meanwhile.
/// assert_eq!(sample.left(3).left, 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// How long the call ran. The time in the queue is not part of it.
    pub latency: Duration,
    /// How many calls ran when this one was admitted, this one included.
    pub running: u32,
    /// How many calls run when this one has ended, this one not included.
    pub left: u32,
    /// True if the call was given up after `latency`: the dependency would have taken longer.
    pub timed_out: bool,
}

impl Sample {
    /// Creates the sample of a call that was answered after `latency`, and was the `running`th of those at once.
    #[must_use]
    pub const fn answered(latency: Duration, running: u32) -> Self {
        Self { latency, running, left: running.saturating_sub(1), timed_out: false }
    }

    /// Creates the sample of a call that was given up after `latency`.
    #[must_use]
    pub const fn timed_out(latency: Duration, running: u32) -> Self {
        Self { timed_out: true, ..Self::answered(latency, running) }
    }

    /// Sets the number of calls that run when this one has ended.
    #[must_use]
    pub const fn left(mut self, left: u32) -> Self {
        self.left = left;
        self
    }
}

/// Why a limit changed.
///
/// ```
/// use recourse::concurrency::LimitReason;
///
/// assert_eq!(LimitReason::TimeOuts.to_string(), "time_outs");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitReason {
    /// All that run are in service and calls are refused: the limit itself holds throughput down.
    Capacity,
    /// Calls are refused, and the dependency does no more: it has a queue.
    Queue,
    /// Many calls are given up before they are answered.
    TimeOuts,
    /// Hardly a call is refused: the limit goes to what the load needs, and some room.
    Calm,
    /// The policy in force says another number, or other bounds.
    Policy,
    /// The reason of a limit of one's own.
    Other,
}

impl LimitReason {
    /// Returns the code: `capacity`, `queue`, `time_outs`, `calm`, `policy`, `other`.
    ///
    /// ```
    /// use recourse::concurrency::LimitReason;
    ///
    /// assert_eq!(LimitReason::TimeOuts.as_str(), "time_outs");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::Queue => "queue",
            Self::TimeOuts => "time_outs",
            Self::Calm => "calm",
            Self::Policy => "policy",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for LimitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A limit has changed.
///
/// ```
/// use recourse::concurrency::{LimitChange, LimitReason};
///
/// assert_eq!(LimitChange::new(20, 14, LimitReason::Queue).to_string(), "20 -> 14 (queue)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LimitChange {
    /// How many calls might run at once until now.
    pub from: u32,
    /// How many may run from now on.
    pub to: u32,
    /// Why.
    pub reason: LimitReason,
}

impl LimitChange {
    /// Creates a change.
    #[must_use]
    pub const fn new(from: u32, to: u32, reason: LimitReason) -> Self {
        Self { from, to, reason }
    }
}

impl fmt::Display for LimitChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {} ({})", self.from, self.to, self.reason)
    }
}

/// Decides how many calls may run at once, and learns from how they end. Shared by all calls of a key, and asked by many threads at once.
///
/// A limit must not block: it runs in the caller's task. It is told of each call in this order: [`ceiling`](Self::ceiling) is asked whether
/// the call may start, then the call is [`admitted`](Self::admitted) or [`refused`](Self::refused), and one that was admitted has
/// [`ended`](Self::ended) unless it says nothing about the dependency. Threads may come in between.
///
/// The [module](crate::concurrency) shows a limit that learns, and `testing::limit_conformance` checks one. This one follows the clock, and
/// counts whom it refuses:
///
/// ```
/// use recourse::concurrency::{ConcurrencyLimit, Limit, LimitChange, Sample, Share, Slot};
/// use recourse::time::Instant;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use std::time::Duration;
///
/// /// One call at once until the dependency is warm, and 50 from then on.
/// #[derive(Debug)]
/// struct WarmsUp {
///     warm_at: Instant,
///     refused: AtomicU32,
/// }
///
/// impl Limit for WarmsUp {
///     fn limit(&self) -> u32 {
///         50
///     }
///     fn ceiling(&self, share: Share, now: Instant) -> u32 {
///         share.slots(if now < self.warm_at { 1 } else { self.limit() })
///     }
///     fn admitted(&self, _share: Share, running: u32, _now: Instant) {
///         assert!(running <= 50);
///     }
///     fn refused(&self, _share: Share) {
///         self.refused.fetch_add(1, Ordering::Relaxed);
///     }
///     fn ended(&self, _sample: Sample, _now: Instant) -> Option<LimitChange> {
///         None
///     }
/// }
///
/// let (start, second) = (Instant::now(), Duration::from_secs(1));
/// let warms_up = Arc::new(WarmsUp { warm_at: start.saturating_add(second), refused: AtomicU32::new(0) });
/// let limit = ConcurrencyLimit::learned(warms_up.clone());
///
/// let _first = Slot::take(&limit, Share::ALL, || start).unwrap();
/// assert!(Slot::take(&limit, Share::ALL, || start).is_err());
/// assert!(Slot::take(&limit, Share::ALL, || start.saturating_add(second)).is_ok());
/// assert_eq!(warms_up.refused.load(Ordering::Relaxed), 1);
/// ```
pub trait Limit: fmt::Debug + Send + Sync {
    /// Returns how many calls may run at once: 1 to [`MOST`]; what is outside is clamped.
    fn limit(&self) -> u32;

    /// Returns the ceiling for a call: the call may start at `now` if fewer than that run. Never more for a smaller share.
    fn ceiling(&self, share: Share, now: Instant) -> u32 {
        let _ = now;
        share.slots(self.limit())
    }

    /// Records that a call was admitted, with which `running` calls run.
    fn admitted(&self, share: Share, running: u32, now: Instant) {
        let _ = (share, running, now);
    }

    /// Records that a call was refused: at once, or because it left the queue without a slot.
    fn refused(&self, share: Share) {
        let _ = share;
    }

    /// Records how a call ended. Returns the change of [`limit`](Self::limit) that this brought about.
    fn ended(&self, sample: Sample, now: Instant) -> Option<LimitChange>;
}

/// Implements the trait for a pointer to a limit, so that a program can keep a reference, or share a limit.
macro_rules! impl_for_pointer {
    ($($pointer:ty),*) => {$(
        impl<T: Limit + ?Sized> Limit for $pointer {
            fn limit(&self) -> u32 {
                (**self).limit()
            }

            fn ceiling(&self, share: Share, now: Instant) -> u32 {
                (**self).ceiling(share, now)
            }

            fn admitted(&self, share: Share, running: u32, now: Instant) {
                (**self).admitted(share, running, now);
            }

            fn refused(&self, share: Share) {
                (**self).refused(share);
            }

            fn ended(&self, sample: Sample, now: Instant) -> Option<LimitChange> {
                (**self).ended(sample, now)
            }
        }
    )*};
}

impl_for_pointer!(Box<T>, std::sync::Arc<T>);
