//! The permission for one attempt.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The permission for one attempt, given out by a breaker.
///
/// It goes back to the breaker with the attempt's verdict, [`record`](super::CircuitBreaker::record). One that is dropped
/// instead was abandoned: the caller went away, or another attempt was faster. Either way what it holds is released when it
/// is dropped, exactly once.
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
    /// For an attempt that holds nothing. The generation is whatever tells the breaker's late results from timely ones: it
    /// should change with each change of state.
    pub const fn new(generation: u64) -> Self {
        Self { generation, release: None }
    }

    /// For a probe: a call that is admitted so makes one attempt, and no hedge. `release` runs when the permit is dropped, so
    /// not under a lock that it takes itself. A panic in it is swallowed where a panic drops the permit already.
    pub fn probe(generation: u64, release: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self { generation, release: Some(Box::new(release)) }
    }

    /// When it was given out.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// True where it admits a probe.
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

/// Apart, so that a permit that holds nothing costs a comparison.
#[inline(never)]
fn give_back(release: Release) {
    catch_if_unwinding(release);
}

/// Runs what is the user's where a panic may be on its way: a second one would abort the process, so it is swallowed, and
/// there is no result. Without one on its way a panic goes on.
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
