//! Plays a script to the engine, through one of its entrances, on a paused clock.

use crate::body::{Fail, Stage, nanos};
use crate::entrances::site;
use crate::fixed;
use crate::lanes::{Lane, Lanes};
use crate::notes::{Ledger, Notes, Noting, Tracker, Watcher, happened, no_slot};
use crate::record::{Ending, Ns, Played, Record, Refused, Status, Told};
use crate::request::Site;
use crate::script::{CallScript, Change, Entrance, Reach, Script, Watch};
use recourse::context::with_priority;
use recourse::observe::capture;
use recourse::policy::Pattern;
use recourse::{Executor, Key, Rejected, testing};
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::{Instant, sleep, sleep_until};

/// A runtime whose clock stands still while anything runs.
pub(crate) fn paused() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().expect("a runtime")
}

pub(crate) fn play(runtime: &Runtime, script: &Script, entrance: Entrance, watch: Watch) -> Record {
    runtime.block_on(tokio::task::unconstrained(async {
        // Timers learn what the script before this one has left of the clock.
        sleep(Duration::from_millis(1)).await;
        play_on(script, entrance, watch).await
    }))
}

async fn play_on(script: &Script, entrance: Entrance, watch: Watch) -> Record {
    let (watcher, told) = (Watcher::default(), Notes::default());
    let (executor, tracker) = match entrance {
        Entrance::Fixed(key) => fixed::begin_anew(key, script.least_latencies).await,
        _ => of_its_own(script, entrance, watch.observer.then(|| watcher.clone()), &told),
    };
    testing::fix_jitter(script.seed);
    Ledger::turn_over(script.grants);
    let origin = Instant::now();
    let policies = script.sites.iter().enumerate();
    let sites: Vec<Site> = policies.map(|(index, policy)| site(entrance, index, &executor, *policy)).collect();
    let calls = RefCell::new(vec![None; script.calls()]);
    let hall = Hall { executor: &executor, key: entrance.key(), sites: &sites, calls: &calls, origin };
    let mut first = 0;
    let lanes = script.lanes.iter().map(|calls| {
        first += calls.len();
        Box::pin(hall.lane(calls, first - calls.len())) as Lane<'_>
    });
    let lanes = Lanes::new(lanes.collect::<Vec<_>>());
    let timelines = if watch.capture {
        capture(lanes).await.1
    } else {
        lanes.await;
        Vec::new()
    };
    let timelines = timelines.iter().map(|timeline| timeline.events().iter().map(happened).collect()).collect();
    let paid = Ledger::turn_over(0);
    let latencies = tracker.seen();
    let Watcher { events, totals } = watcher;
    let (events, totals) = (events.take(), totals.take());
    Record { calls: calls.take(), events, timelines, totals, told: told.take(), paid, latencies }
}

/// An executor for one script.
fn of_its_own(
    script: &Script,
    entrance: Entrance,
    watcher: Option<Watcher>,
    told: &Notes<Told>,
) -> (Executor, Arc<Tracker>) {
    let key = Key::from_static(entrance.key());
    let mut builder = Executor::builder();
    if entrance.registers() {
        builder = builder.policy(key.clone(), script.sites[0]);
    }
    if let Some(watcher) = watcher {
        builder = builder.observer(watcher);
    }
    if script.own_breaker {
        let told = told.clone();
        builder = builder.breaker(key, move |policy| Box::new(Noting::new(policy, told.clone())));
    }
    let tracker = Tracker::new(script.least_latencies, recourse::time::Instant::now());
    let keeps = tracker.clone();
    (builder.latency_tracker(move |_| keeps.clone()).build(), tracker)
}

/// What the lanes of a script share.
#[derive(Clone, Copy)]
struct Hall<'a> {
    executor: &'a Executor,
    key: &'static str,
    sites: &'a [Site],
    calls: &'a RefCell<Vec<Option<Played>>>,
    origin: Instant,
}

impl Hall<'_> {
    async fn lane(self, scripts: &[CallScript], first: usize) {
        for (at, script) in scripts.iter().enumerate() {
            self.wait(self.now() + script.gap).await;
            let played = self.call(script).await;
            self.calls.borrow_mut()[first + at] = Some(played);
        }
    }

    fn now(&self) -> Ns {
        nanos(self.origin.elapsed())
    }

    /// Waits until the clock says so; the timer only wakes.
    async fn wait(&self, until: Ns) {
        let mut sleep = std::pin::pin!(sleep_until(self.origin + Duration::from_nanos(until)));
        poll_fn(|cx| {
            if self.now() >= until {
                return Poll::Ready(());
            }
            let _ = sleep.as_mut().poll(cx);
            Poll::Pending
        })
        .await;
    }

    async fn call(&self, script: &CallScript) -> Played {
        if let Some(change) = script.change {
            self.change(change);
        }
        let stage = Stage::new(script.clone(), self.origin);
        let began = self.now();
        let patience = began + script.patience;
        let mut sleep = std::pin::pin!(sleep_until(self.origin + Duration::from_nanos(patience)));
        let call = self.sites[script.site](stage.clone());
        let mut call = Some(match script.priority {
            Some(priority) => Box::pin(with_priority(priority.parse().expect("a priority"), call)),
            None => call,
        });
        let ending = poll_fn(|cx| {
            let running = call.as_mut().expect("it has not ended");
            match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx))) {
                Err(_) => return Poll::Ready(Ending::Panicked),
                Ok(Poll::Ready(result)) => return Poll::Ready(ending(result)),
                Ok(Poll::Pending) => {}
            }
            if self.now() >= patience {
                return Poll::Ready(Ending::Dropped);
            }
            let _ = sleep.as_mut().poll(cx);
            Poll::Pending
        })
        .await;
        drop(call);
        let (ended, circuit) = (self.now(), self.circuit());
        let runs = stage.runs.borrow().clone();
        Played { began, ended, ending, runs, circuit }
    }

    fn change(&self, change: Change) {
        let pattern = |reach| match reach {
            Reach::Key => Pattern::from(Key::from_static(self.key)),
            Reach::Group => "model.*".parse().expect("a pattern"),
            Reach::All => Pattern::any(),
        };
        match change {
            Change::Register(reach, policy) => drop(self.executor.set_policy(pattern(reach), policy)),
            Change::Remove(reach) => drop(self.executor.remove_policy(pattern(reach))),
            Change::Bypass(Reach::All, on) => drop(self.executor.bypass(on)),
            Change::Bypass(reach, on) => drop(self.executor.bypass_keys(&pattern(reach), on)),
        }
    }

    fn circuit(&self) -> Option<Status> {
        let status = self.executor.breakers().get(&Key::from_static(self.key))?.snapshot;
        Some(Status {
            state: status.state.as_str(),
            since: status.since.map(nanos),
            failures: status.failures,
            calls: status.calls,
            probes: status.probes,
            successes: status.successes,
            next_probe: status.next_probe.map(nanos),
        })
    }
}

fn ending(result: Result<u32, Fail>) -> Ending {
    match result {
        Ok(value) => Ending::Value(value),
        Err(Fail::Fault(fault)) => Ending::Error(fault),
        Err(Fail::Rejected(rejected)) => Ending::Rejected(Box::new(refused(&rejected))),
    }
}

fn refused(rejected: &Rejected) -> Refused {
    Refused {
        kind: rejected.kind().as_str(),
        attempts: rejected.attempts(),
        elapsed: Some(nanos(rejected.elapsed())),
        retry_after: rejected.retry_after().map(nanos),
        circuit: rejected.circuit().map(recourse::circuit::DecisionReason::as_str),
        full: rejected.full().map(|full| no_slot(full.running, full.waiting, full.priority)),
        last_error: rejected.last_error().map(ToOwned::to_owned),
        text: rejected.to_string(),
    }
}
