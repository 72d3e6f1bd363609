//! Temporaries of the tail borrow from locals: since 2024, they are dropped first.

use crate::shapes_of_2024::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::cell::RefCell;

#[resilient(key = "shapes.tail_temporaries", retry = "2 attempts, no delay")]
async fn tail(script: &Script) -> Result<usize, Fail> {
    let value = script.play().await?;
    let list = RefCell::new(vec![value]);
    list.borrow_mut().push(2);
    Ok(list.borrow().len())
}

#[resilient(key = "shapes.match_temporaries", retry = "2 attempts, no delay")]
#[allow(clippy::option_if_let_else, reason = "it is the shape")]
async fn matched(script: &Script) -> Result<u32, Fail> {
    let list = RefCell::new(vec![script.play().await?]);
    match list.borrow().first() {
        Some(first) => Ok(*first),
        None => Err(Fail::Broken),
    }
}

#[tokio::test(start_paused = true)]
async fn the_tail_may_borrow_from_locals() {
    let script = once_busy();
    assert_eq!(tail(&script).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(matched(&script).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
