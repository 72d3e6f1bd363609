//! Deadlines, priorities, and what else code knows of the calls around it, here and in tasks that it spawns.
//!
//! A deadline reaches everything that is guarded inside: whoever asks for an answer within 500 ms does not wait for the second attempt of a
//! call three levels below that has 2 s of its own. [`within`] and [`until`] set a deadline where no guarded call does; a server
//! does so for each request, with [`Context::scope`].
//!
//! ```
//! use recourse::context;
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! assert_eq!(context::remaining(), None);
//! context::within(Duration::from_millis(500), async {
//!     tokio::time::sleep(Duration::from_millis(200)).await;
//!     assert_eq!(context::remaining(), Some(Duration::from_millis(300)));
//! })
//! .await;
//! # }
//! ```
//!
//! A [`Priority`] reaches everything that is guarded inside, too, and says who is refused first when a limit on
//! [concurrency](crate::concurrency) has hardly a slot left. The innermost that states one counts: a call knows best how much it matters itself, be
//! that more or less than what is around it.
//!
//! A task that is spawned begins without a context. Take it along: `tokio::spawn(task.in_current_context())`, with [`FutureExt`]. Only tasks of a
//! `LocalSet` are inside of whoever drives the set: give those that serve somebody else one of their own, `Context::new().scope(task)`.
//!
//! The guide on deadlines (`recourse::guide::deadlines`) says who is told what when one is over, what surprises, and how retries inside of retries
//! are kept from multiplying.
//!
//! # Design notes
//!
//! - **Where it is kept.** In cells of the thread, by value: set around each poll of an attempt and restored by a guard, also when the poll
//!   panics. So no pointer into the stack is needed, which would be `unsafe`, and no `Arc`, which would be counted and allocated.
//! - **A deadline is a moment, or a time from now, or both**: see `limits.rs`. In the first poll of a call its own time counts
//!   from now, so no clock is read. A function that begins there and is ready at once never asks; closures and layers,
//!   which have no site that is resolved once, read it at their gate. One that has to wait, or fails, makes a state, and
//!   in that the deadline around it is a moment, for good. A call that begins under a moment reads the clock once, at its gate.
//! - **When the deadline is fixed.** A call makes its state at the latest when its first poll ends with something else than success, if there
//!   is a deadline around it; a call that has no state then began without one. So from its second poll on each call sets its own limits, and a call
//!   without any hides those of its poller.
//! - **The earlier counts**, except in [`Context::scope`]: there a context takes the place of the one around it, as in a task of its own.
//! - **Who is told at the same moment.** A call that a limit has ended, whichever and whosesoever, says so to the attempt around it, as does a race
//!   at its deadline. The mark says no more than that: a call whose attempt was left so, and did not succeed, looks at the clock. If the attempt's own
//!   time is over, too, give or take a tick of the timer (1 ms), that is as if its timer had fired: as the limit of the attempt if that is earlier
//!   than the deadline of the call, else as the deadline. If not, the attempt has ended as it says, and the mark goes on with its outcome. So the
//!   rejection moves outward up to the outermost call whose time is over, through calls and races that have other deadlines, or none.
//! - **Nested calls.** A call marks the attempt around it when it ends for one of the reasons `attempts_exhausted`, `nested`, `budget_denied`, `deadline`,
//!   `pushback_too_long`, `timeout` or `circuit_open` and its policy makes more than one attempt. A refusal by the circuit before
//!   any attempt does not mark if it says when to come back and that is before the deadline. A call without retries, and one that ends
//!   with `non_retryable` or `ignored`, hands on the mark of the attempt whose outcome ends it. In a group, that is the attempt whose failure was kept.
//! - **Priorities** are bits of the word that says whether anything is known. A call that states one, or has a limit on concurrency and began under
//!   one, keeps that; in any other, what is guarded inside has that of whoever polls the call, which is the same unless the call is handed to somebody
//!   else. Keeping it would cost an allocation in calls that have no use for it.
//! - **Levels.** An attempt begins without marks, and what was marked before it on its thread is put back after each of its polls. When it is
//!   pending, its own marks are gone. When a call or a race succeeds, those of the attempt around it are gone, too.

mod ambient;
mod attempt;
mod call_id;
mod carried;
mod held;
mod into_deadline;
mod limits;
mod marks;
mod priority;
mod scope;
mod within;

pub use attempt::{Attempt, attempt};
pub use call_id::CallId;
pub use carried::Context;
pub use into_deadline::IntoDeadline;
pub use priority::{IntoPriority, Priority, UnknownPriority};
pub use scope::{FutureExt, InContext};
pub use within::{Within, until, with_priority, within};

#[cfg(feature = "http-1")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-1")))]
#[doc(inline)]
pub use crate::propagation as http;

pub(crate) use ambient::{
    Alone, Entered, Inside, busy, drawn_priority, enter_until, forgive, is_touched, limits, mark, marks, must_look,
    take_marks,
};
pub(crate) use attempt::{AttemptFacts, CallIdentity, ShownAttempt};
pub(crate) use held::{HeldSlot, holds};
pub(crate) use limits::{Limits, ends_with};
pub(crate) use marks::Marks;
pub(crate) use priority::DrawnPriority;

use crate::time::Instant;
use std::time::Duration;

/// Returns the deadline of the code that calls this, if there is one. Reads the clock in the first poll of a call that has a timeout, whose
/// time counts from now.
///
/// ```
/// assert_eq!(recourse::context::deadline(), None, "outside of everything that has one");
/// ```
pub fn deadline() -> Option<Instant> {
    limits().deadline(Instant::now)
}

/// Returns the time that the code which calls this has left, if there is a deadline; zero if it is over. Reads the clock if there is a
/// deadline.
///
/// ```
/// assert_eq!(recourse::context::remaining(), None, "outside of everything that has a deadline");
/// ```
pub fn remaining() -> Option<Duration> {
    limits().remaining(Instant::now)
}

/// Returns the priority of the code that calls this, if somebody has set one: the innermost of a guarded call with `priority`,
/// [`with_priority`], and the context of a request.
///
/// ```
/// use recourse::context::{self, Priority};
/// use recourse::resilient;
///
/// #[resilient(key = "checkout", timeout = "2s", priority = "critical")]
/// async fn checkout() -> Result<Option<Priority>, String> {
///     Ok(context::priority())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// assert_eq!(context::priority(), None);
/// assert_eq!(checkout().await, Ok(Some(Priority::Critical)));
/// # }
/// ```
pub fn priority() -> Option<Priority> {
    drawn_priority().map(DrawnPriority::priority)
}

/// Returns when the request arrived that is served by the code which calls this, if a server has stamped it
/// ([`Context::with_arrival`]).
///
/// ```
/// assert_eq!(recourse::context::arrival(), None);
/// ```
pub fn arrival() -> Option<Instant> {
    ambient::arrival()
}

/// Returns the context of the code that calls this, for a task that it spawns, or a future that somebody else polls.
///
/// ```
/// use recourse::context::{self, Context};
///
/// assert_eq!(context::current(), Context::new(), "outside of everything");
/// ```
pub fn current() -> Context {
    Context::current()
}
