//! What a policy comes to: its values within bounds, its window in steps, and how long a breaker stays open.

use super::window::Scale;
use crate::rng;
use recourse_policy::{CircuitPolicy, Policy, Trip, limits};
use std::time::Duration;

/// Within bounds.
pub(crate) fn clamped(policy: CircuitPolicy) -> CircuitPolicy {
    Policy::new().circuit(policy).normalize().0.circuit.unwrap_or(policy)
}

/// How the window of a policy is cut into steps, where it has one.
pub(super) fn scale(policy: CircuitPolicy) -> Option<Scale> {
    match policy.trip {
        Trip::Failures { window, .. } => window.map(Scale::of),
        Trip::Rate { window, .. } => Some(Scale::of(window)),
        _ => None,
    }
}

/// The cooldown of the so-manieth opening in a row. It doubles where the policy says up to what. Without a length of its own it
/// gets up to a tenth more, by chance; never more than that it may grow to.
pub(super) fn cooldown(policy: &CircuitPolicy, openings: u32) -> Duration {
    let first = policy.cooldown.unwrap_or(limits::DEFAULT_COOLDOWN);
    let grown = policy.max_cooldown.map_or(first, |max| {
        let doubled = 1u32.checked_shl(openings.saturating_sub(1)).unwrap_or(u32::MAX);
        first.saturating_mul(doubled.max(1)).min(max)
    });
    if policy.cooldown.is_some() {
        return grown;
    }
    let jitter = Duration::from_nanos(rng::up_to(u64::try_from(grown.as_nanos() / 10).unwrap_or(u64::MAX)));
    match policy.max_cooldown {
        Some(max) if grown.saturating_add(jitter) > max => max.saturating_sub(jitter),
        _ => grown.saturating_add(jitter),
    }
}
