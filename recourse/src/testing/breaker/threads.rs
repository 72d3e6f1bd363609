//! Scenarios of many threads: at the end of the cooldown, and all operations at once.

use super::driver::{Driver, ensure};
use crate::circuit::{CircuitBreaker, Permit};
use crate::outcome::Class;
use crate::sync::Arc;
use crate::time::Instant;
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

const THREADS: usize = 8;
const ROUNDS: usize = 50;
/// The real time after which threads are assumed to be locked up: far more than any machine needs.
const PATIENCE: Duration = Duration::from_secs(10);

/// Checks that the result of a probe and its permit go back without a lock that waits for itself. Runs on another thread, because the
/// suite would hang without a message otherwise.
pub(super) fn lets_go_of_its_lock(new: &dyn Fn() -> Driver) {
    for class in [Class::RETRYABLE, Class::Success] {
        let mut driver = new();
        let probe = driver.first_probe();
        let (breaker, now, (done, result)) = (driver.breaker.clone(), driver.now, mpsc::channel());
        thread::spawn(move || {
            breaker.record(probe, class, Duration::ZERO, now);
            let _ = done.send(());
        });
        let locked = matches!(result.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Timeout));
        ensure!(
            !locked,
            "recording a probe has not come back for {PATIENCE:?}: does it drop the permit under its own lock?"
        );
    }
}

pub(super) fn check(new: &dyn Fn() -> Driver) {
    let (width, wait) = width(new());
    let mut driver = new();
    let rounds = if driver.opens() > 1_000 { 3 } else { ROUNDS };
    for round in 0..rounds {
        if round > 0 {
            driver.resets();
            driver.opens();
        }
        driver.passes(wait * 2);
        let permits = at_once(&driver.breaker, driver.now);
        let out = permits.len();
        ensure!(out > 0, "{THREADS} threads come when its cooldown is over, and none is admitted");
        ensure!(
            out <= width,
            "{THREADS} threads come when its cooldown is over: {out} are admitted, one thread gets {width}"
        );
        let backs = permits.into_iter().map(|permit| thread::spawn(move || drop(permit)));
        backs.collect::<Vec<_>>().into_iter().for_each(|thread| drop(thread.join()));
        let mut probes = Vec::new();
        driver.fills(&mut probes);
        let refilled = probes.len();
        ensure!(refilled == width, "after threads gave all probes back {refilled} go at a time, and {width} at first");
    }
    mixed(&driver);
}

/// Returns how many probes go at a time, and how long the cooldown took.
fn width(mut driver: Driver) -> (usize, Duration) {
    driver.opens();
    let opened = driver.now;
    let mut probes = vec![driver.next_probe()];
    driver.fills(&mut probes);
    (probes.len(), driver.now.saturating_duration_since(opened))
}

/// Lets all threads ask at once, and returns the permits they got.
fn at_once(breaker: &Arc<dyn CircuitBreaker>, now: Instant) -> Vec<Permit> {
    let barrier = Arc::new(Barrier::new(THREADS));
    let ask = move |breaker: &dyn CircuitBreaker| {
        barrier.wait();
        breaker.allow(now).permit
    };
    run(breaker, ask).into_iter().flatten().collect()
}

/// Runs all operations on all threads, in no order.
fn mixed(driver: &Driver) {
    let now = driver.now;
    run(&driver.breaker, move |breaker| {
        for turn in 0..2_000u64 {
            let now = now.saturating_add(Duration::from_millis(turn * 10));
            let permit = breaker.allow(now).permit;
            match (permit, turn % 5) {
                (Some(permit), 0..2) => drop(breaker.record(permit, Class::Success, Duration::ZERO, now)),
                (Some(permit), 2..4) => drop(breaker.record(permit, Class::RETRYABLE, Duration::ZERO, now)),
                (permit, _) => drop(permit),
            }
            if turn % 500 == 0 {
                breaker.reset(now);
            }
            let _ = (breaker.state(now), breaker.snapshot(now));
        }
    });
    driver.resets();
    driver.goes("after a reset, when many threads are done with it,");
}

/// Runs a function on all threads at once, and returns their results. Panics if a thread does not come back.
fn run<T: Send + 'static>(
    breaker: &Arc<dyn CircuitBreaker>,
    does: impl Fn(&dyn CircuitBreaker) -> T + Clone + Send + 'static,
) -> Vec<T> {
    let (done, results) = mpsc::channel();
    for _ in 0..THREADS {
        let (breaker, does, done) = (breaker.clone(), does.clone(), done.clone());
        thread::spawn(move || done.send(does(&*breaker)));
    }
    drop(done);
    let next = |_| match results.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            panic!(
                "breaker_conformance: threads that use it at once have not come back for {PATIENCE:?}: it is locked up"
            )
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            panic!("breaker_conformance: it panics where threads use it at once")
        }
    };
    (0..THREADS).map(next).collect()
}
