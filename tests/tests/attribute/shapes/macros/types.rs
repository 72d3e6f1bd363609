//! Types and lifetimes that `macro_rules!` hands on: they come in invisible groups.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::pin::Pin;

macro_rules! typed {
    ($name:ident, $key:literal, $text:ty, $list:ty, $pinned:ty, $shared:ty, $a:lifetime, $returned:ty) => {
        #[resilient(key = $key, retry = "2 attempts, no delay")]
        async fn $name<$a>(text: $text, list: $list, pinned: $pinned, script: $shared) -> $returned {
            list.push(1);
            *pinned.get_mut() += 1;
            let text = text;
            script.play().await?;
            Ok(text + "!")
        }
    };
}

typed!(
    typed,
    "shapes.macro_types",
    String,
    &'a mut Vec<u32>,
    Pin<&mut u32>,
    &'a Script,
    'a,
    Result<String, Fail>
);

struct Counter(Script, u32);

macro_rules! receiver {
    ($($self:ty => $name:ident $key:literal),*) => {
        impl Counter {
            $(
                #[resilient(key = $key, retry = "2 attempts, no delay")]
                #[allow(clippy::needless_arbitrary_self_type, reason = "it is the shape")]
                async fn $name(self: $self) -> Result<u32, Fail> {
                    self.1 += 1;
                    self.0.play().await
                }
            )*
        }
    };
}

receiver!(&mut Self => add "shapes.macro_receiver");

#[tokio::test(start_paused = true)]
async fn types_are_seen_through_the_group() {
    let (script, mut list, mut count) = (once_busy(), vec![], 0);
    assert_eq!(send(typed("t".into(), &mut list, Pin::new(&mut count), &script)).await.unwrap(), "t!");
    assert_eq!((script.runs(), list.len(), count), (2, 2, 2));
    let mut counter = Counter(once_busy(), 0);
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), counter.1), (2, 2));
}
