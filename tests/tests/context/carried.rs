//! A deadline that is set by hand: how far it reaches, and what a task takes along.

use recourse::context::{self, Context, FutureExt};
use recourse::time::Instant;
use recourse_tests::ms;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Waker;
use tokio::time::{advance, sleep};

/// context-1.
#[tokio::test(start_paused = true)]
async fn a_deadline_is_known_inside_and_nowhere_else() {
    context::within(ms(500), async {
        assert_eq!(context::remaining(), Some(ms(500)));
        sleep(ms(200)).await;
        assert_eq!(context::remaining(), Some(ms(300)), "the time goes on while the future waits");
        sleep(ms(400)).await;
        assert_eq!(context::remaining(), Some(ms(0)), "the future is not ended");
    })
    .await;
    assert_eq!(context::deadline(), None);
}

/// context-1: of two the earlier counts, whichever is inside.
#[tokio::test(start_paused = true)]
async fn of_two_deadlines_the_earlier_counts() {
    context::within(ms(500), async {
        assert_eq!(context::within(ms(900), async { context::remaining() }).await, Some(ms(500)));
        assert_eq!(context::within(ms(100), async { context::remaining() }).await, Some(ms(100)));
        assert_eq!(context::remaining(), Some(ms(500)), "put back");
        let later = Instant::now().saturating_add(ms(900));
        assert_eq!(context::until(later, async { context::remaining() }).await, Some(ms(500)));
    })
    .await;
}

/// context-1: two futures that take turns in one task do not see each other's.
#[tokio::test(start_paused = true)]
async fn futures_that_take_turns_have_deadlines_of_their_own() {
    let turns = |time| {
        context::within(ms(time), async {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            context::remaining()
        })
    };
    assert_eq!(
        tokio::join!(turns(300), turns(100), async { context::remaining() }),
        (Some(ms(300)), Some(ms(100)), None)
    );
}

/// context-2.
#[tokio::test(start_paused = true)]
async fn a_panic_leaves_nothing_behind() {
    let mut within = pin!(context::within(ms(500), async { panic!("in the body") }));
    let poll = || within.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop()));
    assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
    assert_eq!(context::deadline(), None);
}

/// context-3: a task begins without a deadline, unless one is taken along.
#[tokio::test(start_paused = true)]
async fn a_context_is_taken_along_to_another_task() {
    context::within(ms(500), async {
        let alone = tokio::spawn(async { context::remaining() });
        let along = tokio::spawn(async { context::remaining() }.in_current_context());
        let context = context::current();
        advance(ms(100)).await;
        let later = tokio::spawn(context.scope(async { context::remaining() }));
        assert_eq!(alone.await.unwrap(), None);
        assert_eq!(along.await.unwrap(), Some(ms(400)));
        assert_eq!(later.await.unwrap(), Some(ms(400)), "a moment stays the same");
    })
    .await;
}

/// context-3: a context takes the place of what is around.
#[tokio::test(start_paused = true)]
async fn a_context_takes_the_place_of_the_one_around_it() {
    let outside = context::current();
    context::within(ms(500), async {
        assert_eq!(outside.scope(async { context::remaining() }).await, None);
        let longer = context::current().with_deadline(Instant::now().saturating_add(ms(900)));
        assert_eq!(longer.scope(async { context::remaining() }).await, Some(ms(900)));
    })
    .await;
}

/// context-4.
#[tokio::test(start_paused = true)]
async fn a_request_is_stamped_when_it_arrives() {
    let arrived = Instant::now();
    let request = Context::new().with_arrival(arrived).with_deadline(arrived.saturating_add(ms(50)));
    advance(ms(80)).await;
    let served =
        request.scope(async { context::within(ms(10), async { (context::arrival(), context::remaining()) }).await });
    assert_eq!(served.await, (Some(arrived), Some(ms(0))));
    assert_eq!(context::arrival(), None);
}

/// context-1: moments of tokio's clock and of ours are the same.
#[tokio::test(start_paused = true)]
async fn a_deadline_may_be_a_moment_of_tokios() {
    let deadline = tokio::time::Instant::now() + ms(70);
    assert_eq!(context::until(deadline, async { context::remaining() }).await, Some(ms(70)));
    assert_eq!(tokio::time::Instant::from(Instant::from(deadline)), deadline);
}
