//! Closures in the body: borrowing, moving, async, and with a `return` and a `?` of their own.

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.closures", retry = "2 attempts, no delay")]
async fn closures(script: &Script, text: String, n: u32) -> Result<String, Fail> {
    let mut calls = 0;
    let mut count = || {
        calls += 1;
        calls
    };
    let parse = |text: &str| -> Result<u32, std::num::ParseIntError> {
        if text.is_empty() {
            return Ok(0);
        }
        Ok(text.parse::<u32>()? + n)
    };
    let play = async |bonus: u32| -> Result<u32, Fail> { Ok(script.play().await? + bonus) };
    count();
    let value = play(count()).await?;
    let owned = move || text.len();
    Ok(format!("{value} {:?} {}", parse("40"), owned()))
}

#[tokio::test(start_paused = true)]
async fn closures_return_to_themselves() {
    let script = once_busy();
    assert_eq!(closures(&script, "abc".into(), 2).await.unwrap(), "3 Ok(42) 3");
    assert_eq!(script.runs(), 2);
}
