//! A method with `&mut self` that does nothing with it.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Idle;

impl Idle {
    #[resilient(key = "shapes.unused_lent_self", retry = "2 attempts, no delay")]
    async fn play(&mut self, script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn self_need_not_be_used() {
    let script = once_busy();
    assert_eq!(send(Idle.play(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
