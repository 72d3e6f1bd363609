//! A macro call that defines a function, and uses the method's `self` in the same breath.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter(Script, Vec<u32>);

impl Counter {
    #[resilient(key = "shapes.lent_macro_both", retry = "2 attempts, no delay")]
    async fn add(&mut self) -> Result<u32, Fail> {
        #[allow(clippy::useless_vec, reason = "it is the shape")]
        let list = vec![self.1.len(), {
            const fn two() -> usize {
                2
            }
            two() + self.1.len()
        }];
        self.1.push(u32::try_from(list[1]).expect("few"));
        self.0.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn self_is_the_one_of_the_method() {
    let mut counter = Counter(once_busy(), vec![]);
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), counter.1), (2, vec![2, 3]));
}
