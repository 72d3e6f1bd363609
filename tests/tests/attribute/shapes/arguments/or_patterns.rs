//! `(Ok(n) | Err(n)): Result<T, T>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.or_patterns", retry = "2 attempts, no delay")]
async fn either(script: &Script, (Ok(name) | Err(name)): Result<String, String>) -> Result<String, Fail> {
    let name = name + "!";
    script.play().await?;
    Ok(name)
}

#[tokio::test(start_paused = true)]
async fn either_side_binds_in_each_attempt() {
    for given in [Ok("a".to_owned()), Err("a".to_owned())] {
        let script = once_busy();
        assert_eq!(send(either(&script, given)).await.unwrap(), "a!");
        assert_eq!(script.runs(), 2);
    }
}
