//! `#[async_trait]`: no receiver, and generic.

use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;

#[async_trait]
trait Ping<H> {
    async fn ping(script: &Script, host: H) -> Result<String, Fail>;
    async fn all<T, const N: usize>(script: &Script, values: [T; N]) -> Result<String, Fail>
    where
        T: Display + Clone + Send + 'static;
}

struct Net;

#[async_trait]
impl<H: Display + Clone + Send + 'static> Ping<H> for Net {
    #[resilient(key = "shapes.async_trait_free", retry = "2 attempts, no delay")]
    async fn ping(script: &Script, host: H) -> Result<String, Fail> {
        let value = script.play().await?;
        Ok(format!("{host}{value}"))
    }

    #[resilient(key = "shapes.async_trait_generic", retry = "2 attempts, no delay")]
    async fn all<T, const N: usize>(script: &Script, values: [T; N]) -> Result<String, Fail>
    where
        T: Display + Clone + Send + 'static,
    {
        script.play().await?;
        Ok(values.into_iter().map(|value| value.to_string()).collect())
    }
}

#[tokio::test(start_paused = true)]
async fn functions_of_a_trait_are_guarded() {
    let script = once_busy();
    assert_eq!(send(Net::ping(&script, "h")).await.unwrap(), "h1");
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(<Net as Ping<u8>>::all(&script, [1, 2])).await.unwrap(), "12");
    assert_eq!(script.runs(), 2);
}
