//! A document that can be used, and how old it is.

use crate::providers::answer;
use crate::providers::names::Named;
use crate::providers::provided::Provided;
use crate::sync::Arc;
use recourse_policy::Key;
use recourse_policy::document::{Documents, Entry, Fault, Format};
use std::fmt::Write as _;
use std::time::Duration;

/// A document that was read.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) documents: Documents<Named>,
    pub(super) version: Option<u64>,
    /// Another number for another text.
    pub(super) fingerprint: u64,
    /// Values that were clamped, and the like.
    pub(super) reports: Vec<Fault>,
    pub(super) more_reports: usize,
    pub(super) format: Format,
    /// The text, if it is to be written to a snapshot.
    pub(super) body: Option<Vec<u8>>,
}

/// From these ages on, a stale document is said to be that old.
const STEPS: [(Duration, &str); 8] = [
    (Duration::from_secs(10), "10s"),
    (Duration::from_secs(60), "1m"),
    (Duration::from_secs(10 * 60), "10m"),
    (Duration::from_secs(60 * 60), "1h"),
    (Duration::from_secs(6 * 60 * 60), "6h"),
    (Duration::from_secs(24 * 60 * 60), "1d"),
    (Duration::from_secs(7 * 24 * 60 * 60), "7d"),
    (Duration::from_secs(30 * 24 * 60 * 60), "30d"),
];

/// How far what is held may be from what the control plane says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Age {
    /// It was confirmed lately.
    #[default]
    Fresh,
    /// It was not, for at least this step.
    Stale(usize),
    /// It was not for so long that it is not used.
    TooOld,
}

impl Age {
    /// Returns the age of a stale document, and when it reaches the next step.
    pub(super) fn stale(age: Duration) -> (Self, Option<Duration>) {
        let step = STEPS.iter().take_while(|(from, _)| *from <= age).count();
        (Self::Stale(step), STEPS.get(step).map(|(from, _)| *from))
    }

    pub(super) fn is_stale(self) -> bool {
        self != Self::Fresh
    }
}

impl Held {
    /// Returns what the document says about a key. `shown` is its URL.
    pub(super) fn provided(&self, key: &Key, template: Option<&str>, shown: &str, age: Age) -> Provided {
        answer::provided(&self.documents, key, template, |entry, _| self.place(entry, key, shown, age))
    }

    /// Returns where a section stands: `https://host/policies/users v3 users.*, stale: confirmed over 10m ago`. The key of the call itself is not
    /// repeated.
    fn place(&self, entry: &Entry<Named>, key: &Key, shown: &str, age: Age) -> Arc<str> {
        let mut place = shown.to_owned();
        // Writing to a String cannot fail.
        if let Some(version) = self.version {
            let _ = write!(place, " v{version}");
        }
        if entry.pattern().as_str() != key.as_str() {
            let _ = write!(place, " {}", entry.pattern());
        }
        if let Age::Stale(step) = age {
            let _ = match step.checked_sub(1).and_then(|step| STEPS.get(step)) {
                Some((_, text)) => write!(place, ", stale: confirmed over {text} ago"),
                None => write!(place, ", stale: confirmed less than {} ago", STEPS[0].1),
            };
        }
        place.into()
    }

    /// Returns the entries that match no known key.
    pub(super) fn unmatched(&self, known: &[&str], shown: &str) -> Vec<String> {
        answer::unmatched(&self.documents, known, |entry| format!("{shown}:{}", entry.line()))
    }
}
