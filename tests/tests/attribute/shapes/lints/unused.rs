//! `unused_variables`, `unused_mut`, `unused_assignments`, `dead_code`, `unused_must_use`, `unused_imports` fire at the user's code.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.unused", retry = "2 attempts, no delay")]
async fn unused(
    script: &Script,
    #[expect(unused_variables)] owned: String,
    #[expect(unused_variables)] lent: &mut u32,
    #[expect(unused_mut)] mut number: u32,
) -> Result<u32, Fail> {
    #[expect(unused_imports)]
    use std::fmt::Write;

    #[expect(dead_code)]
    const fn never() {}

    #[expect(dead_code)]
    struct Never;

    #[expect(unused_variables)]
    let local = 1;
    #[expect(unused_mut)]
    let mut changed = number;
    #[expect(unused_must_use)]
    script.play();
    script.play().await.map(|value| value + changed)
}

#[resilient(key = "shapes.unused_fn", retry = "2 attempts, no delay")]
#[expect(dead_code)]
async fn never(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "shapes.unused_whole", retry = "2 attempts, no delay")]
#[expect(unused_variables, unused_assignments, unused_mut, unused_must_use, unreachable_code)]
async fn whole(script: &Script, owned: String, mut kept: u32) -> Result<u32, Fail> {
    let mut assigned = 1;
    assigned = 2;
    script.play();
    return script.play().await;
    Ok(kept)
}

#[tokio::test(start_paused = true)]
async fn each_is_expected_and_found() {
    let script = once_busy();
    let sum = send(unused(&script, String::new(), &mut 0, 5)).await;
    assert_eq!((sum.unwrap(), script.runs()), (6, 2));
    let script = once_busy();
    assert_eq!(send(whole(&script, String::new(), 7)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
