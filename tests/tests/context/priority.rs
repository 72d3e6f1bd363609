//! Priorities: how far one reaches, who sets it, and what a task takes along.

use recourse::context::{self, Context, FutureExt, Priority};
use recourse::{Executor, Key, Policy, resilient};
use recourse_tests::ms;
use std::convert::Infallible;
use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Waker;
use tokio::task::yield_now;
use tower::ServiceExt as _;

type Seen = Result<Option<Priority>, String>;

/// Guarded, and without a priority of its own.
#[resilient(key = "inner", timeout = "1s")]
async fn inner() -> Seen {
    yield_now().await;
    Ok(context::priority())
}

/// context-27.
#[tokio::test(start_paused = true)]
async fn a_priority_is_known_inside_and_nowhere_else() {
    let turns = |priority| {
        context::with_priority(priority, async {
            for _ in 0..3 {
                assert_eq!(inner().await, Ok(context::priority()));
            }
            context::priority()
        })
    };
    let seen = tokio::join!(turns(Priority::Low), turns(Priority::Critical), inner());
    assert_eq!(seen, (Some(Priority::Low), Some(Priority::Critical), Ok(None)), "in turns");
    assert_eq!(context::priority(), None);

    let mut panics = pin!(context::with_priority(Priority::Low, async { panic!("in the body") }));
    let poll = || panics.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop()));
    assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
    assert_eq!(context::priority(), None, "a panic leaves nothing behind");
}

/// context-27: beside a deadline, neither disturbs the other.
#[tokio::test(start_paused = true)]
async fn a_priority_and_a_deadline_stand_beside_each_other() {
    let both = async || (context::priority(), context::remaining());
    let low = Some(Priority::Low);
    assert_eq!(context::with_priority(Priority::Low, context::within(ms(50), both())).await, (low, Some(ms(50))));
    assert_eq!(context::within(ms(50), context::with_priority(Priority::Low, both())).await, (low, Some(ms(50))));
    let given = context::current().with_priority(Priority::Low);
    let (deadline, arrival) =
        context::within(ms(50), given.scope(async { (context::deadline(), context::arrival()) })).await;
    assert_eq!((deadline, arrival), (None, None), "the scope has taken the place of the deadline");
}

/// context-28: a call knows best how much it matters, be that more or less than what is around it.
#[tokio::test(start_paused = true)]
async fn the_innermost_that_states_one_counts() {
    #[resilient(key = "higher", timeout = "1s", priority = "critical")]
    async fn higher() -> Seen {
        inner().await
    }
    #[resilient(key = "lower", timeout = "1s", priority = "sheddable")]
    async fn lower() -> Result<[Option<Priority>; 3], String> {
        Ok([inner().await?, higher().await?, inner().await?])
    }
    let seen = context::with_priority(Priority::High, async { (lower().await, context::priority()) }).await;
    let sheddable = Some(Priority::Sheddable);
    assert_eq!(seen, (Ok([sheddable, Some(Priority::Critical), sheddable]), Some(Priority::High)));
}

/// context-27: every entrance, with a text, a value, and a value that is none.
#[tokio::test(start_paused = true)]
async fn whatever_the_entrance_what_is_inside_has_the_priority() {
    #[resilient(timeout = "1s", priority = "low")]
    async fn text() -> Seen {
        inner().await
    }
    #[resilient(timeout = "1s", priority = if is_paying { Priority::High } else { Priority::Low })]
    async fn computed(is_paying: bool) -> Seen {
        inner().await
    }
    #[resilient(retry = "2 attempts, no delay", priority = level)]
    async fn option(level: Option<Priority>) -> Seen {
        inner().await
    }
    #[resilient(timeout = "1s", priority = "low")]
    fn returned() -> impl Future<Output = Seen> {
        let made = context::priority();
        async move { if made == Some(Priority::Low) { inner().await } else { Err(format!("made in {made:?}")) } }
    }
    let low = Ok(Some(Priority::Low));
    assert_eq!((text().await, returned().await), (low.clone(), low.clone()));
    assert_eq!((computed(true).await, computed(false).await), (Ok(Some(Priority::High)), low.clone()));
    assert_eq!((option(Some(Priority::Low)).await, option(None).await), (low.clone(), Ok(None)));
    let around = context::with_priority(Priority::High, option(None)).await;
    assert_eq!(around, Ok(Some(Priority::High)), "none leaves the one around");

    let (executor, key) = (Executor::new(), Key::from_static("closure"));
    let policy = Policy::new().timeout(ms(500));
    let closure = executor.call(key.clone(), policy, inner).priority(Priority::Low);
    assert_eq!(closure.await, low, "call");
    let shown = executor.call_with(key.clone(), policy, async |_| inner().await).priority(Some(Priority::Low));
    assert_eq!(shown.await, low, "call_with");
    assert_eq!(executor.guard(key.clone(), policy, inner()).priority(Priority::Low).await, low, "guard");
    let service = tower::service_fn(async |(): ()| Ok::<_, Infallible>(inner().await));
    let layer = recourse::layers::ResilientLayer::new(&executor, key).policy(policy).priority(Priority::Low);
    assert_eq!(layer.layer(service).oneshot(()).await.unwrap(), low, "layer");
}

/// context-27: all attempts of a call, whoever polls it.
#[tokio::test(start_paused = true)]
async fn retries_hedges_and_branches_have_the_priority() {
    #[resilient(retry = "3 attempts, fixed 5ms", attempt = it, priority = "low")]
    async fn retried() -> Seen {
        let seen = inner().await?;
        if it.is_last() { Ok(seen) } else { Err("again".to_owned()) }
    }
    #[resilient(hedge = "5ms", attempt = it, priority = "low")]
    async fn hedged() -> Seen {
        if it.is_hedge() { inner().await } else { std::future::pending().await }
    }
    let low = Ok(Some(Priority::Low));
    assert_eq!((retried().await, hedged().await), (low.clone(), low.clone()));
    let race =
        context::with_priority(Priority::Low, async { recourse::race!(deadline = ms(50); inner(), inner()).await });
    assert_eq!(race.await.unwrap(), Some(Priority::Low));
    // Begun here, and polled by somebody who has another priority.
    let mut call = Box::pin(
        Executor::new()
            .call(Key::from_static("moved"), Policy::defaults(), inner)
            .priority(Priority::Low)
            .into_future(),
    );
    assert!(recourse_tests::once(&mut call).await.is_pending());
    assert_eq!(context::with_priority(Priority::High, call).await, low);
}

/// context-29: a task begins without a priority, unless one is taken along.
#[tokio::test(start_paused = true)]
async fn a_priority_is_taken_along_to_another_task() {
    context::with_priority(Priority::Low, async {
        let alone = tokio::spawn(inner());
        let along = tokio::spawn(inner().in_current_context());
        let scoped = tokio::spawn(context::current().scope(inner()));
        assert_eq!(alone.await.unwrap(), Ok(None));
        assert_eq!((along.await.unwrap(), scoped.await.unwrap()), (Ok(Some(Priority::Low)), Ok(Some(Priority::Low))));
        assert_eq!(Context::new().scope(inner()).await, Ok(None), "a scope takes the place of what is around");
    })
    .await;
    let context = Context::new().with_priority(Priority::High);
    assert_eq!(
        (context.priority(), context.with_priority(Priority::High)),
        (Some(Priority::High), context),
        "one level"
    );
    assert_eq!(context.without_deadline().scope(inner()).await, Ok(Some(Priority::High)));
}
