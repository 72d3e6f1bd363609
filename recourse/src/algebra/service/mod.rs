//! One tower service: what it has reserved for the next request, and one attempt at calling it.
//!
//! tower drives a service in two steps. `poll_ready` reserves what a call needs, for instance a permit or a place in the
//! queue for one, and `call` uses the reservation. The reservation belongs to the value that was polled: a clone has
//! none, and dropping the value gives the reservation back.
//!
//! ```text
//!  between two requests                     within a response
//!
//!  ReadySlot ──── ready: call ─────────────▶ Attempt::Calling
//!      │                                         ▲
//!      └── not ready: the service moves ──▶ Attempt::GettingReady
//! ```
//!
//! [`ReadySlot`] is the left half, [`Attempt`] the right one. Both halves serve the sides of `&` and `|` and the services
//! of [`layers`](crate::layers), so they stand here, below both users, and know neither of them.

mod attempt;
mod ready_slot;

pub(crate) use attempt::Attempt;
pub(crate) use ready_slot::ReadySlot;
