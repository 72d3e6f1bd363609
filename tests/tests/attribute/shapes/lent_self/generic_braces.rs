//! An impl block in the body with braces in its head: `impl Length for Array<{ 1 + 1 }>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter(Script, usize);

impl Counter {
    #[resilient(key = "shapes.lent_generic_braces", retry = "2 attempts, no delay")]
    async fn add(&mut self) -> Result<u32, Fail> {
        struct Array<const N: usize>;

        impl Array<{ 1 + 1 }> {
            const fn length(&self) -> usize {
                let Self = self;
                2
            }
        }

        self.1 += Array.length();
        self.0.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_self_behind_braces_stays_its_own() {
    let mut counter = Counter(once_busy(), 0);
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), counter.1), (2, 4));
}
