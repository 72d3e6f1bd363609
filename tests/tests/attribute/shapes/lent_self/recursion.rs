//! A method with `&mut self` that calls itself.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter(Script, Vec<u32>);

impl Counter {
    #[resilient(key = "shapes.lent_recursion", retry = "2 attempts, no delay")]
    async fn walk(&mut self, n: u32) -> Result<u32, Fail> {
        self.1.push(n);
        if n == 0 {
            return self.0.play().await;
        }
        Box::pin(self.walk(n - 1)).await
    }
}

#[tokio::test(start_paused = true)]
async fn the_innermost_call_retries() {
    let mut counter = Counter(once_busy(), vec![]);
    assert_eq!(send(counter.walk(2)).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), counter.1), (2, vec![2, 1, 0, 0]));
}
