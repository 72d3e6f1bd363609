//! `#[deprecated]`: the caller is told, and the expansion is not.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.deprecated", retry = "2 attempts, no delay")]
#[deprecated(note = "there is a better one")]
async fn old(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn a_call_is_deprecated() {
    let script = once_busy();
    #[expect(deprecated)]
    let call = old(&script);
    assert_eq!(send(call).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
