//! Impl blocks, traits, and named functions in the body, with a `self` of their own.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: Vec<u32>,
}

impl Counter {
    #[resilient(key = "shapes.lent_items", retry = "2 attempts, no delay")]
    async fn add(&mut self) -> Result<u32, Fail> {
        struct Step(u32);

        trait Twice {
            fn twice(&self) -> u32;
            fn same(&self) -> u32
            where
                Self: Sized,
            {
                self.twice() / 2
            }
        }

        impl Step {
            const fn value(&self) -> u32 {
                self.0
            }
        }

        impl Twice for Step {
            fn twice(&self) -> u32 {
                2 * self.value()
            }
        }

        fn half<T: Twice + ?Sized>(it: &T) -> u32 {
            it.twice() / 4
        }

        self.seen.extend([Step(4).twice(), Step(5).same(), half(&Step(6))]);
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_self_of_their_own_stays_theirs() {
    let mut counter = Counter { script: once_busy(), seen: vec![] };
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen), (2, vec![8, 5, 3, 8, 5, 3]));
}
