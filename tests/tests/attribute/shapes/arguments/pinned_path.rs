//! `std::pin::Pin<&mut T>`, by its path.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.pinned_path", retry = "2 attempts, no delay")]
async fn pinned(script: &Script, count: std::pin::Pin<&mut u32>) -> Result<u32, Fail> {
    *count.get_mut() += 1;
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn a_pin_is_known_by_the_end_of_its_path() {
    let (script, mut count) = (once_busy(), 0);
    assert_eq!(send(pinned(&script, std::pin::Pin::new(&mut count))).await.unwrap(), 1);
    assert_eq!((script.runs(), count), (2, 2));
}
