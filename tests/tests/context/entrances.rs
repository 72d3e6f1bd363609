//! One call, through every entrance of the engine.

use recourse::algebra::Failure;
use recourse::layers::ResilientLayer;
use recourse::{Classify, Executor, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, Script};
use std::future::{Future, IntoFuture, ready};
use std::pin::Pin;
use tower::{ServiceExt, service_fn};

/// A guarded call of a script.
pub(crate) type Guarded<'a> = Pin<Box<dyn Future<Output = Result<u32, Fail>> + 'a>>;

/// Makes a guarded call.
pub(crate) type Entrance = for<'a> fn(&'a Executor, &'a Script) -> Guarded<'a>;

/// The key of the calls.
pub(crate) const INNER: Key = Key::from_static("inner");

/// An executor under which all entrances have one policy.
pub(crate) fn executor(policy: Policy) -> Executor {
    Executor::builder().policy(INNER, policy).build()
}

/// All entrances whose body can be repeated.
pub(crate) const ENTRANCES: [(&str, Entrance); 5] = [
    ("a function", |executor, script| Box::pin(sequential(executor, script))),
    ("a function that may hedge", |executor, script| Box::pin(hedged(executor, script))),
    ("a function that returns a future", |executor, script| Box::pin(made(executor, script))),
    ("a closure", |executor, script| {
        let call = executor.call(INNER, Policy::new(), || script.play());
        Box::pin(call.classify(Fail::classify).describe(text).into_future())
    }),
    ("a layer", |executor, script| {
        let layer = ResilientLayer::new(executor, INNER).classify(Fail::classify).describe(text);
        let service = layer.layer(service_fn(|()| script.play()));
        Box::pin(async move {
            service.oneshot(()).await.map_err(|failure| match failure {
                Failure::Inner(fail) => fail,
                Failure::Rejected(rejected) => Fail::Rejected(rejected),
                _ => unreachable!("one leaf"),
            })
        })
    }),
];

/// One future that exists already. It cannot be repeated.
pub(crate) const GUARD: (&str, Entrance) = ("a guarded future", |executor, script| {
    let call = executor.guard(INNER, Policy::new(), script.play());
    Box::pin(call.classify(Fail::classify).describe(text).into_future())
});

#[expect(clippy::unnecessary_wraps, reason = "the signature of `describe`")]
fn text(fail: &Fail) -> Option<String> {
    Some(fail.to_string())
}

const TWICE: RetryPolicy = RetryPolicy::attempts(2).no_delay();

#[resilient(key = "inner", retry = TWICE, executor = executor)]
async fn sequential(executor: &Executor, script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "inner", retry = TWICE, hedge = "10s", executor = executor)]
async fn hedged(executor: &Executor, script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "inner", retry = TWICE, executor = executor)]
fn made<'a>(executor: &'a Executor, script: &'a Script) -> impl Future<Output = Result<u32, Fail>> + 'a {
    let before = ready(());
    async move {
        before.await;
        script.play().await
    }
}
