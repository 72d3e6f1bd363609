//! What one call asks for: the policy of [`with`], which stands before all others but the kill switch.
//!
//! # Design notes
//!
//! - The policy is for the calls that are begun directly in the future of `with`, and not for those below. So a thread knows it while it
//!   polls the future, and does not count it while it polls an attempt of a call that is under it.
//! - A call under `with` is resolved by itself, and not remembered: such policies come from requests, and would push the resolutions of
//!   ordinary calls out of what a key remembers.

use crate::epoch::{Epoch, OpenScope};
use pin_project_lite::pin_project;
use recourse_policy::Policy;
use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    /// The policy of the innermost `with` whose future this thread polls, unless it polls an attempt.
    static CURRENT: Cell<Option<Policy>> = const { Cell::new(None) };
    /// The number of attempts that this thread polls of calls under that policy, one inside of the other. While it is not 0, the policy
    /// does not count.
    static HIDDEN: Cell<u32> = const { Cell::new(0) };
}

/// Runs a future whose guarded calls are under `policy`, which stands before what is registered, provided, or written in attributes; only
/// the kill switch stands before it.
///
/// The policy is for calls that are begun directly in the future, by functions, closures and layers alike. Guarded calls below, made by the
/// bodies of those calls, are not under it. Neither are tasks that the future spawns.
///
/// A call may only tighten its policy: a shorter time, fewer attempts, fewer hedges. What would loosen the policy is left out, and the
/// timeline of the call lists it, unless [`ExecutorBuilder::loose_calls`](crate::ExecutorBuilder::loose_calls) allows more. The circuit,
/// the budget, the limit on concurrency and the rate of a key are shared, so no call has its own.
///
/// Each call under `with` is resolved by itself, which takes about two microseconds (8,000 instructions).
///
/// # Cancel safety
///
/// Dropping it drops the future.
///
/// ```
/// use recourse::{Policy, RetryPolicy, resilient};
/// use std::time::Duration;
///
/// #[resilient(key = "users.get", retry = "3 attempts", timeout = "5s")]
/// async fn get_user() -> Result<String, String> {
///     std::future::pending().await
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// // A request that has 300 ms left.
/// let hurry = Policy::new().timeout(Duration::from_millis(300)).retry(RetryPolicy::none());
/// let error = recourse::with(hurry, get_user()).await.unwrap_err();
/// assert_eq!(error, "`users.get` timed out after 300ms, in 1 attempt");
/// # }
/// ```
pub fn with<F: Future>(policy: Policy, future: F) -> With<F> {
    With { policy, open: OpenScope::new(), future }
}

pin_project! {
    /// The future of [`with`].
    ///
    /// ```
    /// use recourse::{Policy, With, with};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let future: With<_> = with(Policy::new(), async { 7 });
    /// assert_eq!(future.await, 7);
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct With<F> {
        policy: Policy,
        open: OpenScope,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for With<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // The inner one is tighter still: it may not take back what the outer one asked for.
        let policy = match current() {
            Some(outer) => outer.tightened(this.policy).0,
            None => *this.policy,
        };
        let _set = Set { policy: CURRENT.replace(Some(policy)), hidden: HIDDEN.replace(0) };
        this.future.poll(cx)
    }
}

impl<F> fmt::Debug for With<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("With").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// Returns what calls ask for that begin now on this thread.
pub(crate) fn current() -> Option<Policy> {
    // Most calls are under no policy of their own, and the process knows if none is.
    if Epoch::load().any_scope() && HIDDEN.get() == 0 { CURRENT.get() } else { None }
}

/// What this thread knew before one poll of [`With`]; put back even if that poll panics.
struct Set {
    policy: Option<Policy>,
    hidden: u32,
}

impl Drop for Set {
    fn drop(&mut self) {
        CURRENT.set(self.policy.take());
        HIDDEN.set(self.hidden);
    }
}

/// Hides the policy, until [`show`].
#[cold]
pub(crate) fn hide() {
    HIDDEN.set(HIDDEN.get() + 1);
}

/// Takes back what [`hide`] did.
#[cold]
pub(crate) fn show() {
    HIDDEN.set(HIDDEN.get().saturating_sub(1));
}

/// Hides the policy, while an attempt of a call that is under it is polled or made.
#[derive(Debug)]
pub(crate) struct HiddenCallPolicy(());

impl HiddenCallPolicy {
    pub(crate) fn new() -> Self {
        hide();
        Self(())
    }
}

impl Drop for HiddenCallPolicy {
    fn drop(&mut self) {
        show();
    }
}
