//! A call keeps the deadline under which it began, whoever polls it later.

use crate::entrances::{ENTRANCES, executor};
use futures::FutureExt as _;
use recourse::context::{self, Context};
use recourse::{Executor, Key, Policy, RejectionKind, RetryPolicy};
use recourse_tests::{Fail, Script, hangs, ms, ok, once};
use std::future::IntoFuture;
use std::rc::Rc;
use std::task::Poll;
use tokio::time::{Instant, sleep};

fn patient() -> Executor {
    executor(Policy::new().retry(RetryPolicy::none()))
}

/// context-12: a call that began without a deadline is not cut by that of somebody who polls it later.
#[tokio::test(start_paused = true)]
async fn a_call_that_began_without_a_deadline_has_none_later() {
    for (entrance, call) in ENTRANCES {
        let (executor, script) = (patient(), Script::new([ok(7).after(ms(100))]));
        let mut begun = call(&executor, &script);
        assert!(once(&mut begun).await.is_pending(), "{entrance}");
        let result = context::within(ms(50), begun).await;
        assert_eq!(result.unwrap(), 7, "{entrance}");
    }
}

/// context-12: and neither are the calls that begin in its body later.
#[tokio::test(start_paused = true)]
async fn what_begins_in_it_later_has_none_either() {
    let outer = Executor::new();
    for (entrance, call) in ENTRANCES {
        let (inner, script) = (patient(), Script::new([ok(7).after(ms(100))]));
        for policy in [Policy::new().retry(RetryPolicy::none()), Policy::new().timeout(ms(900))] {
            let body = async || {
                sleep(ms(10)).await;
                let left = context::remaining();
                assert_eq!(left, policy.timeout.map(|timeout| timeout.saturating_sub(ms(10))), "{entrance}");
                call(&inner, &script).await
            };
            let mut begun = Box::pin(outer.call(Key::from_static("outer"), policy, body).into_future());
            assert!(once(&mut begun).await.is_pending(), "{entrance}");
            assert_eq!(context::within(ms(50), begun).await.unwrap(), 7, "{entrance}");
        }
    }
}

/// context-12: a call that began under a deadline keeps it outside.
#[tokio::test(start_paused = true)]
async fn a_call_that_began_under_a_deadline_keeps_it() {
    for (entrance, call) in ENTRANCES {
        let (executor, script, began) = (patient(), Script::new([hangs()]), Instant::now());
        let mut begun = call(&executor, &script);
        assert!(context::within(ms(50), once(&mut begun)).await.is_pending(), "{entrance}");
        let error = begun.await.unwrap_err();
        assert_eq!((error.rejection(), began.elapsed()), (Some(RejectionKind::Timeout), ms(50)), "{entrance}");
    }
}

/// context-12: and so do the calls that begin in its body later, where nobody else sets one.
#[tokio::test(start_paused = true)]
async fn what_begins_in_it_later_has_the_same() {
    let outer = Executor::new();
    for (entrance, call) in ENTRANCES {
        let (inner, script, began) = (patient(), Script::new([hangs()]), Instant::now());
        let body = async || {
            sleep(ms(10)).await;
            assert_eq!(context::remaining(), Some(ms(40)), "{entrance}");
            call(&inner, &script).await
        };
        let policy = Policy::new().retry(RetryPolicy::none());
        let mut begun = Box::pin(outer.call(Key::from_static("outer"), policy, body).into_future());
        assert!(context::within(ms(50), once(&mut begun)).await.is_pending(), "{entrance}");
        begun.await.unwrap_err();
        assert_eq!(began.elapsed(), ms(50), "{entrance}");
    }
}

/// context-12: whoever shares a call that is under way gets its deadline, and not their own.
#[tokio::test(start_paused = true)]
async fn a_shared_call_has_the_deadline_of_its_first_poller() {
    let (executor, began) = (Rc::new(patient()), Instant::now());
    let script = Rc::new(Script::new([hangs()]));
    let shared = {
        let (executor, script) = (executor.clone(), script.clone());
        async move { ENTRANCES[0].1(&executor, &script).await.map_err(|fail| fail.rejection()) }.shared()
    };
    let impatient = context::within(ms(50), async { (shared.clone().await, began.elapsed()) });
    let patient = context::within(ms(500), async {
        sleep(ms(1)).await;
        (shared.clone().await, began.elapsed())
    });
    let cut = (Err(Some(RejectionKind::Timeout)), ms(50));
    assert_eq!(tokio::join!(impatient, patient), (cut, cut));
}

/// context-12: the same for tasks that a body polls by itself: what begins there while the body polls has the body's deadline, and what had
/// begun before keeps its own.
#[tokio::test(start_paused = true)]
async fn a_local_set_that_a_body_polls_has_the_deadline_of_the_body() {
    let local = tokio::task::LocalSet::new();
    let before = local.spawn_local(async {
        let (executor, script) = (patient(), Script::new([ok(7).after(ms(100))]));
        ENTRANCES[0].1(&executor, &script).await
    });
    let later = local.spawn_local(async {
        sleep(ms(20)).await;
        let (executor, script) = (patient(), Script::new([hangs()]));
        ENTRANCES[0].1(&executor, &script).await
    });
    let detached = local.spawn_local(Context::new().scope(async {
        sleep(ms(20)).await;
        let (executor, script) = (patient(), Script::new([ok(8).after(ms(100))]));
        ENTRANCES[0].1(&executor, &script).await
    }));
    let mut polled = Box::pin(local.run_until(async { sleep(ms(200)).await }));
    assert!(once(&mut polled).await == Poll::Pending);
    context::within(ms(50), polled).await;
    assert_eq!(before.await.unwrap().unwrap(), 7);
    let Err(Fail::Rejected(rejected)) = later.await.unwrap() else { panic!("cut") };
    assert_eq!(rejected.kind(), RejectionKind::Timeout);
    assert_eq!(detached.await.unwrap().unwrap(), 8);
}
