//! The engine: the library itself, on tokio's paused clock.

mod calls;
mod fixed;

pub(crate) use fixed::POLICIES;

use crate::script::{Call, Entry, Fail, Ms, Race, Record, Script};
use crate::stage::{Boxed, Library, Make, Stage};
use calls::Sites;
use futures::FutureExt as _;
use futures::future::Shared;
use recourse::context::{self, FutureExt as _};
use recourse::race;
use recourse::race::{BranchError, NoneSucceeded, RaceErrors};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

/// The library, as user code sees it.
pub(crate) struct Engine {
    origin: Instant,
    sites: Sites,
}

const fn ms(time: Ms) -> Duration {
    Duration::from_millis(time)
}

/// A runtime whose clock stands still while anything runs.
pub(crate) fn paused() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().expect("a runtime")
}

/// Plays a script.
pub(crate) fn play(runtime: &Runtime, script: &Script) -> Record {
    runtime.block_on(tokio::task::unconstrained(async {
        // Timers learn what the script before this one has left of the clock; and a success takes away its marks.
        sleep(ms(1)).await;
        fixed::succeed().await;
        let origin = Instant::now();
        let stage = Stage::new(Engine { origin, sites: Sites::default() }, script);
        let horizon = origin + ms(crate::model::HORIZON);
        let _ = timeout_at(horizon, poll_fn(|cx| stage.poll(cx))).await;
        let record = stage.record();
        stage.clear();
        record
    }))
}

impl Library for Engine {
    type Shared = Shared<Boxed>;

    fn now(&self) -> Ms {
        Ms::try_from(self.origin.elapsed().as_millis()).expect("a script is not centuries long")
    }

    fn wait(&self, until: Ms) -> Pin<Box<dyn Future<Output = ()>>> {
        let until = self.origin + ms(until);
        Box::pin(async move {
            let mut sleep = pin!(sleep_until(until));
            poll_fn(|cx| {
                if Instant::now() >= until {
                    return Poll::Ready(());
                }
                // It only wakes; what decides is the clock.
                let _ = sleep.as_mut().poll(cx);
                Poll::Pending
            })
            .await;
        })
    }

    fn hold_up(&self, time: Ms) {
        let advance = pin!(tokio::time::advance(ms(time)));
        // The first poll moves the clock; the rest only yields.
        assert!(advance.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }

    fn deadline(&self) -> Option<Ms> {
        let deadline = Instant::from(context::deadline()?);
        Some(Ms::try_from(deadline.duration_since(self.origin).as_millis()).expect("not centuries away"))
    }

    fn call(&self, call: &Rc<Call>, make: Make) -> Boxed {
        self.sites.call(call, make)
    }

    fn race(&self, race: &Race, mut branches: Vec<Make>) -> Boxed {
        if branches.len() > 2 {
            return race_over(race, branches);
        }
        let (Some(mut second), Some(mut first)) = (branches.pop(), branches.pop()) else { panic!("two branches") };
        let (stagger, deadline, panics_lose) = (race.stagger.map(ms), race.deadline.map(ms), race.panics_lose);
        Box::pin(async move {
            let race = race!(first(), second());
            match (stagger, deadline, panics_lose) {
                (None, None, false) => race.await.map_err(|lost| failed(lost.into_errors())),
                (Some(stagger), None, false) => race.stagger(stagger).await.map_err(|lost| failed(lost.into_errors())),
                (None, Some(deadline), false) => {
                    race.deadline(deadline).await.map_err(|lost| ended(lost.into_errors()))
                }
                (Some(stagger), Some(deadline), false) => {
                    race.stagger(stagger).deadline(deadline).await.map_err(|lost| ended(lost.into_errors()))
                }
                (None, None, true) => race.panics_lose().await.map_err(|lost| ended(lost.into_errors())),
                (Some(stagger), None, true) => {
                    race.panics_lose().stagger(stagger).await.map_err(|lost| ended(lost.into_errors()))
                }
                (None, Some(deadline), true) => {
                    race.panics_lose().deadline(deadline).await.map_err(|lost| ended(lost.into_errors()))
                }
                (Some(stagger), Some(deadline), true) => {
                    let race = race.panics_lose().stagger(stagger).deadline(deadline);
                    race.await.map_err(|lost| ended(lost.into_errors()))
                }
            }
        })
    }

    fn within(&self, time: Ms, future: Boxed) -> Boxed {
        Box::pin(context::within(ms(time), future))
    }

    fn in_current_context(&self, future: Boxed) -> Boxed {
        Box::pin(future.in_current_context())
    }

    fn local(&self, main: Boxed, task: Boxed) -> Boxed {
        Box::pin(async move {
            let set = LocalSet::new();
            let task = set.spawn_local(task);
            let wait = async {
                main.await?;
                task.await.unwrap_or(Err(Fail::Panicked))
            };
            set.run_until(wait).await
        })
    }

    fn share(&self, future: Boxed) -> Shared<Boxed> {
        future.shared()
    }
}

/// A race over an iterator.
fn race_over(race: &Race, branches: Vec<Make>) -> Boxed {
    let (deadline, panics_lose) = (race.deadline.map(ms), race.panics_lose);
    let made = |mut make: Make| make();
    Box::pin(async move {
        let race = race!(max = 2; for make in branches => made(make));
        match (deadline, panics_lose) {
            (None, false) => race.await.map_err(|lost| {
                Fail::Lost(lost.into_entries().into_iter().map(|entry| Entry::Failed(entry.error)).collect())
            }),
            (Some(deadline), false) => race.deadline(deadline).await.map_err(items),
            (None, true) => race.panics_lose().await.map_err(items),
            (Some(deadline), true) => race.panics_lose().deadline(deadline).await.map_err(items),
        }
    })
}

fn items(lost: RaceErrors<BranchError<Fail>, NoneSucceeded>) -> Fail {
    Fail::Lost(lost.into_entries().into_iter().map(|item| entry(item.error)).collect())
}

fn failed((first, second): (Fail, Fail)) -> Fail {
    Fail::Lost(vec![Entry::Failed(first), Entry::Failed(second)])
}

fn ended((first, second): (BranchError<Fail>, BranchError<Fail>)) -> Fail {
    Fail::Lost(vec![entry(first), entry(second)])
}

fn entry(error: BranchError<Fail>) -> Entry {
    match error {
        BranchError::Failed(fail) => Entry::Failed(fail),
        BranchError::Cancelled => Entry::Cancelled,
        BranchError::NotStarted => Entry::NotStarted,
        BranchError::Panicked => Entry::Panicked,
        other => panic!("no branch ends so: {other:?}"),
    }
}
