//! `(a, b): &mut (A, B)`, and `&mut (ref mut a, b): &mut (A, B)`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.exclusive_patterns", retry = "2 attempts, no delay")]
async fn patterns(
    script: &Script,
    (a, b): &mut (String, u32),
    &mut (ref mut c, d): &mut (u32, u32),
    [first, ..]: &mut [u32; 2],
) -> Result<u32, Fail> {
    a.push('x');
    *b += 1;
    *c += d;
    *first += 1;
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn patterns_bind_by_mutable_reference_in_each_attempt() {
    let (script, mut left, mut right, mut list) = (once_busy(), (String::new(), 0), (0, 7), [0, 0]);
    assert_eq!(send(patterns(&script, &mut left, &mut right, &mut list)).await.unwrap(), 1);
    assert_eq!((script.runs(), left, right, list), (2, ("xx".into(), 2), (14, 7), [2, 0]));
}
