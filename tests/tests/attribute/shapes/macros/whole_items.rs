//! A whole item handed on as `$item:item` and as tokens, and an attribute handed on as `$(#[$meta:meta])*`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

macro_rules! item {
    ($item:item) => {
        $item
    };
}

macro_rules! guarded {
    ($item:item) => {
        #[resilient(key = "shapes.macro_item", retry = "2 attempts, no delay")]
        $item
    };
}

macro_rules! with_attributes {
    ($(#[$meta:meta])* $visibility:vis async fn $($rest:tt)*) => {
        $(#[$meta])*
        $visibility async fn $($rest)*
    };
}

item! {
    #[resilient(key = "shapes.macro_passed", retry = "2 attempts, no delay")]
    async fn passed(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
}

guarded! {
    async fn wrapped(script: &Script, text: String) -> Result<String, Fail> {
        script.play().await.map(|_| text)
    }
}

with_attributes! {
    /// Documented.
    #[resilient(key = "shapes.macro_meta", retry = "2 attempts, no delay")]
    #[inline]
    async fn attributed(script: &Script, seen: &mut u32) -> Result<u32, Fail> {
        *seen += 1;
        script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_whole_item_is_guarded() {
    let script = once_busy();
    assert_eq!(send(passed(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(wrapped(&script, "t".into())).await.unwrap(), "t");
    assert_eq!(script.runs(), 2);
    let (script, mut seen) = (once_busy(), 0);
    assert_eq!(send(attributed(&script, &mut seen)).await.unwrap(), 1);
    assert_eq!((script.runs(), seen), (2, 2));
}
