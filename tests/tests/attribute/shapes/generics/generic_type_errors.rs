//! An error type that is a parameter of the `impl`, which the attribute does not see.

use crate::shapes::{once_busy, send};
use recourse::{Rejected, resilient};
use recourse_tests::{Fail, Script};

struct Client<E> {
    script: Script,
    fail: fn(Fail) -> E,
}

impl<E: From<Rejected>> Client<E> {
    #[resilient(key = "shapes.generic_type_error", retry = "2 attempts, no delay")]
    async fn get(&self) -> Result<u32, E> {
        self.script.play().await.map_err(self.fail)
    }
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_type_may_be_its_parameter() {
    let client = Client { script: once_busy(), fail: |fail| fail };
    assert_eq!(send(client.get()).await.unwrap(), 1);
    assert_eq!(client.script.runs(), 2);
}
