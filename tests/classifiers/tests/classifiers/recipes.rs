//! The recipes of the documentation: they compile, and that of redis runs.

use crate::support::redis::Redis;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use recourse::observe::AttemptOutcome;
use recourse::testing::{assert_timeline, isolated};
use recourse::{Classify as _, RejectionKind, classifiers, resilient};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use std::time::Duration;

#[allow(dead_code, reason = "it is asked by an SDK, of which there is none here")]
fn aws<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> recourse::Class {
    let Some(answer) = error.raw_response() else {
        let never_sent = matches!(error, SdkError::ConstructionFailure(_));
        return if never_sent { recourse::Class::Ignore } else { recourse::Class::RETRYABLE };
    };
    recourse::classify::aws(error.code(), answer.status().as_u16(), answer.headers().get("retry-after"))
}

/// It fits an operation of a service: `classify = aws`.
#[allow(clippy::result_large_err, reason = "the error is as large as the SDK makes it")]
#[resilient(key = "recipes.aws", retry = "3 attempts", on_reject = "never", classify = aws)]
async fn _operation<E: ProvideErrorMetadata>(
    call: impl AsyncFn() -> Result<u32, SdkError<E, HttpResponse>> + Clone,
) -> Result<u32, SdkError<E, HttpResponse>> {
    call().await
}

#[resilient(
    key = "cache.visits",
    retry = "3 attempts, exponential 5ms..100ms",
    circuit = "3 failures",
    timeout = "10s",
    classify = classifiers::idempotent_only,
    on_reject = |rejected| std::io::Error::from(rejected).into()
)]
async fn visits(redis: &ConnectionManager, page: &str) -> redis::RedisResult<i64> {
    redis::cmd("INCR").arg(page).query_async(&mut redis.clone()).await
}

fn manager(url: &str) -> redis::RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new().set_number_of_retries(0);
    let config = config.set_response_timeout(Some(Duration::from_secs(5)));
    ConnectionManager::new_lazy_with_config(redis::Client::open(url)?, config)
}

/// classify-13, classify-15: a server that goes, a circuit that opens, and a rejection in a foreign error.
#[tokio::test]
async fn a_counter_is_guarded() {
    let Some(redis) = Redis::start("").await else { return };
    let manager = manager(&redis.url()).expect("a client");
    isolated(async {
        assert_eq!(visits(&manager, "/").await.expect("a number"), 1);
        assert_eq!(visits(&manager, "/").await.expect("a number"), 2);
        drop(redis);
        let mut rejected = None;
        for _ in 0..10 {
            let error = visits(&manager, "/").await.expect_err("the server is gone");
            rejected =
                recourse::rejection(&error).map(|rejection| (rejection.kind(), rejection.classify(), error.classify()));
        }
        let (kind, of_rejection, of_error) = rejected.expect("the circuit is open at last");
        assert_eq!((kind, of_rejection), (RejectionKind::CircuitOpen, of_error));
    })
    .await;
}

/// classify-14: a server that is there and busy with its data is asked again.
#[tokio::test]
async fn a_node_without_slots_is_asked_again() {
    let Some(node) = Redis::node().await else { return };
    let manager = manager(&node.url()).expect("a client");
    let (_, timelines) = isolated(visits(&manager, "/")).await;
    assert_timeline(&timelines[0]).outcomes(&[AttemptOutcome::Retryable; 3]);
}

/// What the documentation shows is this file's code, line by line.
#[test]
fn the_documentation_shows_what_compiles() {
    let code = include_str!("recipes.rs");
    for page in [
        include_str!("../../../../recourse/src/classifiers/mod.rs"),
        include_str!("../../../../recourse/src/classifiers/redis.rs"),
    ] {
        let recipe =
            page.split("```ignore\n").nth(1).and_then(|rest| rest.split("//! ```\n").next()).expect("a recipe");
        let lines: Vec<_> = recipe.lines().map(|line| line.trim_start_matches("//!").trim()).collect();
        assert!(lines.len() > 5, "{recipe}");
        let here: Vec<_> = code.lines().map(str::trim).collect();
        let missing: Vec<_> = lines.iter().filter(|line| !line.is_empty() && !here.contains(line)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
