//! `deadline` and `timeout` with expressions, and `deadline = "ignore"`.

use recourse::context::{self, Context};
use recourse::{RejectionKind, resilient};
use recourse_tests::{Fail, Script, hangs, ms, ok};
use std::time::Duration;
use tokio::time::{Instant, sleep};

struct Request {
    left: Duration,
    until: Instant,
    maybe: Option<Duration>,
}

#[resilient(key = "options.left", retry = "3 attempts, no delay", deadline = request.left)]
async fn left(request: &Request, script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "options.until", deadline = request.until)]
async fn until(request: &Request, script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "options.maybe", retry = "2 attempts, no delay", hedge = "10s", deadline = request.maybe)]
async fn maybe(request: &Request, script: &Script) -> Result<u32, Fail> {
    script.play().await
}

fn request(time: u64) -> Request {
    Request { left: ms(time), until: Instant::now() + ms(time), maybe: Some(ms(time)) }
}

/// context-14: a time that is left, a moment, or an option of one; the earlier of it and the deadline around counts.
#[tokio::test(start_paused = true)]
async fn each_call_may_have_a_deadline_of_its_own() {
    for (own, around, took) in [(100, 500, 100), (500, 100, 100), (100, 100, 100)] {
        for index in 0..3 {
            let (began, script, request) = (Instant::now(), Script::new([hangs()]), request(own));
            let result = context::within(ms(around), async {
                match index {
                    0 => left(&request, &script).await,
                    1 => until(&request, &script).await,
                    _ => maybe(&request, &script).await,
                }
            });
            let error = result.await.unwrap_err();
            assert_eq!((error.rejection(), began.elapsed()), (Some(RejectionKind::Timeout), ms(took)), "{index}");
        }
    }
    let none = Request { maybe: None, ..request(0) };
    assert_eq!(maybe(&none, &Script::new([ok(7).after(ms(900))])).await.unwrap(), 7);
    let script = Script::new([ok(7)]);
    assert_eq!(left(&request(0), &script).await.unwrap_err().rejection(), Some(RejectionKind::Expired));
    assert_eq!(script.runs(), 0);
}

/// context-14: a deadline of the call's own is none of the calls around it.
#[tokio::test(start_paused = true)]
async fn a_deadline_of_its_own_ends_the_call_and_not_the_one_around() {
    #[resilient(key = "options.around", timeout = "5s")]
    async fn around(script: &Script) -> Result<u32, Fail> {
        left(&request(100), script).await
    }
    let Err(Fail::Rejected(rejected)) = around(&Script::new([hangs()])).await else { panic!("cut") };
    assert_eq!(rejected.key().as_str(), "options.left");
}

#[resilient(key = "options.fill", deadline = "ignore")]
async fn fill(script: &Script) -> Result<u32, Fail> {
    assert_eq!(context::remaining(), None);
    script.play().await
}

/// context-15.
#[tokio::test(start_paused = true)]
async fn a_call_can_be_detached_from_the_deadline_around_it() {
    let result = context::within(ms(50), async { fill(&Script::new([ok(7).after(ms(100))])).await }).await;
    assert_eq!(result.unwrap(), 7);
    let late = async {
        sleep(ms(60)).await;
        fill(&Script::new([ok(8)])).await
    };
    assert_eq!(context::within(ms(50), late).await.unwrap(), 8, "it is not refused, either");
}

#[resilient(key = "options.timeout", retry = "2 attempts, no delay", timeout = left)]
async fn timeout(left: Duration, script: &Script) -> Result<u32, Fail> {
    script.play().await
}

struct Client {
    patience: Duration,
}

impl Client {
    #[resilient(key = "options.patience", timeout = self.patience * 2)]
    async fn get(&self, script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
}

/// context-16.
#[tokio::test(start_paused = true)]
async fn a_timeout_may_be_an_argument() {
    let began = Instant::now();
    let Err(Fail::Rejected(rejected)) = timeout(ms(70), &Script::new([hangs()])).await else { panic!("cut") };
    assert_eq!(rejected.to_string(), "`options.timeout` timed out after 70ms, in 1 attempt");
    assert_eq!(began.elapsed(), ms(70));
    let error = Client { patience: ms(20) }.get(&Script::new([hangs()])).await.unwrap_err();
    assert_eq!((error.rejection(), began.elapsed()), (Some(RejectionKind::Timeout), ms(110)));
    let script = Script::new([ok(7)]);
    assert_eq!(timeout(ms(0), &script).await.unwrap_err().rejection(), Some(RejectionKind::Expired));
    assert_eq!(script.runs(), 0);
}

#[resilient(key = "options.never", retry = "3 attempts, fixed 30ms", on_reject = "never")]
async fn never(script: &Script) -> Result<u32, String> {
    script.play().await.map_err(|fail| fail.to_string())
}

/// context-17: for a function without an error for rejections there is nothing to return at the deadline.
#[tokio::test(start_paused = true)]
async fn a_function_that_never_rejects_runs_beyond_the_deadline() {
    let result = context::within(ms(50), async { never(&Script::new([ok(7).after(ms(100))])).await }).await;
    assert_eq!(result, Ok(7));
    let late = Context::new().with_deadline(Instant::now());
    let script = Script::new([recourse_tests::busy(), ok(7)]);
    assert_eq!(late.scope(never(&script)).await, Err("busy".to_owned()), "its delay would not fit");
    assert_eq!(script.runs(), 1);
}
