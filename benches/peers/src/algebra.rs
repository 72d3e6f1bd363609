//! Policies for tower services, against the bare service and against tower's own layers. ninelives stands in `ninelives/`, since it
//! does not build beside ours.

use crate::layers::Left;
use crate::serve::{Answer, SECOND, served};
use recourse::algebra::{Policy, ResilientLayer, circuit, hedge, retry, timeout};
use recourse::{CircuitPolicy, Executor, HedgePolicy, Key, RetryPolicy};
use recourse_benches::calls;
use recourse_benches::rounds::{Case, Target, find, ratio};
use tower::retry::Retry;
use tower::timeout::Timeout;
use tower::util::MapRequestLayer;
use tower::{ServiceBuilder, service_fn};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases =
        operators(["service_fn", "a + b", "tower: a around b", "a & b", "a & b, staggered", "a | b"], calls::ready);
    cases.extend(operators(
        [
            "service_fn, pending",
            "a + b, pending",
            "tower: a around b, pending",
            "a & b, pending",
            "a & b, staggered, pending",
            "a | b, pending",
        ],
        calls::yields,
    ));
    cases.extend(layers());
    cases
}

fn operators<Fut>(names: [&'static str; 6], operation: fn(u64) -> Fut) -> Vec<Case>
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    let service = move || service_fn(operation);
    let bare = Policy::bare;
    let next = || MapRequestLayer::new(|n: u64| n + 1);
    vec![
        served(names[0], service),
        served(names[1], || (Policy(next()) + Policy(next())).layer(service())),
        served(names[2], || ServiceBuilder::new().layer(next()).layer(next()).service(service())),
        served(names[3], || (bare() & bare()).layer(service())),
        served(names[4], || (bare() & bare()).stagger(SECOND).layer(service())),
        served(names[5], || (bare() | bare()).layer(service())),
    ]
}

fn layers() -> Vec<Case> {
    let service = || service_fn(calls::ready);
    let tries = || retry(RetryPolicy::attempts(3).no_delay());
    vec![
        served("layer: timeout", || timeout(SECOND).layer(service())),
        served("tower: timeout", || Timeout::new(service(), SECOND)),
        served("layer: retry", || tries().layer(service())),
        served("tower: retry", || Retry::new(Left(2), service())),
        served("layer: retry + timeout", || (tries() + timeout(SECOND)).layer(service())),
        served("tower: retry + timeout", || Retry::new(Left(2), Timeout::new(service(), SECOND))),
        served("layer: circuit", || circuit(CircuitPolicy::failures(5)).layer(service())),
        served("layer: hedge p99", || hedge("p99".parse::<HedgePolicy>().expect("a hedge text")).layer(service())),
        served("layer: the engine, retry, timeout and circuit", || {
            let policy = recourse::Policy::new().retry(RetryPolicy::attempts(3)).timeout(SECOND);
            let policy = policy.circuit(CircuitPolicy::failures(5));
            ResilientLayer::new(&Executor::new(), Key::from_static("bench")).policy(policy).layer(service())
        }),
    ]
}

/// Over what one would take otherwise; of the operators without a peer, over the bare service.
pub(crate) fn ratios(cases: &[Case]) -> Vec<Target> {
    let to = |case, peer| ratio(find(cases, case), find(cases, peer));
    vec![
        ("a+b", "ready: time over tower's own stack", to("a + b", "tower: a around b"), 1.1),
        ("a&b", "ready: time over the bare service, called once", to("a & b", "service_fn"), 3.0),
        ("a&b", "pending once: the same", to("a & b, pending", "service_fn, pending"), 2.0),
        ("a|b", "ready: the same", to("a | b", "service_fn"), 3.0),
        ("", "timeout: time over tower's", to("layer: timeout", "tower: timeout"), 1.0),
        ("", "retry: time over tower's", to("layer: retry", "tower: retry"), 1.25),
        ("", "retry + timeout: time over tower's", to("layer: retry + timeout", "tower: retry + timeout"), 1.0),
        ("", "hedge p99: time over tower's", to("layer: hedge p99", "tower 0.5 hedge p99"), 0.3),
    ]
}
