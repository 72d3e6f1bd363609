//! The delay before a retry.

use super::nanos;
use crate::lots::Lots;
use crate::record::Ns;
use recourse::policy::{Delay, Jitter, RetryPolicy};

/// The delay that follows group number `group`, and where it comes from. `last` is the delay that was drawn before.
pub(crate) fn delay(
    retry: &RetryPolicy,
    group: u32,
    last: Ns,
    pushback: Option<Ns>,
    lots: &mut Lots,
) -> (Ns, &'static str) {
    match pushback {
        // "Now" is no reason for everybody to come back in one millisecond.
        Some(asked) if asked > 0 => (asked, "pushback"),
        _ => (backoff(retry, group, last, lots), "backoff"),
    }
}

fn backoff(retry: &RetryPolicy, group: u32, last: Ns, lots: &mut Lots) -> Ns {
    let (first, plain, longest) = match retry.delay {
        Delay::Fixed(delay) => (nanos(delay), nanos(delay), nanos(delay)),
        Delay::Linear { initial, max } => {
            let (first, longest) = (nanos(initial), nanos(max));
            (first, (first * u64::from(group)).min(longest), longest)
        }
        Delay::Exponential { initial, max, factor } => {
            let (first, longest) = (nanos(initial), nanos(max));
            let mut grown = first.min(longest);
            for _ in 1..group {
                grown = (grown * u64::from(factor.thousandths()) / 1_000).min(longest);
            }
            (first, grown, longest)
        }
        _ => (0, 0, 0),
    };
    match retry.jitter {
        Jitter::Full => lots.up_to(plain),
        Jitter::Equal => plain / 2 + lots.up_to(plain - plain / 2),
        Jitter::Decorrelated => {
            let most = (last.max(first) * 3).min(longest);
            first + lots.up_to(most.saturating_sub(first))
        }
        _ => plain,
    }
}
