//! Classes of outcomes: where a call gets them from, and what they decide.

mod derive;
mod functions;
mod types;

use recourse::{Class, Classify};
use std::time::Duration;

const fn after(after: Duration) -> Class {
    Class::Retryable { after: Some(after) }
}

/// An error that says what it is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Says(Class);

impl Classify for Says {
    fn classify(&self) -> Class {
        self.0
    }
}
