use crate::get;
use recourse::{Class, resilient};
use std::io;

#[resilient(
    key = "users.load",
    retry = "3 attempts, exponential 50ms..1s",
    circuit = "5 failures, cooldown 10s",
    timeout = "2s",
    classify = health
)]
pub(crate) async fn fetch(id: u32) -> io::Result<String> {
    get(id).await
}

fn health(error: &io::Error) -> Class {
    if error.kind() == io::ErrorKind::NotFound { Class::Ignore } else { Class::RETRYABLE }
}
