//! The law of `recourse`: what a policy is, how it is written, and which values are allowed.
//!
//! One grammar and one validator serve three readers: the attribute macro at compile time, the runtime, and documents
//! from files or the network. So a text that compiles in an attribute means the same in a document. Depends on `std` only.
//!
//! ```
//! use recourse_policy::{Policy, RetryPolicy};
//! use std::time::Duration;
//!
//! const USERS: Policy = Policy::new()
//!     .retry(RetryPolicy::attempts(3).exponential(Duration::from_millis(10), Duration::from_millis(250)))
//!     .timeout(Duration::from_secs(2));
//!
//! let read: RetryPolicy = "3 attempts, exponential 10ms..250ms".parse().unwrap();
//! assert_eq!(USERS.retry, Some(read));
//! assert_eq!(read.to_string(), "3 attempts, exponential 10ms..250ms");
//! ```

mod bounds;
mod budget;
mod circuit;
mod conflict;
mod hedge;
mod key;
pub mod limits;
mod normalize;
mod policy;
mod quote;
mod repair;
mod retry;
pub mod text;

pub use budget::BudgetPolicy;
pub use circuit::{CircuitPolicy, Trip};
pub use conflict::Conflict;
pub use hedge::{HedgePolicy, HedgeWhen};
pub use key::{Key, KeyError, KeyTemplate, TemplateError};
pub use normalize::{Capabilities, Change, Effective, Origin};
pub use policy::Policy;
pub use retry::{Delay, Factor, Jitter, RetryPolicy};
pub use text::{DurationText, TextError};
