//! `-> impl Future` that captures all lifetimes without saying so, and `impl Trait` in a result that does.

#![allow(clippy::manual_async_fn, reason = "it is the shape")]

use crate::shapes_of_2024::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Service(Script, Vec<u32>);

impl Service {
    #[resilient(key = "shapes.captured", retry = "2 attempts, no delay")]
    fn add(&mut self, n: &u32) -> impl Future<Output = Result<usize, Fail>> + Send {
        async move {
            self.1.push(*n);
            self.0.play().await?;
            Ok(self.1.len())
        }
    }

    #[resilient(key = "shapes.captured_result", retry = "2 attempts, no delay")]
    async fn all(&self, least: &u32) -> Result<impl Iterator<Item = u32>, Fail> {
        self.0.play().await?;
        let least = *least;
        Ok(self.1.iter().copied().filter(move |n| *n >= least))
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_captured_is_known() {
    let mut service = Service(once_busy(), vec![]);
    assert_eq!(service.add(&7).await.unwrap(), 2);
    assert_eq!(service.0.runs(), 2);
    service.0 = once_busy();
    assert_eq!(service.all(&7).await.unwrap().sum::<u32>(), 14);
    assert_eq!(service.0.runs(), 2);
}
