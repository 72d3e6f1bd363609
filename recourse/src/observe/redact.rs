//! What becomes of the texts of errors before anybody is told of them.

use crate::sync::Arc;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A function of the user's that takes out of a text what nobody may read.
#[derive(Clone, Default)]
pub(crate) struct Redact(Option<Arc<Function>>);

/// The function that `redact = path` names in an attribute.
pub(crate) type RedactFn = fn(&str) -> String;

type Function = dyn Fn(&str) -> String + Send + Sync;

impl Redact {
    pub(crate) fn by(redact: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(redact)))
    }

    /// Returns what may be told of a text.
    pub(super) fn apply(&self, text: String) -> String {
        match &self.0 {
            Some(redact) => told(&**redact, &text),
            None => text,
        }
    }
}

/// Returns what may be told of a text. If the function panics, that is nothing.
pub(super) fn told(redact: impl Fn(&str) -> String, text: &str) -> String {
    catch_unwind(AssertUnwindSafe(|| redact(text))).unwrap_or_else(|_| "(redacted)".to_owned())
}

impl fmt::Debug for Redact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Redact").field(&self.0.is_some()).finish()
    }
}
