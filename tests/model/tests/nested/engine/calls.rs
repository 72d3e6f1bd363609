//! Guarded calls, through the entrances of the engine.

use super::{fixed, ms};
use crate::script::{Call, Entrance, Fail, Out, Policy};
use crate::stage::{Boxed, Make};
use recourse::algebra::{Failure, PolicyLayer};
use recourse::layers::ResilientLayer;
use recourse::{BudgetPolicy, Class, Executor, HedgePolicy, Key, Rejected, RejectionKind, RetryPolicy, resilient};
use std::cell::RefCell;
use std::fmt;
use std::future::{IntoFuture, poll_fn};
use std::rc::Rc;
use std::task::{Context, Poll};
use tower_service::Service;

/// What makes the attempts of a call.
#[derive(Clone)]
pub(super) struct Attempts(Rc<RefCell<Make>>);

impl Attempts {
    fn make(&self) -> Boxed {
        (self.0.borrow_mut())()
    }

    pub(super) async fn run(&self) -> Out {
        self.make().await
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl From<Rejected> for Fail {
    fn from(rejected: Rejected) -> Self {
        let kind = match rejected.kind() {
            RejectionKind::Timeout => "timeout",
            RejectionKind::AttemptTimeout => "attempt_timeout",
            RejectionKind::Expired => "expired",
            other => panic!("nothing here is rejected so: {other:?}"),
        };
        Self::Rejected(kind, rejected.attempts(), rejected.key().to_string())
    }
}

pub(super) fn opaque(fail: &Fail) -> Class {
    match fail {
        Fail::Broken => Class::NonRetryable,
        Fail::Missing => Class::Ignore,
        _ => Class::RETRYABLE,
    }
}

pub(super) fn plain(fail: &Fail) -> Class {
    match fail {
        Fail::Broken | Fail::Panicked | Fail::Lost(_) | Fail::Rejected(..) => Class::NonRetryable,
        Fail::Missing => Class::Ignore,
        Fail::Busy | Fail::Late => Class::RETRYABLE,
    }
}

fn by_call(call: &Call) -> fn(&Fail) -> Class {
    if call.opaque { opaque } else { plain }
}

/// A policy as the library has it.
pub(super) fn policy(policy: Policy) -> recourse::Policy {
    let Policy { attempts, delay, over_nested, timeout, attempt_timeout, hedge } = policy;
    let mut retry = RetryPolicy::attempts(attempts);
    retry = if delay == 0 { retry.no_delay() } else { retry.fixed(ms(delay)) };
    if over_nested {
        retry = retry.over_nested();
    }
    let mut policy = recourse::Policy::new().retry(retry).budget(BudgetPolicy::none());
    if let Some(timeout) = timeout {
        policy = policy.timeout(ms(timeout));
    }
    if let Some(timeout) = attempt_timeout {
        policy = policy.attempt_timeout(ms(timeout));
    }
    if let Some((delay, most)) = hedge {
        policy = policy.hedge(HedgePolicy::after(ms(delay)).at_most(most).budget(BudgetPolicy::none()));
    }
    policy
}

/// The sites of a script: closures and layers share an executor, and each function has its policy registered.
#[derive(Default)]
pub(super) struct Sites {
    executor: Executor,
}

#[resilient(key = "nested.function", executor = executor, classify = opaque)]
async fn function(executor: &Executor, attempts: &Attempts) -> Out {
    attempts.run().await
}

#[resilient(key = "nested.hedged", executor = executor, idempotent, classify = opaque)]
async fn hedged(executor: &Executor, attempts: &Attempts) -> Out {
    attempts.run().await
}

#[resilient(key = "nested.ignoring", executor = executor, retry = "2 attempts", deadline = "ignore", classify = opaque)]
async fn ignoring(executor: &Executor, attempts: &Attempts) -> Out {
    attempts.run().await
}

/// The service below a layer.
#[derive(Clone)]
struct Below;

impl Service<Attempts> for Below {
    type Response = ();
    type Error = Fail;
    type Future = Boxed;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Out> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, attempts: Attempts) -> Boxed {
        attempts.make()
    }
}

impl Sites {
    pub(super) fn call(&self, call: &Rc<Call>, make: Make) -> Boxed {
        let attempts = Attempts(Rc::new(RefCell::new(make)));
        let key = || Key::new(call.key()).expect("a key");
        let policy = policy(call.policy);
        let registered = || Executor::builder().policy(key(), policy).build();
        match call.entrance {
            Entrance::Closure => {
                let call = self.executor.call(key(), policy, move || attempts.make()).classify(by_call(call));
                Box::pin(call.describe(|fail: &Fail| Some(fail.to_string())).into_future())
            }
            Entrance::Layer => {
                let layer = ResilientLayer::new(&self.executor, key()).policy(policy).classify(by_call(call));
                let mut service = PolicyLayer::layer(&layer.describe(|fail: &Fail| Some(fail.to_string())), Below);
                Box::pin(async move {
                    let ready = poll_fn(|cx| service.poll_ready(cx)).await;
                    let answer = match ready {
                        Ok(()) => service.call(attempts).await,
                        Err(failure) => Err(failure),
                    };
                    answer.map_err(|failure| match failure {
                        Failure::Inner(fail) => fail,
                        Failure::Rejected(rejected) => Fail::from(rejected),
                        other => panic!("there is one service: {other:?}"),
                    })
                })
            }
            Entrance::Function => {
                let executor = registered();
                Box::pin(async move { function(&executor, &attempts).await })
            }
            Entrance::Hedged => {
                let executor = registered();
                Box::pin(async move { hedged(&executor, &attempts).await })
            }
            Entrance::Ignoring => {
                let executor = registered();
                Box::pin(async move { ignoring(&executor, &attempts).await })
            }
            Entrance::Fixed(number) => fixed::call(number, attempts),
        }
    }
}
