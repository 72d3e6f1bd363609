//! Function pointers, and closures with a state: `mut f: impl FnMut()` starts fresh in each attempt.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.functions", retry = "2 attempts, no delay")]
async fn count(
    script: &Script,
    double: fn(u32) -> u32,
    mut next: impl FnMut() -> u32 + Clone,
    total: &mut impl FnMut(u32) -> u32,
) -> Result<(u32, u32), Fail> {
    let first = double(next());
    let total = total(1);
    script.play().await?;
    Ok((first, total))
}

#[tokio::test(start_paused = true)]
async fn what_is_cloned_starts_fresh_and_what_is_lent_goes_on() {
    let script = once_busy();
    let (mut next, mut total) = (0, 0);
    let next = move || {
        next += 1;
        next
    };
    let mut total = |n| {
        total += n;
        total
    };
    assert_eq!(send(count(&script, |n| 2 * n, next, &mut total)).await.unwrap(), (2, 2));
    assert_eq!(script.runs(), 2);
}
