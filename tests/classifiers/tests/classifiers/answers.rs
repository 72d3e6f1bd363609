//! What a service answers when a call of its own was rejected, and what its client makes of that.

use axum::Router;
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use recourse::testing::{fail, isolated};
use recourse::{
    Class, Classify as _, Executor, Key, MissingPolicy, Policy, Rejected, RejectionKind, answers, classify, context,
};
use std::future::{pending, ready};
use std::time::Duration;
use tokio::net::TcpListener;
use tonic::Code;

const KEY: Key = Key::from_static("users.get");

/// A rejection by a circuit that says when to come back.
async fn by_circuit() -> Rejected {
    let executor = Executor::new();
    let policy = Policy::new().circuit("1 failure, cooldown 1500ms..1500ms".parse().expect("a circuit"));
    let call = || executor.call(KEY, policy, || ready(Err::<(), Refused>(Refused::ByServer)));
    call().await.expect_err("the server refuses");
    call().await.expect_err("the circuit is open").rejected()
}

/// An error of the operation, or of the library.
#[derive(Debug)]
enum Refused {
    ByServer,
    Rejected(Rejected),
}

impl From<Rejected> for Refused {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl Refused {
    fn rejected(self) -> Rejected {
        match self {
            Self::Rejected(rejected) => rejected,
            Self::ByServer => panic!("an error of the operation"),
        }
    }
}

/// One rejection of each kind that comes without a moment to come back at.
async fn others() -> Vec<Rejected> {
    let second = Duration::from_secs(1);
    let hangs = || pending::<Result<(), Rejected>>();
    let executor = Executor::builder().missing_policy(MissingPolicy::Deny).build();
    let calls = [
        executor.call(KEY, Policy::new().timeout(second), hangs).await,
        executor.call(KEY, Policy::new().attempt_timeout(second), hangs).await,
        {
            let call = || executor.call(KEY, Policy::new().concurrency("1 at once".parse().expect("a limit")), hangs);
            let (running, refused) = (call().into_future(), call().into_future());
            tokio::select! { biased; result = running => result, result = refused => result }
        },
        context::within(Duration::ZERO, executor.call(KEY, Policy::new().timeout(second), hangs).into_future()).await,
        executor.call(KEY, Policy::new(), hangs).await,
        isolated(async {
            fail("users.get", 1);
            let policy = Policy::new().timeout(second);
            Executor::current().call(KEY, policy, || ready(Ok::<(), Rejected>(()))).await
        })
        .await
        .0,
    ];
    calls.into_iter().map(|call| call.expect_err("a rejection")).collect()
}

/// answer-1.
#[tokio::test(start_paused = true)]
async fn each_kind_has_its_answer() {
    let rows: Vec<_> = others()
        .await
        .iter()
        .map(|rejected| {
            let (status, headers) = answers::http(rejected);
            let grpc = answers::tonic(rejected);
            assert!(headers.is_empty() && grpc.metadata().is_empty(), "nobody knows when: {rejected}");
            assert!(!grpc.message().contains("users"), "{grpc}");
            (rejected.kind(), status.as_u16(), grpc.code())
        })
        .collect();
    let expected = [
        (RejectionKind::Timeout, 504, Code::DeadlineExceeded),
        (RejectionKind::AttemptTimeout, 504, Code::DeadlineExceeded),
        (RejectionKind::Full, 503, Code::Unavailable),
        (RejectionKind::Expired, 503, Code::DeadlineExceeded),
        (RejectionKind::NoPolicy, 503, Code::Unavailable),
        (RejectionKind::Injected, 503, Code::Unavailable),
    ];
    assert_eq!(rows, expected);
}

/// answer-2: a client that judges by the ready classifiers comes back when the circuit may be closed, and no sooner.
#[tokio::test(start_paused = true)]
async fn a_circuit_that_is_open_says_when_to_come_back() {
    let rejected = by_circuit().await;
    assert_eq!(rejected.retry_after(), Some(Duration::from_millis(1500)));

    let (status, headers) = answers::http(&rejected);
    assert_eq!(
        (status, &headers["retry-after"]),
        (StatusCode::SERVICE_UNAVAILABLE, &http::HeaderValue::from_static("2"))
    );
    let read = classify::http(status.as_u16(), headers["retry-after"].to_str().ok());
    assert_eq!(read, Class::Retryable { after: Some(Duration::from_secs(2)) });

    let grpc = answers::tonic(&rejected);
    assert_eq!(grpc.code(), Code::Unavailable);
    assert_eq!(grpc.metadata().get("grpc-retry-pushback-ms").expect("pushback"), "1500");
    assert_eq!(grpc.classify(), Class::Retryable { after: Some(Duration::from_millis(1500)) });
}

/// answer-2: over a real connection, as the response of a handler.
#[tokio::test]
async fn axum_sends_it() {
    async fn handler() -> Result<&'static str, (StatusCode, HeaderMap)> {
        let rejected = by_circuit().await;
        Err(answers::http(&rejected))
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, Router::new().route("/", get(handler))).into_future());

    let answer = crate::support::http::client().get(url).send().await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (503, &http::HeaderValue::from_static("2"))
    );
}
