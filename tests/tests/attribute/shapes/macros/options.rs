//! Options that `macro_rules!` hands on: literals, paths, expressions, an identifier as the name, all of them as tokens.

use crate::shapes::{once_busy, send};
use recourse::{Executor, RetryPolicy, resilient};
use recourse_tests::{Fail, Script};

const TWICE: RetryPolicy = RetryPolicy::attempts(2).no_delay();

const fn always(_: &Fail) -> bool {
    true
}

macro_rules! literal {
    ($name:ident, $key:literal, $text:literal) => {
        #[resilient(key = $key, retry = $text)]
        async fn $name(script: &Script) -> Result<u32, Fail> {
            script.play().await
        }
    };
}

macro_rules! path {
    ($name:ident, $option:ident = $retry:path, $judge:path, $executor:expr) => {
        #[resilient(key = "shapes.macro_path", $option = $retry, retry_if = $judge, executor = $executor)]
        async fn $name(script: &Script, executor: &Executor) -> Result<u32, Fail> {
            let _ = executor;
            script.play().await
        }
    };
}

macro_rules! tokens {
    ($name:ident, $($options:tt)*) => {
        #[resilient($($options)*)]
        async fn $name(script: &Script) -> Result<u32, Fail> {
            script.play().await
        }
    };
}

literal!(literal, "shapes.macro_literal", "2 attempts, no delay");
path!(path, retry = TWICE, always, &local());
tokens!(tokens, key = "shapes.macro_tokens", retry = TWICE, timeout = "1s");

fn local() -> Executor {
    Executor::new()
}

#[tokio::test(start_paused = true)]
async fn options_are_read_through_the_group() {
    let script = once_busy();
    assert_eq!(send(literal(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(path(&script, &Executor::new())).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(tokens(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
