//! The delay before a retry.

use super::nanos;
use crate::lots::Lots;
use crate::record::{MS, Ns};
use recourse::policy::{Delay, Jitter, RetryPolicy};

/// The delay that follows group number `group`, and where it comes from: the longer of the backoff and the pushback. `last` is the backoff
/// that was drawn before, and `left` what the deadline leaves.
pub(crate) fn delay(
    retry: &RetryPolicy,
    group: u32,
    last: Ns,
    pushback: Option<Ns>,
    left: Option<Ns>,
    lots: &mut Lots,
) -> (Ns, &'static str) {
    let backoff = backoff(retry, group, last, lots);
    match pushback {
        Some(asked) if asked > backoff => (spread(retry, asked, left, lots), "pushback"),
        _ => (backoff, "backoff"),
    }
}

/// When somebody comes back who was asked to wait: never earlier; unless the policy is exact, up to a tenth later, or 50 ms if that is
/// more; and so that of what the deadline leaves after the pushback, half is left.
pub(crate) fn spread(retry: &RetryPolicy, asked: Ns, left: Option<Ns>, lots: &mut Lots) -> Ns {
    if retry.jitter == Jitter::None || retry.delay == Delay::None || asked == 0 {
        return asked;
    }
    let room = left.map_or(Ns::MAX, |left| left.saturating_sub(asked) / 2);
    asked + lots.up_to((asked / 10).max(50 * MS).min(room))
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
