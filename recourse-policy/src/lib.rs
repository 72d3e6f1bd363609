//! The policies of `recourse`: what can be set, how it is written as text, and which values are allowed.
//!
//! A [`Policy`] holds the settings of one key: retries, hedges, a circuit, a budget, limits on concurrency and rate, and timeouts. One grammar and one set of bounds
//! serve the attribute macro at compile time, the runtime, and documents from files or the network. So a text that compiles in an
//! attribute means the same in a document. The crate depends on `std` only.
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

mod at_least;
mod bounds;
mod budget;
mod circuit;
mod concurrency;
mod conflict;
#[cfg(feature = "serde")]
pub mod document;
mod duration_text;
mod factor;
mod hedge;
mod key;
mod limit_conflicts;
mod limit_repair;
pub mod limits;
mod normalize;
mod operator_bounds;
mod operator_floors;
mod origin;
mod origin_bounds;
mod policy;
mod quote;
mod rate;
mod repair;
mod retry;
mod retry_fits;
mod section;
#[cfg(feature = "serde")]
mod serialize;
mod shortest;
mod sources;
pub mod text;
mod tighten;
mod worst_case;

pub use at_least::AtLeast;
pub use budget::BudgetPolicy;
pub use circuit::{CircuitPolicy, Trip};
pub use concurrency::{ConcurrencyPolicy, SlotPolicy};
pub use conflict::Conflict;
pub use duration_text::DurationText;
pub use factor::Factor;
pub use hedge::{HedgePolicy, HedgeWhen};
pub use key::{Key, KeyError, KeyTemplate, Pattern, PatternError, PatternKind, Patterns, TemplateError};
pub use normalize::{Capabilities, Change, Effective};
pub use operator_bounds::OperatorBounds;
pub use origin::Origin;
pub use origin_bounds::Bounds;
pub use policy::Policy;
pub use rate::{RatePolicy, RateUnit};
pub use retry::{Delay, Jitter, RetryPolicy};
pub use section::Section;
pub use sources::{Source, Sources};
pub use text::TextError;
pub use worst_case::WorstCase;
