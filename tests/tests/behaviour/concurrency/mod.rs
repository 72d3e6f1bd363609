//! Limits on how many calls run at once.

mod conformance;
mod ends;
mod gate;
mod goal;
mod held;
mod held_among;
mod priorities;
mod queue;
mod seen;
mod shared;

use recourse_tests::{Fail, Stage};
use std::future::Future;
use std::pin::Pin;

pub(crate) type Call<'a> = Pin<Box<dyn Future<Output = Result<u32, Fail>> + 'a>>;

/// Makes one guarded call of a stage.
pub(crate) type FrontEnd = for<'a> fn(&'a Stage) -> Call<'a>;

/// The two ways to make a call under the same policy: by the attribute, and by `Executor::call`.
macro_rules! front_ends {
    ({ $($section:ident = $text:literal),* $(,)? }) => {{
        #[recourse::resilient(key = "pool", executor = stage.executor, $($section = $text),*)]
        async fn by_attribute(stage: &recourse_tests::Stage) -> Result<u32, recourse_tests::Fail> {
            stage.script.play().await
        }
        fn by_executor(stage: &recourse_tests::Stage) -> crate::concurrency::Call<'_> {
            let policy = recourse::Policy::new();
            $(let policy = recourse_tests::policy_section(policy, stringify!($section), $text);)*
            let call = stage.executor.call(recourse::Key::from_static("pool"), policy, || stage.script.play());
            Box::pin(std::future::IntoFuture::into_future(call.classify(recourse::Classify::classify)))
        }
        let by_attribute: crate::concurrency::FrontEnd = |stage| Box::pin(by_attribute(stage));
        [("the attribute", by_attribute), ("executor.call", by_executor as crate::concurrency::FrontEnd)]
    }};
}
pub(crate) use front_ends;
