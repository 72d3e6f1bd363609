//! Who observes the calls of an executor: what the builder is given, and what is added later.

use crate::executor::builder::ExecutorBuilder;
use crate::executor::instance::Executor;
use crate::observe::{Observer, Redact};
use crate::sync::Arc;

impl ExecutorBuilder {
    /// Adds an observer. Observers are told in the order in which they were added.
    ///
    /// ```
    /// use recourse::Executor;
    /// use recourse::observe::{Observer, Timeline};
    ///
    /// #[derive(Debug)]
    /// struct Print;
    ///
    /// impl Observer for Print {
    ///     fn call_ended(&self, timeline: &Timeline) {
    ///         println!("{timeline}");
    ///     }
    /// }
    /// let executor = Executor::builder().observer(Print).build();
    /// # let _ = executor;
    /// ```
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Opens a span of `tracing` for each call, and one for each attempt, which is entered around each poll of the body; and tells of decisions by
    /// events. The feature alone changes nothing. The guide page `observability` has names and severities.
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// let executor = Executor::builder().tracing().build();
    /// # let _ = executor;
    /// ```
    #[cfg(feature = "tracing")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
    pub fn tracing(mut self) -> Self {
        self.traces = true;
        self
    }

    /// Changes the texts of errors before anybody is told of them: observers, spans, timelines, the texts of rejections, and the attempts that
    /// follow. The errors themselves stay as they are. A text whose redaction panics is not told.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy, RetryPolicy, observe};
    /// use std::future::IntoFuture;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let executor = Executor::builder().redact(|text| text.split(": ").next().unwrap_or_default().to_owned()).build();
    /// let fails = async || Err::<(), _>("denied: card 4000 0000 0000 0002".to_owned());
    /// let call = executor.call(Key::from_static("pay"), Policy::new().retry(RetryPolicy::none()), fails);
    /// let (_, timelines) = observe::capture(call.describe(|error| Some(error.clone())).into_future()).await;
    /// assert_eq!(timelines[0].attempts()[0].error.as_deref(), Some("denied"));
    /// # }
    /// ```
    pub fn redact(mut self, redact: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.redact = Redact::by(redact);
        self
    }
}

impl Executor {
    /// Adds an observer while the executor lives: the process-wide one ([`Executor::global`]), among others. The observer is told of calls that
    /// begin after this. Observers are told in the order in which they were added.
    ///
    /// ```
    /// use recourse::observe::{CallInfo, CallTotals, Observer, Wanted};
    /// use recourse::{Executor, resilient};
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// static CALLS: AtomicU32 = AtomicU32::new(0);
    ///
    /// #[derive(Debug)]
    /// struct Counts;
    ///
    /// impl Observer for Counts {
    ///     fn wants(&self) -> Wanted {
    ///         Wanted::Totals
    ///     }
    ///     fn call_totals(&self, _: &CallInfo, _: &CallTotals) {
    ///         CALLS.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// }
    ///
    /// #[resilient(retry = "2 attempts")]
    /// async fn get_user() -> Result<String, String> {
    ///     Ok("Ada".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// get_user().await.unwrap();
    /// Executor::global().add_observer(Counts);
    /// get_user().await.unwrap();
    /// assert_eq!(CALLS.load(Ordering::Relaxed), 1);
    /// # }
    /// ```
    pub fn add_observer(&self, observer: impl Observer + 'static) {
        self.shared.settings.observers.add(Arc::new(observer));
        self.look_again();
    }

    /// Opens spans of `tracing` for calls that begin after this: see [`ExecutorBuilder::tracing`].
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// Executor::global().trace_calls();
    /// ```
    #[cfg(feature = "tracing")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
    pub fn trace_calls(&self) {
        self.shared.settings.observers.trace();
        self.look_again();
    }

    /// Lets every call site find the observers of now: what was resolved before has those of before.
    fn look_again(&self) {
        for (_, state) in self.states() {
            state.changed();
        }
    }
}
