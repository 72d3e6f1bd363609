//! Futures that run in a context which was taken, or made, elsewhere.

use super::ambient::{Ambient, Entered};
use super::carried::Context;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task;
use std::task::Poll;

pin_project! {
    /// The future of [`Context::scope`].
    ///
    /// ```
    /// use recourse::context::{Context, InContext};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let future: InContext<_> = Context::new().scope(async { 7 });
    /// assert_eq!(future.await, 7);
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct InContext<F> {
        ambient: Ambient,
        #[pin]
        future: F,
    }
}

impl Context {
    /// Runs a future in this context, in the place of the one around it: what is guarded in the future ends at the deadline of the context. The
    /// future itself is not ended; its output is that of the scope.
    ///
    /// That is how a context crosses a `spawn`, since a task begins without one: `tokio::spawn(context::current().scope(task))`, or
    /// [`in_current_context`](super::FutureExt::in_current_context). The context counts while the future is polled, by whoever polls it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the scope drops the future.
    ///
    /// ```
    /// use recourse::context;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let left = context::within(Duration::from_secs(1), async {
    ///     let alone = tokio::spawn(async { context::remaining() }).await.unwrap();
    ///     let along = tokio::spawn(context::current().scope(async { context::remaining() })).await.unwrap();
    ///     (alone, along)
    /// });
    /// assert_eq!(left.await, (None, Some(Duration::from_secs(1))));
    /// # }
    /// ```
    pub fn scope<F: Future>(self, future: F) -> InContext<F> {
        InContext { ambient: self.ambient(), future }
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = Entered::new(*this.ambient);
        this.future.poll(cx)
    }
}

impl<F> fmt::Debug for InContext<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InContext").field("ambient", &self.ambient).finish_non_exhaustive()
    }
}

/// Takes the context of the code that calls it along with a future.
///
/// ```
/// use recourse::context::{self, FutureExt};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let left = context::within(Duration::from_secs(1), async {
///     tokio::spawn(async { context::remaining() }.in_current_context()).await.unwrap()
/// });
/// assert_eq!(left.await, Some(Duration::from_secs(1)));
/// # }
/// ```
pub trait FutureExt: Future + Sized {
    /// Runs the future in the context of the code that calls this method: the same as `context::current().scope(future)`.
    fn in_current_context(self) -> InContext<Self> {
        Context::current().scope(self)
    }
}

impl<F: Future> FutureExt for F {}
