//! `async {}` and `async move {}` in the body.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.async_blocks", retry = "2 attempts, no delay")]
async fn nested(script: &Script, text: String, seen: &mut Vec<u32>) -> Result<String, Fail> {
    let borrowed = async { text.len() }.await;
    let future = async {
        seen.push(1);
        script.play().await
    };
    let value = future.await?;
    let moved = async move {
        if value == 0 {
            return Err(Fail::Broken);
        }
        Ok::<_, Fail>(text + "!")
    };
    Ok(format!("{} {borrowed}", moved.await?))
}

#[resilient(key = "shapes.async_block_tail", retry = "2 attempts, no delay")]
async fn tail(script: &Script, text: String) -> Result<String, Fail> {
    async move {
        script.play().await?;
        Ok(text)
    }
    .await
}

#[tokio::test(start_paused = true)]
async fn blocks_return_to_themselves() {
    let (script, mut seen) = (once_busy(), vec![]);
    assert_eq!(send(nested(&script, "abc".into(), &mut seen)).await.unwrap(), "abc! 3");
    assert_eq!((script.runs(), seen.len()), (2, 2));
    let script = once_busy();
    assert_eq!(send(tail(&script, "t".into())).await.unwrap(), "t");
    assert_eq!(script.runs(), 2);
}
