//! `self: Rc<Self>`: the future cannot be sent, and need not be.

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::rc::Rc;

struct Service {
    script: Script,
}

impl Service {
    #[resilient(key = "shapes.receiver_rc", retry = "2 attempts, no delay")]
    #[allow(clippy::future_not_send, reason = "it is the shape")]
    async fn count(self: Rc<Self>) -> Result<usize, Fail> {
        self.script.play().await?;
        Ok(Rc::strong_count(&self))
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_an_rc_of_its_own() {
    let service = Rc::new(Service { script: once_busy() });
    assert_eq!(service.clone().count().await.unwrap(), 3, "the test's, the call's, the attempt's");
    assert_eq!((service.script.runs(), Rc::strong_count(&service)), (2, 1));
}
