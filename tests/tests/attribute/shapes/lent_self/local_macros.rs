//! `macro_rules!` in the body that uses `self`, and one that gets it.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: Vec<u32>,
}

impl Counter {
    #[resilient(key = "shapes.lent_macros", retry = "2 attempts, no delay")]
    async fn add(&mut self) -> Result<u32, Fail> {
        macro_rules! push {
            ($value:expr) => {
                self.seen.push($value)
            };
        }
        macro_rules! pushed_to {
            ($this:ident, $value:expr) => {{
                let this: &mut Self = $this;
                this.seen.push($value);
            }};
        }
        push!(1);
        pushed_to!(self, 2);
        push!(self.seen.len().try_into().expect("few"));
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_macro_of_the_body_sees_it() {
    let mut counter = Counter { script: once_busy(), seen: vec![] };
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen), (2, vec![1, 2, 2, 1, 2, 5]));
}
