//! The one error type of the algebra, at every depth, and everything a failure can become.
//!
//! [`model`] has the types and their accessors. The other files stand on it: [`merge`] makes one failure of two, [`text`]
//! is how a failure is displayed, [`class`] says whether another attempt may help, and [`boxed`] is for middleware that
//! wants boxed errors.

mod boxed;
mod class;
mod merge;
mod model;
mod text;

pub(super) use boxed::BoxError;
pub use boxed::Boxed;
pub(super) use merge::DEFAULT_LABELS;
pub use model::{Cause, Entry, Failure, Failures};
