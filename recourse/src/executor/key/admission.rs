//! The circuit's answer to an attempt.

use crate::circuit::{DecisionReason, Permit};
use std::time::Duration;

/// What an attempt keeps of its admission, until it reports how it ended.
#[derive(Debug)]
pub(crate) enum Admission {
    /// The generation of the circuit that the attempt counts in; 0 if it is not counted.
    Counted(u32),
    /// A permit that holds something: that of a probe, or of a breaker of the user's.
    Permit(Permit),
}

/// The circuit does not admit an attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    pub(crate) reason: DecisionReason,
    /// How long the circuit is expected to refuse, as far as that is known.
    pub(crate) retry_after: Option<Duration>,
}
