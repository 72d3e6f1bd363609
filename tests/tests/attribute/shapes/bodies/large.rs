//! A body of some thousand statements, a long `match`, and a large value that lives over an await.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

macro_rules! four_times {
    ($($tokens:tt)*) => { $($tokens)* $($tokens)* $($tokens)* $($tokens)* };
}

#[resilient(key = "shapes.large_body", retry = "2 attempts, no delay")]
#[allow(clippy::cognitive_complexity, reason = "it is the shape")]
async fn long(script: &Script) -> Result<u32, Fail> {
    let (mut n, mut turns) = (0, 0);
    four_times! { four_times! { four_times! { four_times! {
        turns += 1;
        n = match n % 16 {
            0 => n + 1,
            1 => n + 2,
            2 | 3 => n,
            _ if n > 1_000 => 7,
            other => n + other / 16,
        };
        if turns == 3 {
            tokio::task::yield_now().await;
        }
    } } } }
    script.play().await.map(|value| value + turns + u32::from(n > 0))
}

#[resilient(key = "shapes.large_value", retry = "2 attempts, no delay", timeout = "1s")]
async fn value(script: &Script) -> Result<Vec<u8>, Fail> {
    script.play().await?;
    let mut body = Vec::new();
    for chunk in 0..64u8 {
        tokio::task::yield_now().await;
        body.extend(std::iter::repeat_n(chunk, 65_536));
    }
    Ok(body)
}

#[tokio::test(start_paused = true)]
async fn a_body_may_be_long_and_its_value_large() {
    let script = once_busy();
    assert_eq!(send(long(&script)).await.unwrap(), 258);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    let body = send(value(&script)).await.unwrap();
    assert_eq!((body.len(), body[0], body[4 * 1024 * 1024 - 1]), (4 * 1024 * 1024, 0, 63));
    assert_eq!(script.runs(), 2);
}
