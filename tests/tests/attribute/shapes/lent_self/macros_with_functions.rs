//! A macro call that defines a function with a `self` of its own, beside one that uses the method's.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

macro_rules! as_written {
    ($($tokens:tt)*) => { $($tokens)* };
}

struct Counter {
    script: Script,
    seen: u32,
}

impl Counter {
    #[resilient(key = "shapes.lent_macro_fn", retry = "2 attempts, no delay")]
    async fn add(&mut self) -> Result<u32, Fail> {
        as_written! {
            struct Step(u32);

            impl Step {
                const fn value(&self) -> u32 {
                    self.0
                }
            }
        }
        as_written! { self.seen += Step(3).value(); }
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn each_self_stays_what_it_was() {
    let mut counter = Counter { script: once_busy(), seen: 0 };
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen), (2, 6));
}
