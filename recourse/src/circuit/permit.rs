//! The permission for one attempt, and how it is given back when a panic is unwinding.
//!
//! # Design notes
//!
//! A permit gives back what it holds when it is dropped, with a result as without one. So there is one way back for the place of a
//! probe, and no permit to forget: a caller that goes away in the middle of an attempt drops it like any other.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The permission for one attempt, given out by a breaker.
///
/// A permit goes back to the breaker with the attempt's result, by [`record`](super::CircuitBreaker::record). If it is dropped
/// instead, the attempt was abandoned: the caller went away, or another attempt was faster. Either way the place that a probe holds
/// is released exactly once, when the permit is dropped.
///
/// ```
/// use recourse::circuit::Permit;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// let probing = Arc::new(AtomicU32::new(1));
/// let slots = probing.clone();
/// let permit = Permit::probe(7, move || {
///     slots.fetch_sub(1, Ordering::Relaxed);
/// });
/// assert!(permit.is_probe());
/// drop(permit);
/// assert_eq!(probing.load(Ordering::Relaxed), 0);
/// ```
#[must_use = "a permit that is dropped says that the attempt was abandoned"]
pub struct Permit {
    generation: u64,
    release: Option<Release>,
}

type Release = Box<dyn FnOnce() + Send + Sync>;

impl Permit {
    /// Creates a permit that holds nothing. The generation is how the breaker tells late results from timely ones: it should
    /// change with each change of state.
    pub const fn new(generation: u64) -> Self {
        Self { generation, release: None }
    }

    /// Creates a permit for a probe. A call that is admitted as a probe makes one attempt and no hedge.
    ///
    /// `release` runs when the permit is dropped, so the permit must not be dropped under a lock that `release` takes. A panic in
    /// `release` is swallowed if another panic is unwinding already.
    pub fn probe(generation: u64, release: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self { generation, release: Some(Box::new(release)) }
    }

    /// Returns the generation in which the permit was given out.
    ///
    /// ```
    /// use recourse::circuit::Permit;
    ///
    /// assert_eq!(Permit::new(3).generation(), 3);
    /// ```
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns true if the permit admits a probe.
    pub const fn is_probe(&self) -> bool {
        self.release.is_some()
    }
}

impl Drop for Permit {
    #[inline]
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            give_back(release);
        }
    }
}

/// A function of its own, so that dropping a permit that holds nothing costs one comparison.
#[inline(never)]
fn give_back(release: Release) {
    catch_if_unwinding(release);
}

/// Runs a user's function that may be reached while a panic unwinds. A second panic would abort the process, so it is swallowed and
/// the result is `None`. If nothing unwinds yet, a panic goes on to the caller.
pub(crate) fn catch_if_unwinding<T>(run: impl FnOnce() -> T) -> Option<T> {
    if std::thread::panicking() { catch_unwind(AssertUnwindSafe(run)).ok() } else { Some(run()) }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("generation", &self.generation)
            .field("probe", &self.is_probe())
            .finish_non_exhaustive()
    }
}
