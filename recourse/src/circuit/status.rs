//! What operators see of one circuit breaker.

use crate::circuit::Snapshot;
use recourse_policy::{CircuitPolicy, Key};
use std::fmt;

/// The circuit breaker of one key, at one moment. Displays as a line for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerStatus {
    /// The key.
    pub key: Key,
    /// The policy in force. A breaker of your own may have settings of its own.
    pub policy: CircuitPolicy,
    /// What it is doing.
    pub snapshot: Snapshot,
}

impl fmt::Display for BreakerStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, policy, snapshot } = self;
        write!(f, "{key}  {snapshot}  ({policy})")
    }
}
