//! A deadline, or a priority, where no guarded call sets one.

use super::ambient::{Ambient, Entered};
use super::limits::Limits;
use super::priority::{DrawnPriority, Priority};
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task;
use std::task::Poll;
use std::time::Duration;

/// Runs a future with a deadline for what is guarded in it.
///
/// The time counts from the first poll. If what is around has a deadline that is earlier, that one counts. The future itself is not ended
/// when the time is over: its guarded calls are, and calls that begin later are refused, so the future gets their errors and returns what it
/// likes. Work of its own that is not guarded goes on.
///
/// # Cancel safety
///
/// Dropping it drops the future.
///
/// ```
/// use recourse::{context, resilient};
/// use std::time::Duration;
///
/// #[resilient(key = "users.get", timeout = "5s")]
/// async fn get_user() -> Result<String, String> {
///     std::future::pending().await
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let began = tokio::time::Instant::now();
/// let answer = context::within(Duration::from_millis(300), async { get_user().await.unwrap_or("nobody".to_owned()) });
/// assert_eq!(answer.await, "nobody");
/// # let _ = began;
/// # }
/// ```
pub fn within<F: Future>(time: Duration, future: F) -> Within<F> {
    Within { own: Own::Time(time), ambient: None, future }
}

/// Runs a future with a deadline for what is guarded in it, at a moment. Like [`within`] in everything else.
///
/// ```
/// use recourse::context;
/// use recourse::time::Instant;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let deadline = Instant::now().saturating_add(std::time::Duration::from_secs(1));
/// assert_eq!(context::until(deadline, async { context::deadline() }).await, Some(deadline));
/// # }
/// ```
pub fn until<F: Future>(deadline: impl Into<Instant>, future: F) -> Within<F> {
    Within { own: Own::Moment(deadline.into()), ambient: None, future }
}

/// Runs a future with a priority for what is guarded in it, in the place of the one around.
///
/// For background work that no guarded function wraps: a cache that is warmed, a report at night. Write it around each piece of work and not
/// around a loop without end: the [level](crate::concurrency::Share) within the priority is drawn at the first poll, and the piece of work keeps it.
///
/// # Cancel safety
///
/// Dropping it drops the future.
///
/// ```
/// use recourse::context::{self, Priority};
/// use recourse::resilient;
///
/// #[resilient(key = "catalogue", concurrency = "4 at once")]
/// async fn load(id: u32) -> Result<u32, recourse::Rejected> {
///     tokio::time::sleep(std::time::Duration::from_millis(10)).await;
///     Ok(id)
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// // Two of four run, which is all that sheddable calls may use.
/// let visitors = async { tokio::try_join!(load(1), load(2)) };
/// let (visitors, prefetched) = tokio::join!(visitors, context::with_priority(Priority::Sheddable, load(3)));
/// assert!(visitors.is_ok());
/// assert_eq!(prefetched.unwrap_err().full().unwrap().priority, Some(Priority::Sheddable));
/// # }
/// ```
pub fn with_priority<F: Future>(priority: Priority, future: F) -> Within<F> {
    Within { own: Own::Priority(priority), ambient: None, future }
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
enum Own {
    /// From the first poll on.
    Time(Duration),
    Moment(Instant),
    Priority(Priority),
}

pin_project! {
    /// The future of [`within`], [`until`] and [`with_priority`].
    ///
    /// ```
    /// use recourse::context::{self, Within};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let future: Within<_> = context::within(std::time::Duration::from_secs(1), async { 7 });
    /// assert_eq!(future.await, 7);
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct Within<F> {
        own: Own,
        // What is known inside, since the first poll: it stays the same, whoever polls later.
        ambient: Option<Ambient>,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let ambient = *this.ambient.get_or_insert_with(|| {
            let around = Ambient::here();
            // One reading of the clock for both.
            let mut now = None;
            let mut clock = || *now.get_or_insert_with(Instant::now);
            let (own, priority) = match *this.own {
                Own::Time(time) => (Some(clock().saturating_add(time)), around.priority),
                Own::Moment(moment) => (Some(moment), around.priority),
                Own::Priority(priority) => (None, Some(DrawnPriority::drawn(priority, around.priority))),
            };
            let earlier = around.limits.deadline(clock).into_iter().chain(own).min();
            Ambient { limits: Limits::at(earlier), priority, ..around }
        });
        let _entered = Entered::new(ambient);
        this.future.poll(cx)
    }
}

impl<F> fmt::Debug for Within<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Within").field("own", &self.own).finish_non_exhaustive()
    }
}
