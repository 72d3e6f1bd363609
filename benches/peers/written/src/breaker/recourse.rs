use crate::get;
use recourse::{Class, resilient};
use std::io;

#[resilient(key = "users.find", circuit = "5 failures, cooldown 10s..1m", classify = health)]
pub(crate) async fn fetch(id: u32) -> io::Result<String> {
    get(id).await
}

fn health(error: &io::Error) -> Class {
    if error.kind() == io::ErrorKind::NotFound { Class::Ignore } else { Class::RETRYABLE }
}
