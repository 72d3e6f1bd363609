//! `self` passed to `macro_rules!` as a token, and as part of an expression: shared, lent, and by value.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[derive(Clone)]
struct Counter(Arc<Script>, Vec<u32>);

macro_rules! methods {
    ($this:ident, $last:expr) => {
        impl Counter {
            #[resilient(key = "shapes.macro_self_ref", retry = "2 attempts, no delay")]
            async fn get(&$this) -> Result<u32, Fail> {
                $this.0.play().await
            }

            #[resilient(key = "shapes.macro_self_mut", retry = "2 attempts, no delay")]
            async fn add(&mut $this, n: u32) -> Result<Option<u32>, Fail> {
                $this.1.push(n);
                $this.0.play().await?;
                Ok($last)
            }

            #[resilient(key = "shapes.macro_self_value", retry = "2 attempts, no delay")]
            async fn done(mut $this) -> Result<usize, Fail> {
                $this.1.push(7);
                $this.0.play().await?;
                Ok($this.1.len())
            }
        }
    };
}

methods!(self, self.1.last().copied());

#[tokio::test(start_paused = true)]
async fn self_keeps_its_meaning() {
    let counter = |script: &Arc<Script>| Counter(script.clone(), vec![]);
    let script = Arc::new(once_busy());
    assert_eq!(send(counter(&script).get()).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = Arc::new(once_busy());
    let mut added = counter(&script);
    assert_eq!(send(added.add(7)).await.unwrap(), Some(7));
    assert_eq!((script.runs(), added.1), (2, vec![7, 7]));
    let script = Arc::new(once_busy());
    assert_eq!(send(counter(&script).done()).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
