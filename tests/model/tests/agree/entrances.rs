//! The entrances of the engine.

use crate::body::{Body, Fail, Stage, class_of_error, class_of_value};
use crate::fixed;
use crate::notes::LEDGER;
use crate::request::{Request, Site};
use crate::script::{Entrance, KEY};
use recourse::algebra::{Failure, PolicyLayer};
use recourse::layers::ResilientLayer;
use recourse::{Executor, Key, Policy, resilient};
use std::future::{IntoFuture, poll_fn};
use std::rc::Rc;
use std::task::{Context, Poll};
use tower_service::Service;

#[resilient(key = "model.key", executor = executor, classify = class_of_error, classify_ok = class_of_value)]
async fn by_attribute(executor: &Executor, request: Request) -> Result<u32, Fail> {
    request.run().await
}

#[resilient(key = "model.key", executor = executor, idempotent, classify = class_of_error, classify_ok = class_of_value)]
async fn idempotent(executor: &Executor, request: Request) -> Result<u32, Fail> {
    request.run().await
}

#[resilient(
    key = "model.key",
    executor = executor,
    idempotent,
    retry = "2 attempts",
    budget = LEDGER,
    classify = class_of_error,
    classify_ok = class_of_value
)]
async fn own_budget(executor: &Executor, request: Request) -> Result<u32, Fail> {
    request.run().await
}

#[resilient(key = "model.{name}", executor = executor, classify = class_of_error, classify_ok = class_of_value)]
async fn lent(executor: &Executor, name: &str, request: Request, lent: &mut u32) -> Result<u32, Fail> {
    *lent += 1;
    request.run().await
}

/// The service below a layer: each call of it is a run.
#[derive(Clone)]
struct Below;

impl Service<Rc<Stage>> for Below {
    type Response = u32;
    type Error = Fail;
    type Future = Body;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fail>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, stage: Rc<Stage>) -> Body {
        stage.make()
    }
}

/// Makes the site number `index` of a script.
pub(crate) fn site(entrance: Entrance, index: usize, executor: &Executor, policy: Policy) -> Site {
    let executor = executor.clone();
    match entrance {
        Entrance::Attribute if index == 0 => Box::new(move |stage| {
            let executor = executor.clone();
            Box::pin(async move { by_attribute(&executor, Request::new(stage)).await })
        }),
        Entrance::Idempotent if index == 0 => Box::new(move |stage| {
            let executor = executor.clone();
            Box::pin(async move { idempotent(&executor, Request::new(stage)).await })
        }),
        Entrance::OwnBudget if index == 0 => Box::new(move |stage| {
            let executor = executor.clone();
            Box::pin(async move { own_budget(&executor, Request::new(stage)).await })
        }),
        Entrance::Lent if index == 0 => Box::new(move |stage| {
            let executor = executor.clone();
            Box::pin(async move { lent(&executor, "key", Request::new(stage), &mut 0).await })
        }),
        Entrance::Layer => {
            let layer = ResilientLayer::new(&executor, Key::from_static(KEY)).policy(policy);
            let layer = layer.classify(class_of_error).classify_ok(class_of_value);
            let service = PolicyLayer::layer(&layer.describe(|fail: &Fail| Some(fail.to_string())), Below);
            Box::new(move |stage| {
                let mut service = service.clone();
                Box::pin(async move {
                    let ready = poll_fn(|cx| service.poll_ready(cx)).await;
                    let answer = match ready {
                        Ok(()) => service.call(stage).await,
                        Err(failure) => Err(failure),
                    };
                    answer.map_err(|failure| match failure {
                        Failure::Inner(fail) => fail,
                        Failure::Rejected(rejected) => Fail::Rejected(rejected),
                        other => panic!("there is one service: {other:?}"),
                    })
                })
            })
        }
        Entrance::Guard => Box::new(move |stage| {
            let call = executor.guard(Key::from_static(KEY), policy, Request::new(stage).run());
            let call = call.classify(class_of_error).classify_ok(class_of_value);
            Box::pin(call.describe(|fail| Some(fail.to_string())).into_future())
        }),
        Entrance::Fixed(key) => fixed::site(key),
        _ => Box::new(move |stage| {
            let call = executor.call(Key::from_static(KEY), policy, move || stage.make());
            let call = call.classify(class_of_error).classify_ok(class_of_value);
            Box::pin(call.describe(|fail| Some(fail.to_string())).into_future())
        }),
    }
}
