//! The event of a source of policies that cannot be reached.

use recourse_policy::DurationText;
use std::fmt;
use std::time::Duration;

/// The source of a provider cannot be reached, or can be reached again. Displays as a line for people.
///
/// ```
/// use recourse::observe::{Observer, OutageEvent};
/// use recourse::Executor;
///
/// #[derive(Debug)]
/// struct Warns;
///
/// impl Observer for Warns {
///     fn policies_outage(&self, event: &OutageEvent) {
///         // "policies cannot be fetched: https://control.example.com/policies/users: connection refused"
///         eprintln!("{event}");
///     }
/// }
/// let executor = Executor::builder().observer(Warns).build();
/// # let _ = executor;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutageEvent {
    /// Several fetches in a row have failed.
    Began {
        /// The error of the last one, which names the URL.
        why: String,
    },
    /// There was an answer again.
    Ended {
        /// How long there was none.
        after: Duration,
    },
}

impl fmt::Display for OutageEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Began { why } => write!(f, "policies cannot be fetched: {why}"),
            Self::Ended { after } => {
                let after = Duration::from_millis(u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
                write!(f, "policies can be fetched again, after {}", DurationText(after))
            }
        }
    }
}
