//! Runs on all cores.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs `job` for each number below `count`, and returns the results in order.
pub(crate) fn run<T: Send + Sync>(count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done): (_, Vec<OnceLock<T>>) = (AtomicUsize::new(0), (0..count).map(|_| OnceLock::new()).collect());
    let work = || {
        while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count) {
            done[number].get_or_init(|| job(number));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    done.into_iter().filter_map(OnceLock::into_inner).collect()
}
