//! Items in the body whose head has braces before its body: `impl Trait for [u8; { .. }]`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: usize,
}

impl Counter {
    #[resilient(key = "shapes.lent_braces", retry = "2 attempts, no delay")]
    async fn add(&mut self) -> Result<u32, Fail> {
        trait Length {
            fn length(&self) -> usize;
        }

        impl Length
            for [u8; {
                const TWO: usize = 1 + 1;
                TWO
            }]
        {
            fn length(&self) -> usize {
                self.len()
            }
        }

        self.seen += [1, 2].length();
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_self_behind_braces_stays_its_own() {
    let mut counter = Counter { script: once_busy(), seen: 0 };
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen), (2, 4));
}
