//! Statements before the block: they are part of each attempt, and begin when the future is awaited.

use crate::shapes::{once_busy, send};
use futures::future::BoxFuture;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;

#[resilient(key = "shapes.before", retry = "2 attempts, no delay")]
fn opaque<'a>(
    script: &'a Script,
    text: String,
    seen: &'a mut Vec<usize>,
) -> impl Future<Output = Result<String, Fail>> + Send + 'a {
    let length = text.len();
    seen.push(length);
    let longer = text + "!";
    async move {
        script.play().await?;
        seen.push(0);
        Ok(longer)
    }
}

#[resilient(key = "shapes.before_box", retry = "2 attempts, no delay")]
fn boxed(script: &Script, (mut text, n): (String, usize)) -> BoxFuture<'_, Result<String, Fail>> {
    use std::fmt::Write as _;
    write!(text, "{n}").expect("a string takes it");
    Box::pin(async move {
        if text.is_empty() {
            return Err(Fail::Broken);
        }
        script.play().await?;
        Ok(text)
    })
}

#[tokio::test(start_paused = true)]
async fn the_statements_run_in_each_attempt() {
    let (script, mut seen) = (once_busy(), vec![]);
    let future = send(opaque(&script, "abc".into(), &mut seen));
    assert_eq!(future.await.unwrap(), "abc!");
    assert_eq!((script.runs(), seen), (2, vec![3, 3, 0]));
    let (script, mut seen) = (once_busy(), vec![]);
    drop(opaque(&script, "abc".into(), &mut seen));
    assert_eq!((script.runs(), seen.len()), (0, 0), "nobody awaited it");
    let script = once_busy();
    assert_eq!(send(boxed(&script, ("t".into(), 7))).await.unwrap(), "t7");
    assert_eq!(script.runs(), 2);
}
