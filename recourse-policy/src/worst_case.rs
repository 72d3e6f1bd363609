//! The worst case of a policy: how many attempts a call can make, and how long it can take.

use crate::{Delay, Jitter, Policy, RetryPolicy, limits};
use std::time::Duration;

/// The most that one call can cost under a policy.
///
/// ```
/// use recourse_policy::{HedgePolicy, Policy, RetryPolicy};
/// use std::time::Duration;
///
/// let policy = Policy::new()
///     .retry(RetryPolicy::attempts(3).fixed(Duration::from_millis(500)))
///     .hedge(HedgePolicy::after(Duration::from_millis(100)).at_most(1))
///     .attempt_timeout(Duration::from_secs(1));
/// let worst = policy.worst_case();
/// assert_eq!(worst.attempts, Some(6));
/// assert_eq!(worst.delays, Some(Duration::from_secs(1)));
/// // Each of the three groups ends with its primary, or with a hedge that started 100 ms later.
/// assert_eq!(worst.time, Some(Duration::from_millis(4_300)));
/// assert_eq!(policy.timeout(Duration::from_secs(2)).worst_case().time, Some(Duration::from_secs(2)));
/// ```
///
/// ```
/// use recourse_policy::{Policy, RetryPolicy};
/// use std::time::Duration;
///
/// let retry = RetryPolicy::attempts(3).fixed(Duration::from_millis(100));
/// let worst = Policy::new().retry(retry).attempt_timeout(Duration::from_secs(1)).worst_case();
/// assert_eq!(worst.attempts, Some(3));
/// assert_eq!(worst.time, Some(Duration::from_millis(3_200)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorstCase {
    /// The most attempts, hedges included; `None` if there is no last one, because of `forever` or `fresh after`.
    pub attempts: Option<u32>,
    /// The longest sum of all delays between attempts, as the policy computes them; a server's pushback can be longer. `None` if there is
    /// no last attempt.
    pub delays: Option<Duration>,
    /// The longest time of a call; `None` if nothing limits it.
    ///
    /// Without a `timeout` a server's pushback can add to it, up to [`limits::DEFAULT_PUSHBACK`] or what the policy says before each retry.
    pub time: Option<Duration>,
}

impl Policy {
    /// Returns the most that one call can cost: attempts, delays and time. What is not set is off.
    ///
    /// ```
    /// use recourse_policy::{Policy, RetryPolicy};
    ///
    /// assert_eq!(Policy::new().retry(RetryPolicy::forever()).worst_case().attempts, None, "there is no last attempt");
    /// ```
    pub fn worst_case(&self) -> WorstCase {
        let (policy, _) = self.normalize();
        let retry = policy.retry.unwrap_or(RetryPolicy::none());
        let hedges = policy.hedge.filter(crate::HedgePolicy::hedges).map_or(0, |hedge| hedge.max_hedges);
        let most = retry.max_attempts.filter(|_| retry.fresh_after.is_none() || !retry.repeats());
        let delays = most.map(|most| retry.most_delays(most));
        // Each hedge starts at most when the attempt before it is about to time out, or after its delay if that is fixed.
        let group = policy.attempt_timeout.map(|attempt| {
            let gap = match policy.hedge.map(|hedge| hedge.when) {
                Some(crate::HedgeWhen::After(delay)) => delay.min(attempt),
                _ => attempt,
            };
            attempt.saturating_add(gap.saturating_mul(hedges))
        });
        let all = match (group, most, delays) {
            (Some(group), Some(most), Some(delays)) => Some(group.saturating_mul(most).saturating_add(delays)),
            _ => None,
        };
        let time = match (policy.timeout, all) {
            (Some(timeout), Some(all)) => Some(timeout.min(all)),
            (timeout, all) => timeout.or(all),
        };
        WorstCase { attempts: most.map(|most| most.saturating_mul(1 + hedges)), delays, time }
    }
}

impl RetryPolicy {
    /// Returns the most that all delays of a call can add up to, whatever the jitter draws.
    fn most_delays(&self, attempts: u32) -> Duration {
        let (mut sum, mut retry, mut grown) = (Duration::ZERO, 1, Duration::ZERO);
        while retry < attempts && retry < limits::MAX_ATTEMPTS {
            grown = match self.delay {
                Delay::None => Duration::ZERO,
                Delay::Fixed(delay) => delay,
                // Decorrelated jitter draws up to three times the delay before, whatever the shape of the delay.
                Delay::Linear { initial, max } | Delay::Exponential { initial, max, .. }
                    if self.jitter == Jitter::Decorrelated =>
                {
                    grown.max(initial).saturating_mul(3).min(max)
                }
                Delay::Linear { initial, max } => grown.saturating_add(initial).min(max),
                Delay::Exponential { initial, max, factor } => {
                    let next = grown.as_nanos().saturating_mul(u128::from(factor.thousandths())) / 1_000;
                    let next = u64::try_from(next).map_or(Duration::MAX, Duration::from_nanos);
                    if grown.is_zero() { initial.min(max) } else { next.min(max) }
                }
            };
            sum = sum.saturating_add(grown);
            retry += 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use crate::{Factor, HedgePolicy, Jitter, Policy, RetryPolicy};
    use std::time::Duration;

    const MS: Duration = Duration::from_millis(1);

    fn delays(retry: RetryPolicy) -> Duration {
        Policy::new().retry(retry).worst_case().delays.unwrap()
    }

    #[test]
    fn delays_add_up_as_they_grow() {
        let attempts = RetryPolicy::attempts(4);
        assert_eq!(delays(attempts.no_delay()), Duration::ZERO);
        assert_eq!(delays(attempts.fixed(5 * MS)), 15 * MS);
        assert_eq!(delays(attempts.linear(10 * MS, 25 * MS)), 55 * MS);
        assert_eq!(delays(attempts.exponential(10 * MS, 35 * MS)), 65 * MS);
        let steep = attempts.exponential(MS, 1000 * MS).factor(Factor::from_thousandths(1_500));
        assert_eq!(delays(steep), Duration::from_micros(1_000 + 1_500 + 2_250));
        assert_eq!(delays(attempts.exponential(10 * MS, 100 * MS).jitter(Jitter::Decorrelated)), (30 + 90 + 100) * MS);
        assert_eq!(delays(RetryPolicy::none()), Duration::ZERO);
    }

    #[test]
    fn time_is_the_shorter_of_the_timeout_and_the_sum() {
        let policy = Policy::new().retry(RetryPolicy::attempts(2).fixed(10 * MS));
        assert_eq!(policy.worst_case().time, None);
        let policy = policy.attempt_timeout(100 * MS);
        assert_eq!(policy.worst_case().time, Some(210 * MS));
        assert_eq!(policy.timeout(150 * MS).worst_case().time, Some(150 * MS));
        assert_eq!(policy.timeout(500 * MS).worst_case().time, Some(210 * MS));
        // A percentile can be as late as the end of the attempt before.
        let hedged = policy.hedge(HedgePolicy::percentile(99)).worst_case();
        assert_eq!((hedged.attempts, hedged.time), (Some(6), Some(610 * MS)));
        assert_eq!(policy.hedge(HedgePolicy::percentile(99).at_most(0)).worst_case().attempts, Some(2));
        assert_eq!(Policy::new().worst_case().attempts, Some(1));
        for endless in [RetryPolicy::forever(), RetryPolicy::attempts(2).fresh_after(MS)] {
            let policy = policy.retry(endless);
            assert_eq!((policy.worst_case().attempts, policy.worst_case().time), (None, None));
            assert_eq!(policy.timeout(150 * MS).worst_case().time, Some(150 * MS));
        }
    }
}
