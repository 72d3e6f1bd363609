//! A future with an executor of its own, fixed jitter and captured timelines.

use crate::executor::{Executor, Scope};
use crate::observe::{Capture, Timeline, capture};
use crate::rng;
use pin_project_lite::pin_project;
use recourse_policy::Key;
use recourse_policy::text::did_you_mean;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The seed of the jitter in every isolated future.
const SEED: u64 = 0x5eed;

/// Runs a future with an executor of its own, and returns its output together with the timelines of the guarded calls in it, in the order
/// they began.
///
/// Nothing that other tests did is there: circuits are closed, budgets are full, no latency is known. Jitter is the same in every run.
/// [`Executor::current`] is the executor, for looking at breakers. Calls that name another executor keep it, and are among the
/// timelines; tasks that the future spawns are not part of it, see the [module's page](super#what-the-test-spawns).
///
/// # Panics
///
/// The output is not returned if a fault is planned for a key and no attempt of the key starts after that: most likely its name is misspelt.
/// The panic names the keys that were called.
///
/// # Cancel safety
///
/// Dropping the future drops everything in it, and its executor.
///
/// ```
/// use recourse::testing::isolated;
/// use recourse::{Executor, resilient};
///
/// #[resilient(key = "users.get", circuit = "1 failure")]
/// async fn get_user() -> Result<String, String> {
///     Err("connection reset".to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// for _ in 0..2 {
///     let (open, timelines) = isolated(async {
///         let _ = get_user().await;
///         Executor::current().breakers().list()[0].to_string()
///     })
///     .await;
///     assert!(open.contains("open"), "the first failure opens it, each time anew: {open}");
///     assert_eq!(timelines.len(), 1);
/// }
/// # }
/// ```
pub fn isolated<F: Future>(future: F) -> Isolated<F> {
    let executor = Executor::new();
    Isolated { jitter: Some(SEED), future: capture(executor.scope(future)), executor }
}

pin_project! {
    /// The future of [`isolated`].
    ///
    /// ```
    /// use recourse::testing::{Isolated, isolated};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let future: Isolated<_> = isolated(async { 7 });
    /// assert_eq!(future.await.0, 7);
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct Isolated<F> {
        executor: Executor,
        // The state of the generator between two polls: threads have their own.
        jitter: Option<u64>,
        #[pin]
        future: Capture<Scope<F>>,
    }
}

impl<F: Future> Future for Isolated<F> {
    type Output = (F::Output, Vec<Timeline>);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = {
            let _lent = LentJitter::new(this.jitter);
            this.future.poll(cx)
        };
        if polled.is_ready() {
            if let Some(unmet) = this.executor.unmet_faults().first() {
                panic!("{}", unmet_fault(unmet, &this.executor.known_keys()));
            }
        }
        polled
    }
}

impl<F> fmt::Debug for Isolated<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Isolated").field("executor", &self.executor).finish_non_exhaustive()
    }
}

/// The generator of a future, in the place of its thread's for the length of one poll.
struct LentJitter<'a> {
    own: &'a mut Option<u64>,
    of_thread: Option<u64>,
}

impl<'a> LentJitter<'a> {
    fn new(own: &'a mut Option<u64>) -> Self {
        let of_thread = rng::replace(own.take());
        Self { own, of_thread }
    }
}

impl Drop for LentJitter<'_> {
    fn drop(&mut self) {
        *self.own = rng::replace(self.of_thread.take());
    }
}

fn unmet_fault(key: &Key, called: &[Key]) -> String {
    let names: Vec<&str> = called.iter().map(Key::as_str).collect();
    if names.contains(&key.as_str()) {
        return format!(
            "a fault was planned for `{key}`, and no attempt of this key was started after that, though the key was called: plan the fault \
             before the call, and look whether the call was rejected before its first attempt"
        );
    }
    let near = did_you_mean(key.as_str(), &names).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let called = if names.is_empty() { "no key".to_owned() } else { format!("`{}`", names.join("`, `")) };
    format!("a fault was planned for `{key}`, and no attempt of this key was started; called were: {called}{near}")
}

#[cfg(test)]
mod tests {
    use super::{Key, unmet_fault};

    #[test]
    fn a_key_that_no_call_has_is_named_beside_those_that_were_called() {
        let own = Key::from_static("users.get");
        assert!(
            unmet_fault(&own, std::slice::from_ref(&own)).ends_with("rejected before its first attempt"),
            "its own name is no help"
        );
        let [get, put] = [Key::from_static("users.get"), Key::from_static("users.put")];
        assert_eq!(
            unmet_fault(&Key::from_static("user.get"), &[get, put]),
            "a fault was planned for `user.get`, and no attempt of this key was started; called were: `users.get`, \
             `users.put`; did you mean `users.get`?"
        );
        assert!(unmet_fault(&Key::from_static("a"), &[]).ends_with("called were: no key"));
    }
}
