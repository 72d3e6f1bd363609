//! The tail and each `return` are coerced as in a plain function.

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;

#[resilient(key = "shapes.coerced", retry = "2 attempts, no delay")]
async fn display(script: &Script, early: bool) -> Result<Box<dyn Display>, Fail> {
    let value = script.play().await?;
    if early {
        return Ok(Box::new("early"));
    }
    Ok(Box::new(value))
}

type Step = fn(u32) -> u32;

#[resilient(key = "shapes.coerced_function", retry = "2 attempts, no delay")]
async fn function(script: &Script) -> Result<(Step, &'static [u32]), Fail> {
    let value = script.play().await?;
    if value == 0 {
        return Ok((|n| n, &[]));
    }
    Ok((|n| n + 1, &[1, 2]))
}

#[resilient(key = "shapes.inferred", retry = "2 attempts, no delay")]
async fn inferred(script: &Script) -> Result<Vec<u64>, Fail> {
    let value = script.play().await?;
    Ok((0..=value).map(Into::into).collect())
}

#[tokio::test(start_paused = true)]
async fn the_type_of_the_result_is_known_in_the_body() {
    for (early, text) in [(true, "early"), (false, "1")] {
        let script = once_busy();
        assert_eq!(display(&script, early).await.unwrap().to_string(), text);
        assert_eq!(script.runs(), 2);
    }
    let script = once_busy();
    let (step, list) = function(&script).await.unwrap();
    assert_eq!((step(1), list, script.runs()), (2, &[1, 2][..], 2));
    let script = once_busy();
    assert_eq!(inferred(&script).await.unwrap(), [0, 1]);
    assert_eq!(script.runs(), 2);
}
