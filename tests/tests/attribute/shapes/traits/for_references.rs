//! Impls for `&T`, `Box<T>`, slices and `dyn Trait`: `Self` is no plain type.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

trait Play {
    async fn owned(self) -> Result<u32, Fail>
    where
        Self: Sized,
    {
        Ok(0)
    }
    async fn shared(&self) -> Result<u32, Fail>;
}

impl Play for &Script {
    #[resilient(key = "shapes.for_reference_owned", retry = "2 attempts, no delay")]
    async fn owned(self) -> Result<u32, Fail> {
        self.play().await
    }

    #[resilient(key = "shapes.for_reference", retry = "2 attempts, no delay")]
    async fn shared(&self) -> Result<u32, Fail> {
        self.play().await
    }
}

impl Play for [Script] {
    #[resilient(key = "shapes.for_slice", retry = "2 attempts, no delay")]
    async fn shared(&self) -> Result<u32, Fail> {
        self[0].play().await
    }
}

trait Name: Sync {
    fn script(&self) -> &Script;
}

impl Name for Script {
    fn script(&self) -> &Script {
        self
    }
}

impl dyn Name {
    #[resilient(key = "shapes.for_object", retry = "2 attempts, no delay")]
    async fn get(&self) -> Result<u32, Fail> {
        self.script().play().await
    }

    #[resilient(key = "shapes.for_object_mut", retry = "2 attempts, no delay")]
    #[allow(clippy::future_not_send, reason = "a bare trait object cannot be sent")]
    async fn get_mut(&mut self) -> Result<u32, Fail> {
        let me = self;
        me.script().play().await
    }
}

#[tokio::test(start_paused = true)]
async fn self_may_be_anything() {
    let script = once_busy();
    assert_eq!(send(Play::owned(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(Play::shared(&&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let scripts = [once_busy()];
    assert_eq!(send(scripts[..].shared()).await.unwrap(), 1);
    assert_eq!(scripts[0].runs(), 2);
    let object: Box<dyn Name> = Box::new(once_busy());
    assert_eq!(send(object.get()).await.unwrap(), 1);
    assert_eq!(object.script().runs(), 2);
    let mut object: Box<dyn Name> = Box::new(once_busy());
    assert_eq!(object.get_mut().await.unwrap(), 1);
    assert_eq!(object.script().runs(), 2);
}
