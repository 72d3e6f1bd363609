//! Type parameters with bounds, with `?Sized`, and given by a turbofish.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;

#[resilient(key = "shapes.bounds", retry = "2 attempts, no delay")]
#[allow(clippy::future_not_send, reason = "it can be sent where its arguments can")]
async fn shown<T: Clone + Display, U: Display + ?Sized, D: Default + Display>(
    script: &Script,
    value: T,
    other: &U,
) -> Result<String, Fail> {
    script.play().await?;
    Ok(format!("{value}{other}{}", D::default()))
}

#[tokio::test(start_paused = true)]
async fn type_parameters_are_known_in_the_body() {
    let script = once_busy();
    assert_eq!(send(shown::<_, str, u8>(&script, 1.5, "x")).await.unwrap(), "1.5x0");
    assert_eq!(script.runs(), 2);
}
