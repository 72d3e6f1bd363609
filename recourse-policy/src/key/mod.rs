//! Keys: the names of operations, under which a policy, a circuit and a budget are shared.

mod error;
mod name;
mod path;
mod pattern;
mod patterns;
mod template;
mod text;
mod unescape;

pub use error::KeyError;
pub use name::Key;
pub use pattern::{Pattern, PatternError, PatternKind};
pub use patterns::Patterns;
pub use template::{KeyTemplate, TemplateError};
