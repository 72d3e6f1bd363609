//! `Pin<&mut T>`, `mut x: Pin<&mut T>` and `Pin<&T>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::pin::{Pin, pin};

#[resilient(key = "shapes.pinned", retry = "2 attempts, no delay")]
async fn pinned(script: Pin<&Script>, count: Pin<&mut u32>, mut values: Pin<&mut Vec<u32>>) -> Result<usize, Fail> {
    *count.get_mut() += 1;
    values.as_mut().push(1);
    values.push(2);
    script.get_ref().play().await?;
    Ok(values.len())
}

#[tokio::test(start_paused = true)]
async fn pins_are_lent_to_one_attempt_after_the_other() {
    let (script, mut count, mut values) = (pin!(once_busy()), 0, vec![]);
    assert_eq!(send(pinned(script.as_ref(), Pin::new(&mut count), Pin::new(&mut values))).await.unwrap(), 4);
    assert_eq!((script.runs(), count, values), (2, 2, vec![1, 2, 1, 2]));
}
