//! A function inside a function, a block, a method, and a guarded function.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Service(Script);

impl Service {
    #[resilient(key = "shapes.outside", retry = "2 attempts, no delay")]
    async fn get(&self, text: String) -> Result<String, Fail> {
        #[resilient(key = "shapes.inside", timeout = "1s")]
        async fn inside(script: &Script, text: String) -> Result<String, Fail> {
            script.play().await.map(|value| format!("{text}{value}"))
        }
        inside(&self.0, text).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_may_be_local() {
    #[resilient(key = "shapes.local", retry = "2 attempts, no delay")]
    async fn local(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
    let script = once_busy();
    assert_eq!(send(local(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let service = Service(once_busy());
    assert_eq!(send(service.get("t".into())).await.unwrap(), "t1");
    assert_eq!(service.0.runs(), 2);
}
