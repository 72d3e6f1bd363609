//! `anyhow::Result`, `io::Result`, `Box<dyn Error>`: errors that know nothing of the library.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::Script;
use std::error::Error;
use std::io;

#[resilient(key = "shapes.anyhow", retry = "2 attempts, no delay")]
async fn anyhow(script: &Script) -> anyhow::Result<u32> {
    script.play().await.map_err(|fail| anyhow::anyhow!("{fail}"))
}

#[resilient(key = "shapes.io", retry = "2 attempts, no delay")]
async fn io(script: &Script) -> io::Result<u32> {
    script.play().await.map_err(|fail| io::Error::other(fail.to_string()))
}

#[resilient(key = "shapes.boxed_error", retry = "2 attempts, no delay")]
async fn boxed(script: &Script) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let value = script.play().await.map_err(|fail| fail.to_string())?;
    Ok(value)
}

#[resilient(key = "shapes.boxed_local_error", retry = "2 attempts, no delay")]
async fn boxed_here(script: &Script) -> Result<u32, Box<dyn Error>> {
    let value = script.play().await.map_err(|fail| fail.to_string())?;
    Ok(value)
}

#[tokio::test(start_paused = true)]
async fn errors_that_know_nothing_of_it_are_retried() {
    let script = once_busy();
    assert_eq!(send(anyhow(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(io(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(boxed(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(boxed_here(&script).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
