//! `on_reject`: a function makes the error of a call that was refused.

use recourse::{Executor, Key, Policy, Rejected, resilient};
use recourse_tests::ms;

/// For errors that cannot implement `From<Rejected>`.
#[tokio::test(start_paused = true)]
async fn on_reject_makes_the_error() {
    #[derive(Debug, PartialEq)]
    struct Foreign(&'static str);
    #[expect(clippy::needless_pass_by_value, reason = "the signature of `on_reject`")]
    fn foreign(rejected: Rejected) -> Foreign {
        Foreign(rejected.kind().as_str())
    }
    #[resilient(key = "slow", timeout = "5ms", on_reject = foreign)]
    async fn slow() -> Result<(), Foreign> {
        std::future::pending().await
    }
    assert_eq!(slow().await, Err(Foreign("timeout")));

    let hangs = || std::future::pending::<Result<(), Foreign>>();
    let policy = Policy::new().timeout(ms(5));
    assert_eq!(
        Executor::new().call(Key::from_static("slow"), policy, hangs).on_reject(foreign).await,
        Err(Foreign("timeout"))
    );
}
