//! `resilience = { package = "recourse-rs", .. }` in Cargo.toml, and `crate = resilience`.

use crate::Runs;
use resilience::resilient;
use std::io;

#[resilient(crate = resilience, key = "renamed.name", retry = "2 attempts, no delay", timeout = "1s")]
async fn plain(runs: &Runs, text: String) -> io::Result<(String, u32)> {
    runs.play().await.map(|run| (text, run))
}

#[resilient(crate = ::resilience, key = "renamed.path.{text}", retry = "2 attempts, no delay", fallback = instead)]
async fn with_everything(runs: &Runs, text: &str) -> io::Result<u32> {
    let _ = text;
    runs.play().await
}

#[allow(clippy::unused_async, reason = "a fallback is async")]
async fn instead(_: &Runs, _: &str, error: io::Error) -> io::Result<u32> {
    Err(error)
}

#[tokio::test(start_paused = true)]
async fn it_is_found_under_the_other_name() {
    assert_eq!(plain(&Runs::default(), "t".into()).await.unwrap(), ("t".into(), 2));
    assert_eq!(with_everything(&Runs::default(), "t").await.unwrap(), 2);
}
