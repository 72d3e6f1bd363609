//! `-> Pin<Box<dyn Future<Output = ..>>>`, with and without `Send` and a lifetime, by short and by long paths.

#![allow(unused_qualifications, reason = "the long paths are the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::pin::Pin;

struct Service(Script, Vec<u32>);

impl Service {
    #[resilient(key = "shapes.box_lifetime", retry = "2 attempts, no delay")]
    fn get<'a>(&'a self, text: &'a str) -> Pin<Box<dyn Future<Output = Result<&'a str, Fail>> + Send + 'a>> {
        Box::pin(async move {
            self.0.play().await?;
            Ok(text)
        })
    }

    #[resilient(key = "shapes.box_mut", retry = "2 attempts, no delay")]
    fn add(
        &mut self,
        id: String,
    ) -> std::pin::Pin<std::boxed::Box<dyn std::future::Future<Output = Result<usize, Fail>> + Send + '_>> {
        std::boxed::Box::pin(async move {
            self.1.push(id.parse().expect("a number"));
            self.0.play().await?;
            Ok(self.1.len())
        })
    }
}

#[resilient(key = "shapes.box_local", retry = "2 attempts, no delay")]
fn local(script: std::rc::Rc<Script>) -> Pin<Box<dyn Future<Output = Result<u32, Fail>>>> {
    Box::pin(async move { script.play().await })
}

#[tokio::test(start_paused = true)]
async fn the_future_in_the_box_is_guarded() {
    let service = Service(once_busy(), vec![]);
    assert_eq!(send(service.get("t")).await.unwrap(), "t");
    assert_eq!(service.0.runs(), 2);
    let mut service = Service(once_busy(), vec![]);
    assert_eq!(send(service.add("7".into())).await.unwrap(), 2);
    assert_eq!((service.0.runs(), service.1), (2, vec![7, 7]));
    let script = std::rc::Rc::new(once_busy());
    assert_eq!(local(script.clone()).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
