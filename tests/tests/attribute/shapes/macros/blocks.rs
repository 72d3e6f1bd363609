//! Bodies, expressions and patterns that `macro_rules!` hands on.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

macro_rules! whole_body {
    ($name:ident($script:ident) $body:block) => {
        #[resilient(key = "shapes.macro_block", retry = "2 attempts, no delay")]
        async fn $name($script: &Script) -> Result<u32, Fail> $body
    };
}

macro_rules! parts {
    ($name:ident($pattern:pat, $script:ident), $first:expr, $value:expr) => {
        #[resilient(key = "shapes.macro_parts", retry = "2 attempts, no delay")]
        async fn $name($script: &Script, $pattern: (String, u32)) -> Result<String, Fail> {
            $first;
            $script.play().await?;
            Ok($value)
        }
    };
}

whole_body!(block(script) {
    let value = script.play().await?;
    Ok(value + 1)
});
parts!(parts((text, mut n), script), n += 1, format!("{text}{n}"));

#[tokio::test(start_paused = true)]
async fn what_is_handed_on_means_what_it_meant() {
    let script = once_busy();
    assert_eq!(send(block(&script)).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(parts(&script, ("t".into(), 7))).await.unwrap(), "t8");
    assert_eq!(script.runs(), 2);
}
