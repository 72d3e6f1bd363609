//! `#[derive(Classify)]`: calls do what its classes say; `inherit` and `after`.

#![allow(clippy::items_after_statements, reason = "a scenario stands beside what is asserted of it")]

use super::{Says, after};
use recourse::observe::capture;
use recourse::{Class, Classify, Executor, Rejected, Rejection, RejectionKind, rejection, resilient};
use recourse_tests::ms;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Clone, Debug, thiserror::Error, Classify)]
enum ApiError {
    #[error("not found")]
    #[classify(ignore)]
    NotFound,
    #[error("busy")]
    #[classify(retryable(after = retry_after))]
    Busy { retry_after: Option<Duration> },
    #[error("limited")]
    #[classify(retryable(after = *_0 * 2))]
    Limited(Duration),
    #[error("starting")]
    #[classify(retryable(after = "1.5s"))]
    Starting,
    #[error("reset")]
    #[classify(retryable)]
    Reset(u16),
    #[error("already there")]
    #[classify(success)]
    Conflict,
    #[error("malformed: {0}")]
    #[classify(non_retryable)]
    Malformed(String),
    #[error(transparent)]
    #[classify(inherit)]
    Rejected(#[from] Rejected),
}

/// How often the body runs that fails so, and how long the call takes.
async fn fate(error: ApiError) -> (usize, Duration) {
    #[resilient(key = "fate", retry = "2 attempts, fixed 10ms", budget = "none")]
    async fn fails(error: &ApiError) -> Result<(), ApiError> {
        Err(error.clone())
    }
    let start = Instant::now();
    let (_, timelines) = capture(fails(&error)).await;
    (timelines[0].attempt_count(), start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_call_does_what_the_class_says() {
    // tokio's timer rounds up to the next millisecond.
    let tick = ms(1);
    for (error, attempts, wait) in [
        (ApiError::NotFound, 1, Duration::ZERO),
        (ApiError::Conflict, 1, Duration::ZERO),
        (ApiError::Malformed("at 3".into()), 1, Duration::ZERO),
        (ApiError::Reset(104), 2, ms(10)),
        (ApiError::Busy { retry_after: None }, 2, ms(10)),
        (ApiError::Busy { retry_after: Some(ms(2_000)) }, 2, ms(2_000)),
        (ApiError::Limited(ms(300)), 2, ms(600)),
        (ApiError::Starting, 2, ms(1_500)),
    ] {
        let (runs, took) = fate(error.clone()).await;
        assert_eq!(runs, attempts, "{error:?}");
        assert!((wait..=wait + tick).contains(&took), "{error:?}: took {took:?}");
    }
}

/// What a call cannot tell apart from outside, a circuit can.
#[test]
fn the_classes_that_end_a_call() {
    assert_eq!(ApiError::NotFound.classify(), Class::Ignore);
    assert_eq!(ApiError::Conflict.classify(), Class::Success);
    assert_eq!(ApiError::Malformed(String::new()).classify(), Class::NonRetryable);
    assert_eq!(ApiError::Reset(104).classify(), Class::RETRYABLE);
}

/// A refused call inside of another is attempted again only when it says when.
#[tokio::test(start_paused = true)]
async fn a_rejection_is_inherited() {
    #[resilient(key = "derive.inner", attempt_timeout = "5ms")]
    async fn slow() -> Result<(), ApiError> {
        std::future::pending().await
    }
    #[resilient(key = "derive.outer", retry = "3 attempts, no delay")]
    async fn around_slow() -> Result<(), ApiError> {
        slow().await
    }
    let (result, timelines) = capture(around_slow()).await;
    assert_eq!(rejection(&result.unwrap_err()).map(Rejection::kind), Some(RejectionKind::AttemptTimeout));
    assert_eq!(timelines.last().expect("the outer call ends last").attempt_count(), 1);

    #[resilient(key = "derive.inner", executor = executor, circuit = "1 failure, cooldown 3s")]
    async fn down(executor: &Executor) -> Result<(), ApiError> {
        Err(ApiError::Reset(104))
    }
    #[resilient(key = "derive.outer", executor = executor, retry = "2 attempts, no delay", budget = "none")]
    async fn around_down(executor: &Executor) -> Result<(), ApiError> {
        down(executor).await
    }
    let executor = Executor::new();
    assert!(down(&executor).await.is_err(), "which opens the circuit");
    let start = Instant::now();
    let error = around_down(&executor).await.unwrap_err();
    assert!(matches!(error, ApiError::Reset(_)), "the second attempt is the probe: {error:?}");
    assert!((ms(3_000)..ms(3_010)).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[derive(Debug, Classify)]
#[allow(dead_code, reason = "what is not asked is not read")]
enum Outer {
    #[classify(inherit)]
    Tuple(Says),
    #[classify(inherit)]
    Boxed(Box<dyn ClassifiedError>),
    #[classify(inherit)]
    Shared { inner: Arc<Says> },
    #[classify(inherit)]
    Named { path: String, source: Says },
    #[classify(inherit(_1))]
    Second(u8, Says, Rejected),
    #[classify(inherit(r#type))]
    Raw { r#type: Says, source: Rejected },
}

trait ClassifiedError: Classify + Debug {}
impl ClassifiedError for Says {}

#[test]
fn inherit_asks_the_field() {
    for class in [Class::Ignore, Class::NonRetryable, after(ms(7))] {
        let says = Says(class);
        assert_eq!(Outer::Tuple(says).classify(), class);
        assert_eq!(Outer::Boxed(Box::new(says)).classify(), class);
        assert_eq!(Outer::Shared { inner: Arc::new(says) }.classify(), class);
        assert_eq!(Outer::Named { path: "/".into(), source: says }.classify(), class);
    }
}

#[tokio::test(start_paused = true)]
async fn inherit_asks_no_other_field() {
    #[resilient(key = "derive.slow", timeout = "5ms")]
    async fn slow() -> Result<(), Rejected> {
        std::future::pending().await
    }
    let rejected = slow().await.unwrap_err();
    assert_eq!(rejected.classify(), Class::NonRetryable);
    let says = Says(Class::Success);
    assert_eq!(Outer::Second(1, says, rejected.clone()).classify(), Class::Success);
    assert_eq!(Outer::Raw { r#type: says, source: rejected }.classify(), Class::Success);
}

/// With thiserror, the source is the field it calls so.
#[test]
fn inherit_asks_the_source() {
    #[derive(Debug, thiserror::Error, Classify)]
    #[error("ignored")]
    #[classify(ignore)]
    struct Ignored;

    #[derive(Debug, thiserror::Error, Classify)]
    #[classify(default = inherit)]
    enum Sourced {
        #[error("from, at {1}")]
        Marked(#[source] Ignored, u8),
        #[error(transparent)]
        From(#[from] Ignored),
        #[error("{path}")]
        Named { path: String, source: Ignored },
        #[error("other")]
        #[classify(success)]
        Other,
    }
    let named = Sourced::Named { path: String::new(), source: Ignored };
    for error in [Sourced::Marked(Ignored, 1), Ignored.into(), named] {
        assert_eq!(error.classify(), Class::Ignore, "{error:?}");
    }
    assert_eq!(Sourced::Other.classify(), Class::Success);
}

/// Values of both types, and references to them; a field, an item, `self`, a block, nothing.
#[test]
fn after_takes_what_there_is() {
    #[derive(Classify)]
    #[allow(dead_code, reason = "expressions need not name every field")]
    enum Limits {
        #[classify(retryable(after = wait))]
        Field { wait: Duration, other: u8 },
        #[classify(retryable(after = Some(*_1)))]
        Second(u8, Duration),
        #[classify(retryable(after = header.and_then(recourse::classify::retry_after)))]
        Header { header: Option<&'static str> },
        #[classify(retryable(after = PAUSE))]
        Item { wait: u8 },
        #[classify(retryable(after = self.pause()))]
        Own,
        #[classify(retryable(after = { let wait = *_0; Duration::from_secs(wait.into()) }))]
        Block(u8),
        #[classify(retryable(after = None))]
        Nothing { r#type: u8 },
        #[classify(retryable(after = &r#match.wait))]
        Inside { r#match: Wait },
    }
    #[derive(Debug)]
    struct Wait {
        wait: Option<Duration>,
    }
    const PAUSE: Duration = ms(5);
    impl Limits {
        fn pause(&self) -> Option<Duration> {
            matches!(self, Self::Own).then_some(ms(6))
        }
    }
    for (error, expected) in [
        (Limits::Field { wait: ms(1), other: 1 }, Some(ms(1))),
        (Limits::Second(1, ms(2)), Some(ms(2))),
        (Limits::Header { header: Some("3") }, Some(ms(3_000))),
        (Limits::Header { header: Some("soon") }, None),
        (Limits::Item { wait: 1 }, Some(ms(5))),
        (Limits::Own, Some(ms(6))),
        (Limits::Block(7), Some(ms(7_000))),
        (Limits::Nothing { r#type: 1 }, None),
        (Limits::Inside { r#match: Wait { wait: Some(ms(8)) } }, Some(ms(8))),
    ] {
        assert_eq!(error.classify(), Class::Retryable { after: expected });
    }
}

#[test]
fn structs() {
    #[derive(Classify)]
    #[classify(retryable(after = *retry_after + self.more()))]
    struct Busy {
        retry_after: Duration,
    }
    impl Busy {
        fn more(&self) -> Duration {
            self.retry_after
        }
    }
    #[derive(Classify)]
    #[classify(inherit)]
    struct Wrapper<T>(T);
    #[derive(Classify)]
    #[classify(non_retryable)]
    struct Unit;

    assert_eq!(Busy { retry_after: ms(2) }.classify(), after(ms(4)));
    assert_eq!(Wrapper(Busy { retry_after: ms(2) }).classify(), after(ms(4)));
    assert_eq!(Wrapper(Unit).classify(), Class::NonRetryable);
}
