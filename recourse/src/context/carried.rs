//! What a task can take along to another one.

use super::ambient::Ambient;
use super::limits::Limits;
use super::priority::{DrawnPriority, Priority};
use crate::time::Instant;
use std::time::Duration;

/// What a piece of code is inside of: a deadline, when the request arrived that it serves, and how much it matters. Cheap to copy, and to send to
/// another task.
///
/// [`current`](super::current) takes it from where it is called; [`new`](Self::new) makes an empty one, for servers that know a deadline from
/// elsewhere, and for work that is to finish whatever happens to whoever began it.
///
/// ```
/// use recourse::context::{self, Context};
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// // What a server does with a request that says: 300 ms left.
/// let arrived = Instant::now();
/// let of_request = Context::new().with_arrival(arrived).with_deadline(arrived.saturating_add(Duration::from_millis(300)));
/// let left = of_request.scope(async { context::remaining() }).await;
/// assert_eq!(left, Some(Duration::from_millis(300)));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "a context does nothing until a future runs in it: `context.scope(future)`"]
pub struct Context {
    deadline: Option<Instant>,
    arrival: Option<Instant>,
    priority: Option<DrawnPriority>,
}

impl Context {
    /// Creates a context in which nothing is known: what runs in it has no deadline.
    pub const fn new() -> Self {
        Self { deadline: None, arrival: None, priority: None }
    }

    /// Returns the context of the code that calls this. A time that has not begun to count does so now.
    pub(super) fn current() -> Self {
        let Ambient { limits, arrival, priority } = Ambient::here();
        Self { deadline: limits.deadline(Instant::now), arrival, priority }
    }

    /// Returns the context with this deadline, earlier or later than the one it had.
    ///
    /// ```
    /// use recourse::context::Context;
    /// use recourse::time::Instant;
    ///
    /// let context = Context::new().with_deadline(Instant::now());
    /// assert_eq!(context.remaining(), Some(std::time::Duration::ZERO));
    /// ```
    pub fn with_deadline(self, deadline: impl Into<Instant>) -> Self {
        Self { deadline: Some(deadline.into()), ..self }
    }

    /// Returns the context without a deadline: for work that is to finish although nobody may wait for it any more.
    ///
    /// ```
    /// use recourse::context::{self, Context};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let detached = context::within(Duration::from_secs(1), async { context::current().without_deadline() }).await;
    /// assert_eq!(detached, Context::new());
    /// # }
    /// ```
    pub const fn without_deadline(self) -> Self {
        Self { deadline: None, ..self }
    }

    /// Returns the context of a request that arrived at this moment, before it waited in any queue.
    ///
    /// ```
    /// use recourse::context::Context;
    /// use recourse::time::Instant;
    ///
    /// let arrived = Instant::now();
    /// assert_eq!(Context::new().with_arrival(arrived).arrival(), Some(arrived));
    /// ```
    pub fn with_arrival(self, arrival: impl Into<Instant>) -> Self {
        Self { arrival: Some(arrival.into()), ..self }
    }

    /// Returns the context with this priority, for all that is guarded in it. To be called for each piece of work, such as a request: it draws the
    /// [level](crate::concurrency::Share) that the piece of work has, unless the context has that priority already.
    ///
    /// ```
    /// use recourse::context::{self, Context, Priority};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let prefetch = Context::new().with_priority(Priority::Sheddable);
    /// assert_eq!(prefetch.priority(), Some(Priority::Sheddable));
    /// assert_eq!(prefetch.scope(async { context::priority() }).await, Some(Priority::Sheddable));
    /// # }
    /// ```
    pub fn with_priority(self, priority: Priority) -> Self {
        Self { priority: Some(DrawnPriority::drawn(priority, self.priority)), ..self }
    }

    /// Returns the deadline, if there is one.
    ///
    /// ```
    /// use recourse::context::Context;
    ///
    /// assert_eq!(Context::new().deadline(), None);
    /// ```
    pub const fn deadline(self) -> Option<Instant> {
        self.deadline
    }

    /// Returns the time that is left before the deadline, if there is one; zero if it is over. Reads the clock if there is a deadline.
    pub fn remaining(self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Returns when the request arrived, if somebody stamped it.
    pub const fn arrival(self) -> Option<Instant> {
        self.arrival
    }

    /// Returns the priority, if somebody has set one.
    pub fn priority(self) -> Option<Priority> {
        self.priority.map(DrawnPriority::priority)
    }

    /// Returns the context with the priority of another one, if that has any.
    #[cfg(all(feature = "http-1", feature = "tower"))]
    pub(crate) fn within_priority_of(self, inner: Self) -> Self {
        Self { priority: inner.priority.or(self.priority), ..self }
    }

    pub(super) fn ambient(self) -> Ambient {
        Ambient { limits: Limits::at(self.deadline), arrival: self.arrival, priority: self.priority }
    }
}
