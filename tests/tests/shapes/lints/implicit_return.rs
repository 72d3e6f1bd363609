//! `clippy::implicit_return`, in bodies that return in so many words.

// BUG: the lint fires at the attribute.

#![deny(clippy::implicit_return)]
#![allow(clippy::needless_return, reason = "the other lint asks for it")]

use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.implicit_return", retry = "2 attempts, no delay")]
async fn play(script: &Script) -> Result<u32, Fail> {
    return script.play().await;
}

#[tokio::test(start_paused = true)]
async fn the_expansion_sets_it_off_nowhere() {
    let script = crate::once_busy();
    assert_eq!(play(&script).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
