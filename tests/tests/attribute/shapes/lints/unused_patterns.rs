//! `#[expect]` on an argument that is a pattern.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.unused_patterns", retry = "2 attempts, no delay")]
async fn unused(
    script: &Script,
    #[expect(unused_variables)] (part, _): (String, u32),
    #[expect(unused_mut)] (mut other, _): (u32, u32),
) -> Result<u32, Fail> {
    script.play().await.map(|value| value + other)
}

#[tokio::test(start_paused = true)]
async fn each_is_expected_and_found() {
    let script = once_busy();
    assert_eq!(send(unused(&script, (String::new(), 0), (3, 0))).await.unwrap(), 4);
    assert_eq!(script.runs(), 2);
}
