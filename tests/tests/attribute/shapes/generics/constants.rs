//! Const generics.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.constants", retry = "2 attempts, no delay")]
async fn sum<const N: usize, const NEGATIVE: bool>(script: &Script, values: [i32; N]) -> Result<(i32, usize), Fail> {
    script.play().await?;
    let sum: i32 = values.into_iter().sum();
    Ok((if NEGATIVE { -sum } else { sum }, N))
}

#[tokio::test(start_paused = true)]
async fn constants_are_known_in_the_body() {
    let script = once_busy();
    assert_eq!(send(sum::<3, true>(&script, [1, 2, 3])).await.unwrap(), (-6, 3));
    assert_eq!(script.runs(), 2);
}
