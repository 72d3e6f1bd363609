//! All kinds of arguments of a function that returns a future: patterns, `mut`, `_`, `cfg`, `impl Trait`, `#[by_ref]`.

use crate::shapes::{once_busy, send};
use futures::future::BoxFuture;
use recourse::resilient;
use recourse_tests::{Fail, Script};

/// Not `Clone`.
struct Permit(u32);

#[resilient(key = "shapes.future_arguments", retry = "2 attempts, no delay")]
#[allow(clippy::too_many_arguments, reason = "it is the shape")]
fn boxed<'a>(
    script: &'a Script,
    (a, mut b): (String, u32),
    mut text: String,
    _: Permit,
    #[cfg(any())] never: Permit,
    #[cfg(not(any()))] there: u32,
    show: impl Fn(u32) -> String + Clone + Send + 'a,
    #[by_ref] permit: Permit,
    [first, ..]: &'a mut [u32; 2],
) -> BoxFuture<'a, Result<String, Fail>> {
    Box::pin(async move {
        #[cfg(any())]
        drop(never);
        b += there;
        text.push('!');
        *first += 1;
        script.play().await?;
        Ok(format!("{a}{b}{text}{}{}", show(7), permit.0))
    })
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_its_own() {
    let (script, mut list) = (once_busy(), [0, 0]);
    let future = boxed(&script, ("a".into(), 1), "t".into(), Permit(0), 2, |n| format!("<{n}>"), Permit(9), &mut list);
    assert_eq!(send(future).await.unwrap(), "a3t!<7>9");
    assert_eq!((script.runs(), list), (2, [2, 0]));
}
