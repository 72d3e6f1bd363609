//! The same in functions that return a future.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::pin::Pin;

#[resilient(key = "shapes.unused_future", retry = "2 attempts, no delay")]
fn opaque(
    script: &Script,
    #[expect(unused_variables)] owned: String,
    #[expect(unused_mut)] mut number: u32,
) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
    #[expect(unused_variables)]
    let before = 1;
    async move {
        #[expect(unused_mut)]
        let mut inside = number;
        script.play().await.map(|value| value + inside)
    }
}

#[resilient(key = "shapes.unused_box", retry = "2 attempts, no delay")]
fn boxed<'a>(
    script: &'a Script,
    #[expect(unused_variables)] lent: &'a mut u32,
) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + 'a>> {
    Box::pin(async move {
        #[expect(unused_must_use)]
        script.play();
        script.play().await
    })
}

#[tokio::test(start_paused = true)]
async fn each_is_expected_and_found() {
    let script = once_busy();
    assert_eq!(send(opaque(&script, String::new(), 7)).await.unwrap(), 8);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(boxed(&script, &mut 7)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
