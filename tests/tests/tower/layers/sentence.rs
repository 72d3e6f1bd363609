//! `retry + timeout & timeout | cached`, step by step.

use super::{Fail, Played, ms, once, over, timed};
use recourse::algebra::{Cause, FallbackLayer, ForkJoinLayer, PolicyLayer, Stack};
use recourse::layers::{Once, ResilientLayer, retry, timeout};
use recourse::{RejectionKind, RetryPolicy};
use recourse_tests::{Play, broken, busy, hangs, missing, ok};
use tower::ServiceExt;

type Timeout = ResilientLayer<Once>;
/// `((retry + timeout) & timeout) | cached`.
type Sentence<Cached> = PolicyLayer<FallbackLayer<ForkJoinLayer<Stack<ResilientLayer, Timeout>, Timeout>, Cached>>;

/// Three attempts of 50 ms, 10 ms apart, beside one that has 200 ms; or else what is cached.
fn sentence<Cached>(cached: PolicyLayer<Cached>) -> Sentence<Cached> {
    retry(RetryPolicy::attempts(3).fixed(ms(10))) + timeout(ms(50)) & timeout(ms(200)) | cached
}

/// One service, asked by both sides: the lines are played in the order of the calls.
fn service(plays: impl IntoIterator<Item = Play>) -> Played {
    Played::new(plays)
}

#[tokio::test(start_paused = true)]
async fn a_retry_gives_every_attempt_its_own_timeout() {
    let (db, cached) = (service([hangs(), busy().after(ms(20)), hangs(), ok(7).after(ms(5))]), service([ok(0)]));
    let start = tokio::time::Instant::now();
    let mut call = Box::pin(sentence(over(&cached)).layer(db.clone()).oneshot(()));
    for (at, live) in [(0, 2), (19, 2), (20, 1), (49, 1), (50, 0), (59, 0), (60, 1), (110, 0), (120, 1), (124, 1)] {
        tokio::time::sleep_until(start + ms(at)).await;
        assert!(once(&mut call).await.is_pending());
        assert_eq!(db.live(), live, "after {at} ms");
    }
    assert_eq!((call.await.unwrap(), start.elapsed()), (7, ms(125)));
    assert_eq!(db.called_at(start), [0, 0, 60, 120]);
    assert_eq!((db.live(), cached.runs()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_right_side_wins_while_the_left_one_backs_off() {
    let (db, cached) = (service([busy(), ok(7).after(ms(5))]), service([ok(0)]));
    let (answer, took) = timed(sentence(over(&cached)).layer(db.clone()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took, db.runs(), cached.runs()), (7, 5, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_cached_is_asked_when_both_sides_have_given_up() {
    let (db, cached) = (service([hangs()]), service([ok(0)]));
    let (answer, took) = timed(sentence(over(&cached)).layer(db.clone()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took, db.runs(), db.live()), (0, 200, 1 + 3, 0));
}

#[tokio::test(start_paused = true)]
async fn when_nothing_helps_every_leaf_says_why() {
    let (db, cached) = (service([broken(), busy().after(ms(30)), hangs(), busy()]), service([missing()]));
    let named =
        (retry(RetryPolicy::attempts(3).fixed(ms(10))) + timeout(ms(50)) & timeout(ms(200))).label("db", "replica");
    let failure = (named | over(&cached)).label("live", "cache").layer(db).oneshot(()).await.unwrap_err();
    let causes: Vec<_> = failure.entries().iter().map(|entry| (&*entry.label, &entry.cause)).collect();
    assert!(
        matches!(
            causes.as_slice(),
            [
                ("live.db", Cause::Inner(Fail::Busy(_))),
                ("live.replica", Cause::Inner(Fail::Busy(_))),
                ("cache", Cause::Inner(Fail::Missing)),
            ]
        ),
        "{causes:?}"
    );

    let (db, cached) = (service([hangs()]), service([missing()]));
    let failure = sentence(over(&cached)).layer(db).oneshot(()).await.unwrap_err();
    let kinds: Vec<_> = failure.entries().iter().map(|entry| entry.cause.rejected().map(|why| why.kind())).collect();
    assert_eq!(kinds, [Some(RejectionKind::Timeout), Some(RejectionKind::Timeout), None]);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_response_drops_both_sides_at_once() {
    let (db, cached) = (service([hangs()]), service([ok(0)]));
    let mut call = Box::pin(sentence(over(&cached)).layer(db.clone()).oneshot(()));
    assert!(once(&mut call).await.is_pending());
    assert_eq!(db.live(), 2);
    drop(call);
    assert_eq!((db.live(), db.alive(), cached.runs()), (0, 0, 0));
}

/// Deeper than anybody writes, and still `Send`, so that it can be spawned.
#[tokio::test(start_paused = true)]
async fn a_deep_policy_can_be_spawned() {
    use recourse::layers::{circuit, hedge};
    use recourse::{CircuitPolicy, HedgePolicy};
    let retry = || retry(RetryPolicy::attempts(2).no_delay());
    let circuit = || circuit(CircuitPolicy::defaults());
    let hedge = || hedge(HedgePolicy::after(ms(20)));
    let policy = retry() + circuit() + hedge() + timeout(ms(50)) & timeout(ms(60))
        | circuit() + (hedge() & retry() + timeout(ms(5)));
    let db = service([hangs(), busy(), ok(7)]);
    let answer = tokio::spawn(policy.layer(db).oneshot(())).await.unwrap();
    assert_eq!(answer.unwrap(), 7);
}
