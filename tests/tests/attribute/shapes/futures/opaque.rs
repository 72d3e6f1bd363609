//! `-> impl Future<Output = ..>`, whose body is an `async move` block.

#![allow(clippy::manual_async_fn, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::sync::Arc;

#[resilient(key = "shapes.future", retry = "2 attempts, no delay")]
fn free(script: Arc<Script>, mut text: String) -> impl Future<Output = Result<String, Fail>> {
    async move {
        text.push('!');
        script.play().await?;
        Ok(text)
    }
}

struct Service(Script, Vec<u32>);

impl Service {
    #[resilient(key = "shapes.future_ref", retry = "2 attempts, no delay")]
    fn get(&self, id: u32) -> impl Future<Output = Result<u32, Fail>> + '_ {
        async move { Ok(self.0.play().await? + id) }
    }

    #[resilient(key = "shapes.future_mut", retry = "2 attempts, no delay")]
    fn add(&mut self, id: u32) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
        async move {
            self.1.push(id);
            let me = self;
            me.0.play().await
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_future_is_guarded() {
    let script = Arc::new(once_busy());
    assert_eq!(send(free(script.clone(), "t".into())).await.unwrap(), "t!");
    assert_eq!(script.runs(), 2);
    let service = Service(once_busy(), vec![]);
    assert_eq!(send(service.get(7)).await.unwrap(), 8);
    assert_eq!(service.0.runs(), 2);
    let mut service = Service(once_busy(), vec![]);
    assert_eq!(send(service.add(7)).await.unwrap(), 1);
    assert_eq!((service.0.runs(), service.1), (2, vec![7, 7]));
}
