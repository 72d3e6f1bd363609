//! Retries, budgets, timeouts (and, with later releases, hedging and circuit breakers) for async Rust, in one attribute.

pub mod backoff;
pub mod budget;
pub mod classify;
mod error;
mod executor;
pub mod observe;
mod outcome;
#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;
mod registry;
mod rng;
mod site;
mod sync;
pub mod time;

/// Policies: keys, sections, their text grammar, limits and normalisation (`recourse-policy`).
pub use recourse_policy as policy;

pub use recourse_macros::resilient;

pub use classify::Classify;
pub use error::{FromRejection, Rejected, Rejection, RejectionKind, rejection};
pub use executor::{AlreadyInstalled, Builder, Executor, Guarded, GuardedFuture, MissingPolicy};
pub use outcome::{Class, Outcome};
pub use policy::{BudgetPolicy, CircuitPolicy, HedgePolicy, Jitter, Key, Policy, RetryPolicy};
