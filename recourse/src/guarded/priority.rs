//! How much a call matters that is made by a closure.

use super::Guarded;
use crate::context::IntoPriority;
#[cfg(doc)]
use crate::context::Priority;

impl<F, Fut, C> Guarded<F, Fut, C> {
    /// Sets how much the call matters, for itself and all that is guarded in it: see [`Priority`]. `None` leaves the priority around the call.
    ///
    /// ```
    /// use recourse::context::{self, Priority};
    /// use recourse::{Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let policy = Policy::new().concurrency("4 at once".parse().unwrap());
    /// let prefetch = Executor::new()
    ///     .call(Key::from_static("catalogue"), policy, async || Ok::<_, String>(context::priority()))
    ///     .priority(Priority::Sheddable);
    /// assert_eq!(prefetch.await, Ok(Some(Priority::Sheddable)));
    /// # }
    /// ```
    pub fn priority(mut self, priority: impl IntoPriority) -> Self {
        self.priority = priority.into_priority();
        self
    }
}
