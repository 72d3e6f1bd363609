//! What a circuit policy means in numbers: its values within bounds, and the length of a cooldown.

use crate::rng;
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Policy, limits};
use std::time::Duration;

/// The latest end of a cooldown. The moment after it means "until an operator resets the breaker".
const LATEST: Instant = Instant::from_nanos(u64::MAX - 1);

/// Returns the policy with all values within bounds.
pub(crate) fn clamped(policy: CircuitPolicy) -> CircuitPolicy {
    Policy::new().circuit(policy).normalize().0.circuit.unwrap_or(policy)
}

/// Returns the cooldown of an opening, the `openings`-th without a closing in between. It doubles with each opening if the policy
/// names a maximum.
///
/// A cooldown that the policy names is exact. The default one gets up to a tenth more by chance, so that clients which opened
/// together do not probe together.
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
        // At the maximum the jitter is taken off instead: if it were cut off, clients at the maximum would probe in step.
        Some(max) if grown.saturating_add(jitter) > max => max.saturating_sub(jitter),
        _ => grown.saturating_add(jitter),
    }
}

/// Returns the end of a cooldown that begins at `from`.
pub(super) fn end_of(cooldown: Duration, from: Instant) -> Instant {
    from.saturating_add(cooldown).min(LATEST)
}
