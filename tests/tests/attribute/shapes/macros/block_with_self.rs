//! A block that uses `self`, handed on by `macro_rules!` into a method with `&mut self`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter(Script, Vec<u32>);

macro_rules! method {
    ($name:ident(&mut $this:ident $(, $argument:ident: $ty:ty)*) -> $returned:ty $body:block) => {
        impl Counter {
            #[resilient(key = "shapes.macro_self_block", retry = "2 attempts, no delay")]
            async fn $name(&mut $this $(, $argument: $ty)*) -> $returned $body
        }
    };
}

method!(add(&mut self, n: u32, text: String) -> Result<u32, Fail> {
    self.1.push(n);
    let this = self;
    this.1.push(text.parse().unwrap_or_default());
    this.0.play().await
});

#[tokio::test(start_paused = true)]
async fn the_block_sees_self() {
    let mut counter = Counter(once_busy(), vec![]);
    assert_eq!(send(counter.add(7, "8".into())).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), counter.1), (2, vec![7, 8, 7, 8]));
}
