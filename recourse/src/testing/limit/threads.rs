//! Scenarios of many threads.

use super::driver::{Driver, ensure};
use crate::concurrency::{Priority, Sample, Share};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const THREADS: u32 = 8;
const TURNS: u32 = 2_000;
/// The real time after which threads are assumed to be locked up: far more than any machine needs.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets all threads do everything at once.
pub(super) fn check(new: &dyn Fn() -> Driver) {
    let driver = new();
    let (done, results) = mpsc::channel();
    for number in 0..THREADS {
        let (limit, begin, done) = (driver.limit.clone(), driver.now, done.clone());
        thread::spawn(move || {
            for turn in 0..TURNS {
                let now = begin.saturating_add(Duration::from_millis(turn.into()));
                let share = if turn % 2 == 0 { Share::ALL } else { Share::most(Priority::Low) };
                if number % 4 == turn % 4 {
                    limit.refused(share);
                    continue;
                }
                let running = limit.ceiling(share, now);
                limit.admitted(share, running, now);
                let sample = if turn % 9 == 0 { Sample::timed_out } else { Sample::answered };
                let _ = (limit.ended(sample(Duration::from_millis(20), running), now), limit.limit());
            }
            done.send(())
        });
    }
    drop(done);
    for _ in 0..THREADS {
        let result = results.recv_timeout(PATIENCE);
        ensure!(
            result != Err(mpsc::RecvTimeoutError::Timeout),
            "threads that use it at once have not come back for {PATIENCE:?}: it is locked up"
        );
        ensure!(result.is_ok(), "it panics where threads use it at once");
    }
    driver.allows();
    driver.ceiling();
}
