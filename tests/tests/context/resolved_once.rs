//! Functions of the process-wide executor, which are resolved once: most of their calls begin without a look at what is around them, and
//! miss nothing that is there.
//!
//! Other tests of the process capture timelines meanwhile, and then every call looks. So each assertion is made many times.

use futures::FutureExt as _;
use recourse::context::{self, Context};
use recourse::time::Instant;
use recourse::{Executor, Key, Policy, RejectionKind, resilient};
use recourse_tests::{Fail, Script, busy, hangs, ms, ok, once, panics};
use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::rc::Rc;
use tokio::time::{advance, sleep};

const TIMES: usize = 50;

#[resilient(key = "resolved_once.plain", retry = "1 attempts")]
async fn plain(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "resolved_once.limited", timeout = "1s")]
async fn limited(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "resolved_once.repeated", retry = "3 attempts, no delay", budget = "none")]
async fn repeated(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "resolved_once.hedged", retry = "3 attempts, no delay", budget = "none", idempotent)]
async fn hedged(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

/// Calls all of them. Returns how many were refused because their time was over.
async fn refused(script: &Script) -> usize {
    let all = [plain(script).await, limited(script).await, repeated(script).await, hedged(script).await];
    all.into_iter()
        .filter(|result| matches!(result, Err(fail) if fail.rejection() == Some(RejectionKind::Expired)))
        .count()
}

/// context-6: a deadline that is over is seen, whatever has set it.
#[tokio::test(start_paused = true)]
async fn a_deadline_that_is_over_is_seen_wherever_it_comes_from() {
    let (executor, script) = (Executor::new(), Script::new([ok(7)]));
    assert_eq!(refused(&script).await, 0);
    let all = script.runs();
    for _ in 0..TIMES {
        assert_eq!(context::within(ms(0), refused(&script)).await, all, "a time");
        assert_eq!(context::until(Instant::now(), refused(&script)).await, all, "a moment");
        assert_eq!(Context::new().with_deadline(Instant::now()).scope(refused(&script)).await, all, "a context");
        for policy in [Policy::new().timeout(ms(50)), Policy::new().attempt_timeout(ms(50))] {
            let seen = Cell::new(0);
            let body = async || {
                sleep(ms(10)).await;
                // The thread is held up: the attempt is polled once more when its time is over.
                let _ = once(&mut Box::pin(advance(ms(60)))).await;
                seen.set(refused(&script).await);
                Err::<u32, Fail>(Fail::Broken)
            };
            assert!(executor.call(Key::from_static("around"), policy, body).await.is_err());
            assert_eq!(seen.get(), all, "{policy:?}");
        }
        assert_eq!(script.runs(), all);
    }
}

#[resilient(key = "resolved_once.around", timeout = "50ms")]
async fn around(call: &impl AsyncFn() -> Result<u32, Fail>) -> Result<u32, Fail> {
    call().await
}

#[resilient(key = "resolved_once.short", timeout = "10ms")]
async fn short(script: &Script) -> Result<u32, Fail> {
    assert_eq!(context::remaining(), Some(ms(10)));
    script.play().await
}

/// context-1, context-2: in nothing, in an attempt whose time has not begun to count, and under a moment.
#[tokio::test(start_paused = true)]
async fn the_time_of_a_call_ends_with_it_however_it_ends() {
    for play in [ok(7), busy(), panics()] {
        let script = Script::new([play]);
        let left = async || {
            let _ = AssertUnwindSafe(short(&script)).catch_unwind().await;
            context::remaining()
        };
        for _ in 0..TIMES / 5 {
            assert_eq!(left().await, None);
            assert_eq!(context::within(ms(50), left()).await, Some(ms(50)));
            let calls = async || {
                assert_eq!(left().await, Some(ms(50)));
                Ok(7)
            };
            assert_eq!(around(&calls).await.unwrap(), 7);
            assert_eq!(context::remaining(), None);
        }
    }
}

/// context-10: one that was ignored, before a call that is resolved once: in nothing, in an attempt that sets nothing, and in one that does.
#[tokio::test(start_paused = true)]
async fn what_failed_before_takes_away_no_retry() {
    let fails = Script::new([busy()]);
    for _ in 0..TIMES {
        let script = Script::new([busy(), ok(7), busy(), ok(7)]);
        let calls = async || {
            let _ = repeated(&fails).await;
            repeated(&script).await?;
            let _ = repeated(&fails).await;
            hedged(&script).await
        };
        assert_eq!(calls().await.unwrap(), 7);
        assert_eq!(script.runs(), 4);
        let script = Script::new([busy(), ok(7)]);
        let calls = async || {
            let _ = repeated(&fails).await;
            repeated(&script).await
        };
        assert_eq!(around(&calls).await.unwrap(), 7);
        assert_eq!(script.runs(), 2);
    }
}

type Begun = Pin<Box<dyn Future<Output = Result<u32, Fail>>>>;

/// context-12: a call that began under a time which had not begun to count keeps it, whoever polls it later.
#[tokio::test(start_paused = true)]
async fn a_call_keeps_a_time_that_had_not_begun_to_count() {
    let script = Rc::new(Script::new([hangs()]));
    for _ in 0..TIMES {
        for which in 0..4 {
            let script = script.clone();
            let mut begun: Begun = Box::pin(async move {
                match which {
                    0 => plain(&script).await,
                    1 => limited(&script).await,
                    2 => repeated(&script).await,
                    _ => hedged(&script).await,
                }
            });
            let place = Cell::new(Some(&mut begun));
            let begins = async || {
                assert!(once(place.take().expect("it is begun once")).await.is_pending());
                Ok(7)
            };
            assert_eq!(around(&begins).await.unwrap(), 7);
            let began = Instant::now();
            let error = context::within(ms(900), begun).await.unwrap_err();
            assert_eq!(error.rejection(), Some(RejectionKind::Timeout), "{which}");
            assert_eq!(Instant::now().saturating_duration_since(began), ms(50), "{which}");
        }
    }
}
