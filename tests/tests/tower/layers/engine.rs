//! A layer does with a script what `Executor::call` does.

use super::{Played, asked, ms};
use recourse::algebra::Failure;
use recourse::layers::ResilientLayer;
use recourse::observe::{Timeline, capture};
use recourse::{CircuitPolicy, Classify, ConcurrencyPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy};
use recourse_tests::{Fail, Play, Script, broken, busy, busy_after, hangs, missing, ok};
use std::future::IntoFuture;

/// So that circuits open, and one more.
const CALLS: usize = 3;
const KEY: Key = Key::from_static("scenario");

fn policies() -> [Policy; 6] {
    let retry = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(10)));
    [
        Policy::new().retry(RetryPolicy::none()),
        retry.timeout(ms(100)).attempt_timeout(ms(40)),
        retry.circuit(CircuitPolicy::failures(2).cooldown(ms(500))),
        retry.hedge(HedgePolicy::after(ms(15)).at_most(2)).timeout(ms(300)),
        retry.hedge(HedgePolicy::after(ms(15)).at_most(2)).concurrency(ConcurrencyPolicy::at_once(2)).timeout(ms(300)),
        Policy::new()
            .hedge(HedgePolicy::after(ms(15)).fail_slow())
            .circuit(CircuitPolicy::sensitive())
            .attempt_timeout(ms(40)),
    ]
}

fn scripts() -> [Vec<Play>; 8] {
    [
        vec![ok(7)],
        vec![busy(), ok(7)],
        vec![busy()],
        vec![broken(), ok(7)],
        vec![busy().after(ms(20)), missing()],
        vec![hangs(), busy().after(ms(5)), ok(7)],
        vec![busy_after(ms(60)), hangs(), ok(7).after(ms(30))],
        vec![ok(7).after(ms(50)), busy().after(ms(5)), hangs(), ok(8)],
    ]
}

/// What happened, and when.
fn told(result: &Result<u32, Fail>, timelines: &[Timeline]) -> String {
    let Ok([timeline]) = <&[_; 1]>::try_from(timelines) else { panic!("one call, one timeline") };
    format!("{result:?}\n{:?}", timeline.events())
}

#[tokio::test(start_paused = true)]
async fn a_layer_does_what_a_call_does() {
    for policy in policies() {
        let is_limited = policy.timeout.or(policy.attempt_timeout).is_some();
        for script in scripts().into_iter().filter(|script| is_limited || !script.iter().any(Play::is_hang)) {
            // Without jitter and on a paused clock, both see the same moments.
            let (executor, called) = (Executor::new(), Script::new(script.clone()));
            let mut by_call = Vec::new();
            for _ in 0..CALLS {
                let call = executor.call(KEY, policy, || called.play());
                let call = call.classify(Fail::classify).describe(|fail| Some(fail.to_string()));
                let (result, timelines) = capture(call.into_future()).await;
                by_call.push(told(&result, &timelines));
            }
            let layer = ResilientLayer::new(&Executor::new(), KEY).policy(policy);
            let layer = layer.classify(Fail::classify).describe(|fail: &Fail| Some(fail.to_string()));
            let mut service = layer.layer(Played::new(script));
            for by_call in by_call {
                let (result, timelines) = capture(asked(&mut service)).await;
                let result = result.map_err(Failure::into_preferred);
                assert_eq!(told(&result, &timelines), by_call, "{policy:?}");
            }
        }
    }
}

/// concurrency-18: the service is asked when the slot is there, and layers share the slots of their key.
#[tokio::test(start_paused = true)]
async fn layers_of_one_key_share_its_slots() {
    let (executor, policy) =
        (Executor::new(), Policy::new().concurrency("1 at once, wait 50ms, queue 1".parse().unwrap()));
    let layer = || ResilientLayer::new(&executor, KEY).policy(policy).layer(Played::new([ok(7).after(ms(20))]));
    let (mut one, mut two, mut three) = (layer(), layer(), layer());
    let start = tokio::time::Instant::now();
    let (first, second, third) = tokio::join!(asked(&mut one), asked(&mut two), asked(&mut three));
    assert_eq!((first.unwrap(), second.unwrap(), start.elapsed()), (7, 7, ms(40)));
    assert_eq!(
        third.unwrap_err().rejected().unwrap().to_string(),
        "`scenario` was not called: 1 call runs already, and 1 wait"
    );
}
