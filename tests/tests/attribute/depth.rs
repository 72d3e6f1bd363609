//! Guarded functions that call guarded functions: rustc finds out that they are `Send`, to a depth of 15. It gives up at 128 types
//! within types; plain `async fn`s reach 39 calls, those under `#[tracing::instrument]` 14.

use recourse::resilient;
use recourse_tests::Fail;

fn send<T: Send>(future: T) -> T {
    future
}

/// Functions that each call the one before, all with the same options.
macro_rules! chain {
    ($name:ident: $options:tt) => {
        mod $name {
            use super::*;

            async fn f0(id: u64) -> Result<u64, Fail> {
                tokio::task::yield_now().await;
                Ok(id)
            }

            chain!(@ $options f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15);
        }
    };
    (@ $options:tt $last:ident) => {
        pub(super) use $last as outermost;
    };
    (@ ($($options:tt)*) $inner:ident $outer:ident $($more:ident)*) => {
        #[resilient($($options)*)]
        pub(super) async fn $outer(id: u64) -> Result<u64, Fail> {
            let id = $inner(id).await?;
            Ok(id + 1)
        }

        chain!(@ ($($options)*) $outer $($more)*);
    };
}

chain!(retried: (retry = "3 attempts"));
chain!(timed: (timeout = "2s"));
chain!(hedged: (hedge = "p99", retry = "3 attempts", circuit = "defaults", timeout = "2s"));

#[tokio::test(start_paused = true)]
async fn fifteen_guarded_calls_deep() {
    assert_eq!(send(retried::outermost(1)).await.ok(), Some(16));
    assert_eq!(send(timed::outermost(1)).await.ok(), Some(16));
    assert_eq!(send(hedged::outermost(1)).await.ok(), Some(16));
}
