//! `let .. else`, `const {}`, nested `async` closures, `matches!`, ranges, shadowed arguments, a `?` in a condition.

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.modern", retry = "2 attempts, no delay")]
async fn modern(script: &Script, text: Option<String>, n: u32) -> Result<String, Fail> {
    let Some(text) = text else {
        return Err(Fail::Missing);
    };
    let n = n + const { 1 + 1 };
    let twice = async |n: u32| {
        let inner = async move || n * 2;
        inner().await
    };
    if script.play().await? == 1 && matches!(n, 3..=9) {
        let text = text + "!";
        return Ok(format!("{text}{}", twice(n).await));
    }
    Ok(text)
}

#[tokio::test(start_paused = true)]
async fn the_body_is_as_any_other() {
    let script = once_busy();
    assert_eq!(modern(&script, Some("t".into()), 1).await.unwrap(), "t!6");
    assert_eq!(script.runs(), 2);
    assert!(matches!(modern(&once_busy(), None, 1).await, Err(Fail::Missing)));
}
