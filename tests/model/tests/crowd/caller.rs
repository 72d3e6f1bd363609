//! Calls by lot: what a body does, how long its caller has patience, and how the call has ended.

use crate::ledger::{Entering, Ledger};
use crate::lots::Lots;
use recourse::context::{Priority, with_priority};
use recourse::{Class, Executor, Key, Policy, Rejected, RejectionKind, resilient};
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use tokio::task::yield_now;

/// An error of a body, or of the library.
#[derive(Clone, Debug)]
pub(crate) enum Fail {
    Busy,
    Rejected(Rejected),
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("busy"),
            Self::Rejected(rejected) => rejected.fmt(f),
        }
    }
}

impl From<Rejected> for Fail {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

pub(crate) fn class(fail: &Fail) -> Class {
    if let Fail::Busy = fail { Class::RETRYABLE } else { Class::NonRetryable }
}

/// The payload of a panic that belongs to the test.
pub(crate) struct Scripted;

/// What a body does.
#[derive(Clone, Copy)]
struct Plan {
    yields: u64,
    /// It calls the same key.
    nests: bool,
    then: Then,
}

#[derive(Clone, Copy)]
enum Then {
    Value,
    Error,
    Panic,
}

impl Plan {
    fn by_lot(lots: &mut Lots) -> Self {
        let then = match lots.up_to(99) {
            0..=2 => Then::Panic,
            3..=14 => Then::Error,
            _ => Then::Value,
        };
        Self { yields: lots.pick(&[0, 0, 1, 1, 2, 5]), nests: lots.chance(3), then }
    }
}

/// How calls have ended.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    pub(crate) answered: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) full: AtomicU64,
    pub(crate) rate_limited: AtomicU64,
    pub(crate) dropped: AtomicU64,
    pub(crate) panicked: AtomicU64,
}

impl Ends {
    pub(crate) fn all(&self) -> u64 {
        let Self { answered, failed, full, rate_limited, dropped, panicked } = self;
        [answered, failed, full, rate_limited, dropped, panicked].map(|end| end.load(Ordering::Relaxed)).iter().sum()
    }
}

/// The calls of one key.
#[derive(Clone)]
pub(crate) struct Called {
    pub(crate) executor: Executor,
    pub(crate) key: &'static str,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) ends: Arc<Ends>,
    /// Callers may go away.
    pub(crate) drops: bool,
}

impl Called {
    fn key(&self) -> Key {
        Key::from_static(self.key)
    }

    /// Makes a call.
    pub(crate) async fn call(&self, policy: Policy, lots: &mut Lots) {
        let plan = Plan::by_lot(lots);
        let priority = if lots.chance(40) { Some(lots.pick(&Priority::ALL)) } else { None };
        let patience = if self.drops && lots.chance(15) { Some(lots.up_to(12)) } else { None };
        let entering = self.ledger.enter();
        let epoch = entering.1;
        let mut nested = policy;
        nested.rate = None;
        let request = Request { called: self.clone(), epoch, plan, nested };
        let ended = if self.key == BY_ATTRIBUTE && lots.chance(50) {
            let call = by_attribute(&self.executor, request);
            match priority {
                Some(priority) => played(with_priority(priority, call), entering, patience).await,
                None => played(call, entering, patience).await,
            }
        } else {
            let call = self.executor.call(self.key(), policy, || request.clone().body());
            played(call.classify(class).priority(priority).into_future(), entering, patience).await
        };
        let end = match ended {
            Ended::Answered(Ok(_)) => &self.ends.answered,
            Ended::Answered(Err(Fail::Busy)) => &self.ends.failed,
            Ended::Answered(Err(Fail::Rejected(rejected))) => match rejected.kind() {
                RejectionKind::Full => &self.ends.full,
                RejectionKind::RateLimited => &self.ends.rate_limited,
                _ => return self.ledger.note_fault(format!("nobody asked for that: {rejected}")),
            },
            Ended::Dropped => &self.ends.dropped,
            Ended::Panicked => &self.ends.panicked,
        };
        end.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a body needs: its call, and the policy of the call that it may make.
#[derive(Clone)]
struct Request {
    called: Called,
    epoch: usize,
    plan: Plan,
    nested: Policy,
}

impl Request {
    async fn body(self) -> Result<u32, Fail> {
        let Self { called, epoch, plan, nested } = self;
        let _running = called.ledger.run(epoch);
        for _ in 0..plan.yields {
            yield_now().await;
        }
        if plan.nests {
            // It runs in the slot of this one, or this one would wait for itself.
            let call = called.executor.call(called.key(), nested, async || {
                yield_now().await;
                Ok::<_, Fail>(1)
            });
            call.into_future().await?;
        }
        match plan.then {
            Then::Value => Ok(7),
            Then::Error => Err(Fail::Busy),
            Then::Panic => resume_unwind(Box::new(Scripted)),
        }
    }
}

/// The key of the function. Its policy is always a registered one.
pub(crate) const BY_ATTRIBUTE: &str = "crowd.changing";

#[resilient(key = "crowd.changing", executor = executor, classify = class)]
async fn by_attribute(executor: &Executor, request: Request) -> Result<u32, Fail> {
    request.body().await
}

enum Ended {
    Answered(Result<u32, Fail>),
    Dropped,
    Panicked,
}

/// Polls a call until it ends. Whoever has a limited patience polls so often, in each of its turns, and drops the call then.
async fn played<F>(call: F, entering: Entering, mut patience: Option<u64>) -> Ended
where
    F: Future<Output = Result<u32, Fail>>,
{
    let (mut call, mut entering) = (Some(Box::pin(call)), Some(entering));
    poll_fn(|cx| {
        let Some(running) = &mut call else { return Poll::Ready(Ended::Dropped) };
        let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx)));
        entering = None;
        match polled {
            Ok(Poll::Ready(answer)) => return Poll::Ready(Ended::Answered(answer)),
            Err(payload) if payload.is::<Scripted>() => return Poll::Ready(Ended::Panicked),
            Err(payload) => resume_unwind(payload),
            Ok(Poll::Pending) => {}
        }
        match &mut patience {
            Some(0) => {
                call = None;
                return Poll::Ready(Ended::Dropped);
            }
            Some(left) => {
                *left -= 1;
                cx.waker().wake_by_ref();
            }
            None => {}
        }
        Poll::Pending
    })
    .await
}
