//! What code knows of the calls around it: the deadline, here and in tasks that it spawns.
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
//! A task that is spawned begins without a context. Take it along: `tokio::spawn(task.in_current_context())`, with [`FutureExt`].
//!
//! # Design notes
//!
//! - **Where it is kept.** In a cell of the thread, by value: it is set around each poll of a future and restored by a guard, also when the
//!   poll panics. So no pointer into the stack is needed, which would be `unsafe`, and no `Arc`, which would be counted and allocated.
//! - **A deadline is a moment, or a time from now, or both**: see `limits.rs`. Deadlines that come from outside of the task, and those of
//!   [`within`] from its first poll on, are moments.
//! - **The earlier counts**, except in [`Context::scope`]: there a context takes the place of the one around it, as in a task of
//!   its own.

mod ambient;
mod carried;
mod limits;
mod marks;
mod scope;
mod within;

pub use carried::Context;
pub use scope::{FutureExt, InContext};
pub use within::{Within, until, within};

#[cfg(feature = "http-1")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-1")))]
#[doc(inline)]
pub use crate::propagation as http;

pub(crate) use ambient::{Inside, busy, is_touched, limits, mark, marks, take_marks};
pub(crate) use limits::Limits;
pub(crate) use marks::Marks;

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
