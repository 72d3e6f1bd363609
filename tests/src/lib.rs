//! Shared parts of the tests: an operation that plays a script, and assertions on what a guarded call made of it.
//!
//! Each scenario runs through two front ends, the attribute and `Executor::call`, on tokio's paused clock:
//!
//! ```ignore
//! through_both_front_ends!({ retry = "3 attempts, fixed 10ms" }, [busy(), busy(), ok(7)], |run| {
//!     run.returned_ok(7).attempts(3).took(ms(20)).stopped_by(EndReason::Success);
//! });
//! ```

#![allow(clippy::missing_panics_doc, reason = "assertions panic")]

mod fail;
mod poll;
mod run;
mod script;

pub use fail::Fail;
pub use poll::{on_a_clock, once, wait};
pub use run::{Run, Stage, policy_section, timeline};
pub use script::{Play, Script, broken, busy, busy_after, hangs, missing, ok, panics};

use std::time::Duration;

/// Milliseconds.
pub const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Runs a script through `#[resilient(..)]` and through `Executor::call` under the same policy, each on an executor of its
/// own, and hands each [`Run`] to the assertions.
#[macro_export]
macro_rules! through_both_front_ends {
    ({ $($section:ident = $text:literal),* $(,)? }, $plays:expr, $check:expr) => {{
        #[recourse::resilient(key = "scenario", executor = stage.executor, $($section = $text),*)]
        async fn by_attribute(stage: &$crate::Stage) -> Result<u32, $crate::Fail> {
            stage.script.play().await
        }

        let stage = $crate::Stage::new($plays);
        $crate::Run::of("the attribute", &stage, by_attribute(&stage)).await.check($check);

        let stage = $crate::Stage::new($plays);
        let policy = recourse::Policy::new();
        $(let policy = $crate::policy_section(policy, stringify!($section), $text);)*
        let call = stage.executor.call(recourse::Key::from_static("scenario"), policy, || stage.script.play());
        let call = call.classify(recourse::Classify::classify).describe(|fail| Some(fail.to_string()));
        $crate::Run::of("executor.call", &stage, std::future::IntoFuture::into_future(call)).await.check($check);
    }};
}
