//! The life of one circuit breaker: a minute of calls, with an outage in it, on a paused clock. No network.
//!
//! Prints when the breaker opens, how it probes after each cooldown whether the dependency is back, and when it closes; at two
//! moments, what a caller gets and what an operator sees; the load on the dependency while it was down, with the breaker and
//! without; and how an operator holds the breaker open, and releases it.

use recourse::circuit::State;
use recourse::observe::{self, Event, Timeline};
use recourse::{Executor, Key, Rejected, UnknownBreaker, resilient};
use std::{cell::Cell, ops::Range, time::Duration};
use tokio::time::{Instant, sleep, sleep_until};

const OUTAGE: Range<Duration> = Duration::from_secs(4)..Duration::from_secs(34);

/// A dependency that answers or fails after 10 ms. Counts the requests that arrive while it is down.
struct Prices {
    since: Instant,
    load: Cell<u32>,
}

#[derive(Debug, thiserror::Error)]
enum PriceError {
    #[error("503 Service Unavailable")]
    Unavailable,
    #[error(transparent)]
    Rejected(#[from] Rejected),
}

impl Prices {
    fn new() -> Self {
        Self { since: Instant::now(), load: Cell::new(0) }
    }

    /// Waits until the next call is due, which is every 50 ms, and returns the time.
    async fn next(&self, call: u32) -> Duration {
        sleep_until(self.since + Duration::from_millis(50) * call).await;
        self.since.elapsed()
    }

    async fn answer(&self) -> Result<u32, PriceError> {
        let is_down = OUTAGE.contains(&self.since.elapsed());
        self.load.set(self.load.get() + u32::from(is_down));
        sleep(Duration::from_millis(10)).await;
        if is_down { Err(PriceError::Unavailable) } else { Ok(99) }
    }
}

/// `circuit = "defaults"` without its jitter: a cooldown that is written out is exact.
#[resilient(key = "prices.get", circuit = "50% of 20 in 10s, cooldown 5s")]
async fn price(prices: &Prices) -> Result<u32, PriceError> {
    prices.answer().await
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), UnknownBreaker> {
    println!("A call every 50ms for a minute. The dependency is down from 4s to 34s.\n");
    let (guarded, unguarded) = (Prices::new(), Prices::new());
    for call in 0..1_200 {
        let began = guarded.next(call).await;
        let (answer, timelines) = observe::capture(price(&guarded)).await;
        for moment in timelines.iter().flat_map(Timeline::events) {
            if let Event::CircuitChanged { from, to, .. } = moment.event {
                let why = match (from, to) {
                    (State::Closed, _) => "more than half of the calls of the last 10s failed",
                    (State::Open, _) => "the cooldown is over, a probe goes",
                    (State::HalfOpen, State::Open) => "the probe failed",
                    (State::HalfOpen, _) => "three probes succeeded, one after the other",
                };
                println!("{:>7.2?}  {from} -> {to}: {why}", began + moment.at);
            }
        }
        if [6, 10].map(Duration::from_secs).contains(&began) {
            look(&format!("{began:.2?}"), &answer);
        }
        // For comparison, the same call without a breaker.
        let _ = unguarded.answer().await;
    }
    let (with, without) = (guarded.load.get(), unguarded.load.get());
    println!("\nRequests while it was down: {with} with the breaker, {without} without.\n");

    let (breakers, key) = (Executor::global().breakers(), Key::from_static("prices.get"));
    breakers.force_open(&key)?;
    look("forced", &price(&guarded).await);
    breakers.reset(&key)?;
    look("reset", &price(&guarded).await);
    Ok(())
}

/// Prints what a caller gets, and what an operator sees.
fn look(when: &str, answer: &Result<u32, PriceError>) {
    match answer {
        Ok(price) => println!("{when:>7}  a caller gets {price}"),
        Err(PriceError::Rejected(refusal)) => {
            println!("{when:>7}  a caller gets \"{refusal}\", retry_after {:?}", refusal.retry_after());
        }
        Err(error) => println!("{when:>7}  a caller gets \"{error}\""),
    }
    Executor::global().breakers().list().iter().for_each(|breaker| println!("{:>7}  an operator sees {breaker}", ""));
}
