//! `Box<dyn Trait>` that can be cloned.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

trait Step: Send {
    fn next(&mut self) -> u32;
    fn copy(&self) -> Box<dyn Step>;
}

impl Step for u32 {
    fn next(&mut self) -> u32 {
        *self += 1;
        *self
    }

    fn copy(&self) -> Box<dyn Step> {
        Box::new(*self)
    }
}

impl Clone for Box<dyn Step> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

#[resilient(key = "shapes.dyn_box", retry = "2 attempts, no delay")]
async fn next(script: &Script, mut step: Box<dyn Step>) -> Result<u32, Fail> {
    let value = step.next();
    script.play().await?;
    Ok(value)
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_a_box_of_its_own() {
    let script = once_busy();
    assert_eq!(send(next(&script, Box::new(7))).await.unwrap(), 8);
    assert_eq!(script.runs(), 2);
}
