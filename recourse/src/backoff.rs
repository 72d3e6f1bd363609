//! Backoff: the delays between the attempts of a call, computed from a [`RetryPolicy`].
//!
//! Without jitter, clients that failed together would also retry together. The kinds of jitter are those of Marc Brooker's
//! "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), with one difference: decorrelated jitter draws within the longest
//! delay instead of cutting the draw down to it, because cutting leaves two of three delays at the maximum.
//!
//! ```
//! use recourse::backoff::Backoff;
//! use recourse::policy::{Jitter, RetryPolicy};
//! use std::time::Duration;
//!
//! let ms = Duration::from_millis;
//! let policy = RetryPolicy::attempts(5).exponential(ms(10), ms(50)).jitter(Jitter::None);
//! let delays: Vec<Duration> = Backoff::new(policy).collect();
//! assert_eq!(delays, [ms(10), ms(20), ms(40), ms(50)]);
//! ```

use crate::rng;
use crate::time::nanos;
use recourse_policy::{Delay, Jitter, RetryPolicy};
use std::time::Duration;

/// The delays of one call, one for each retry that its policy allows. A delay of zero means that the retry starts without a timer.
///
/// ```
/// use recourse::RetryPolicy;
/// use recourse::backoff::Backoff;
/// use std::time::Duration;
///
/// let ms = Duration::from_millis;
/// let delays = Backoff::new(RetryPolicy::attempts(3).fixed(ms(20)));
/// assert_eq!(delays.collect::<Vec<_>>(), [ms(20), ms(20)]);
/// ```
#[derive(Clone, Debug)]
pub struct Backoff {
    policy: RetryPolicy,
    retry: u32,
    last: Duration,
}

impl Backoff {
    /// Creates the delays of `policy`, from the first retry on.
    #[must_use]
    pub const fn new(policy: RetryPolicy) -> Self {
        Self { policy, retry: 0, last: Duration::ZERO }
    }
}

impl Iterator for Backoff {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.retry = self.retry.checked_add(1).filter(|retry| self.policy.allows_more_than(*retry))?;
        self.last = delay(&self.policy, self.retry, self.last);
        Some(self.last)
    }
}

/// Returns the delay before a retry (the first is 1), after a delay of `last`. Only decorrelated jitter depends on `last`.
pub(crate) fn delay(policy: &RetryPolicy, retry: u32, last: Duration) -> Duration {
    let (initial, plain, max) = plain(policy.delay, retry);
    match policy.jitter {
        Jitter::Full => draw(Duration::ZERO, plain),
        Jitter::Equal => draw(plain / 2, plain),
        Jitter::Decorrelated => draw(initial, last.max(initial).saturating_mul(3).min(max)),
        _ => plain,
    }
}

/// Returns when a client comes back that was told to wait for `pushback`.
///
/// A server that is overloaded tells many clients the same time. If all kept to it exactly, they would come back together; so they are
/// spread over a tenth of the pushback, and over 50 ms at least: see [`rng::later`]. A policy without delay or jitter is exact. `left` is
/// what the deadline leaves: of what is left after the pushback, at least half stays for the attempt.
pub(crate) fn spread(policy: &RetryPolicy, pushback: Duration, left: Option<Duration>) -> Duration {
    let is_exact = matches!(policy.jitter, Jitter::None) || matches!(policy.delay, Delay::None);
    // Zero is no time to keep to.
    if is_exact || pushback.is_zero() {
        return pushback;
    }
    rng::later(pushback, left.map_or(Duration::MAX, |left| left.saturating_sub(pushback) / 2))
}

/// Returns the first delay, the delay of this retry, and the longest, all before jitter.
fn plain(delay: Delay, retry: u32) -> (Duration, Duration, Duration) {
    match delay {
        Delay::Fixed(delay) => (delay, delay, delay),
        Delay::Linear { initial, max } => (initial, initial.saturating_mul(retry).min(max), max),
        Delay::Exponential { initial, max, factor } => {
            // Ends at the maximum, or where nothing grows, so the loop is short and nothing overflows, whatever the attempt and the
            // factor: a call that retries without end gets here with any number.
            let grown = (1..retry).try_fold(initial.min(max), |delay, _| {
                let next = delay.saturating_mul(factor.thousandths()) / 1_000;
                if next >= max {
                    Err(max)
                } else if next == delay {
                    Err(delay)
                } else {
                    Ok(next)
                }
            });
            (initial, grown.unwrap_or_else(|last| last), max)
        }
        _ => (Duration::ZERO, Duration::ZERO, Duration::ZERO),
    }
}

/// Draws a duration between two, both included.
fn draw(from: Duration, to: Duration) -> Duration {
    let span = to.saturating_sub(from);
    from + Duration::from_nanos(rng::up_to(nanos(span)))
}

#[cfg(test)]
mod tests {
    use super::{Backoff, delay, spread};
    use proptest::prelude::*;
    use recourse_policy::{Delay, Factor, Jitter, RetryPolicy};
    use std::time::Duration;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn any_delay() -> impl Strategy<Value = Delay> {
        let duration = || {
            prop_oneof![any::<u64>().prop_map(Duration::from_nanos), (1u64..30_000).prop_map(ms), Just(Duration::MAX)]
        };
        prop_oneof![
            Just(Delay::None),
            duration().prop_map(Delay::Fixed),
            (duration(), duration()).prop_map(|(initial, max)| Delay::Linear { initial, max }),
            (duration(), duration(), any::<u32>()).prop_map(|(initial, max, f)| Delay::Exponential {
                initial,
                max,
                factor: Factor::from_thousandths(f)
            }),
        ]
    }

    fn longest(delay: Delay) -> Duration {
        match delay {
            Delay::Fixed(d) => d,
            Delay::Linear { max, .. } | Delay::Exponential { max, .. } => max,
            _ => Duration::ZERO,
        }
    }

    proptest! {
        /// retry-5: whatever the numbers, no panic, nothing above the longest delay, and no jitter above the plain delay.
        #[test]
        fn delays_stay_within_the_longest(d in any_delay(), retry in 1u32..2_000, last in any::<u64>(), jitter in 0usize..4) {
            let jitter = [Jitter::None, Jitter::Full, Jitter::Equal, Jitter::Decorrelated][jitter];
            let drawn = delay(&RetryPolicy::attempts(10).no_delay(), retry, Duration::ZERO);
            prop_assert_eq!(drawn, Duration::ZERO);
            let mut policy = RetryPolicy::attempts(10).jitter(jitter);
            policy.delay = d;
            let (initial, max) = match d {
                Delay::Linear { initial, max } | Delay::Exponential { initial, max, .. } => (initial, max),
                _ => (longest(d), longest(d)),
            };
            // A reversed range is refused or mended by normalisation; decorrelated jitter then starts at its initial delay.
            let longest = if jitter == Jitter::Decorrelated { max.max(initial) } else { max };
            prop_assert!(delay(&policy, retry, Duration::from_nanos(last)) <= longest);
        }

        #[test]
        fn without_jitter_delays_never_shrink(initial in 1u64..30_000, max in 1u64..30_000, thousandths in 1_000u32..=10_000) {
            let policy = RetryPolicy::attempts(10)
                .exponential(ms(initial), ms(max.max(initial)))
                .factor(Factor::from_thousandths(thousandths))
                .jitter(Jitter::None);
            let delays: Vec<_> = Backoff::new(policy).collect();
            prop_assert_eq!(delays.len(), 9);
            prop_assert!(delays.is_sorted() && delays[0] == ms(initial));
        }
    }

    fn any_policy() -> impl Strategy<Value = RetryPolicy> {
        (any_delay(), 0usize..4).prop_map(|(delay, jitter)| {
            let jitter = [Jitter::None, Jitter::Full, Jitter::Equal, Jitter::Decorrelated][jitter];
            let mut policy = RetryPolicy::attempts(10).jitter(jitter);
            policy.delay = delay;
            policy
        })
    }

    fn any_time() -> impl Strategy<Value = Duration> {
        prop_oneof![
            Just(Duration::ZERO),
            Just(Duration::from_nanos(1)),
            (0u64..100_000).prop_map(ms),
            any::<u64>().prop_map(Duration::from_nanos),
            Just(Duration::MAX)
        ]
    }

    proptest! {
        /// retry-10: never earlier than told, later by the spread at most, and by no more than the deadline bears.
        #[test]
        fn a_pushback_is_kept_to(policy in any_policy(), told in any_time(), left in prop::option::of(any_time())) {
            let delay = spread(&policy, told, left);
            prop_assert!(delay >= told);
            prop_assert!(delay <= told.saturating_add((told / 10).max(ms(50))));
            if policy.jitter == Jitter::None || policy.delay == Delay::None || told.is_zero() {
                prop_assert_eq!(delay, told);
            }
            // What fits before the deadline still does.
            if let Some(left) = left.filter(|left| told < *left) {
                prop_assert!(delay < left);
            }
        }
    }

    /// retry-10: clients that were told one moment are spread evenly.
    #[test]
    fn clients_that_were_told_the_same_time_do_not_come_together() {
        crate::rng::replace(Some(3));
        let policy = RetryPolicy::defaults();
        for (told, left, over) in [
            (ms(2_000), None, 200),
            (ms(2_000), Some(ms(10_000)), 200),
            (ms(100), None, 50),
            (ms(2_000), Some(ms(2_100)), 50),
            (ms(2_000), Some(ms(2_000)), 0),
            (ms(2_000), Some(ms(10)), 0),
        ] {
            let draws: Vec<_> = (0..2_000).map(|_| spread(&policy, told, left)).collect();
            let (first, last) = (*draws.iter().min().expect("draws"), *draws.iter().max().expect("draws"));
            assert!(first >= told && first <= told + ms(over) / 50, "{first:?} of {told:?}");
            assert!(last <= told + ms(over) && last >= told + ms(over) / 50 * 49, "{last:?} of {told:?}");
        }
    }

    /// retry-6.
    #[test]
    fn the_tenth_attempt_at_factor_ten_ends_at_the_maximum() {
        let policy =
            RetryPolicy::attempts(10).exponential(ms(1), ms(30_000)).factor(Factor::new(10.0)).jitter(Jitter::None);
        let delays: Vec<_> = Backoff::new(policy).collect();
        assert_eq!(delays[..5], [ms(1), ms(10), ms(100), ms(1_000), ms(10_000)]);
        assert!(delays[5..].iter().all(|d| *d == ms(30_000)));
        // A call without a last attempt asks with any number, and a delay that does not grow is found at once.
        let last = |factor| delay(&policy.factor(Factor::from_thousandths(factor)), u32::MAX, Duration::ZERO);
        assert_eq!((last(1_000), last(1_001), last(0)), (ms(1), ms(30_000), Duration::ZERO));
    }

    /// retry-7: with the draw cut down to the maximum instead, two draws of three would sit at it.
    #[test]
    fn decorrelated_jitter_keeps_spreading() {
        crate::rng::replace(Some(1));
        let policy = RetryPolicy::attempts(10).exponential(ms(10), ms(1_000)).jitter(Jitter::Decorrelated);
        let mut last = Duration::ZERO;
        let draws: Vec<_> = (1..4_000)
            .map(|retry| {
                last = delay(&policy, retry, last);
                last
            })
            .collect();
        assert!(draws.iter().all(|d| (ms(10)..=ms(1_000)).contains(d)));
        let near_the_top = draws.iter().filter(|d| **d > ms(990)).count();
        let low = draws.iter().filter(|d| **d < ms(300)).count();
        assert!(near_the_top < 200, "{near_the_top} of 4000 draws stand at the maximum");
        assert!(low > 800, "only {low} of 4000 draws are below 300ms");
    }

    #[test]
    fn jitters_draw_from_their_own_ranges() {
        crate::rng::replace(Some(2));
        let policy = |jitter| RetryPolicy::attempts(2).fixed(ms(100)).jitter(jitter);
        let range = |jitter| {
            let draws: Vec<_> = (0..2_000).map(|_| delay(&policy(jitter), 1, Duration::ZERO)).collect();
            (draws.iter().min().copied().unwrap_or_default(), draws.iter().max().copied().unwrap_or_default())
        };
        assert_eq!(range(Jitter::None), (ms(100), ms(100)));
        let (low, high) = range(Jitter::Full);
        assert!(low < ms(1) && high > ms(99) && high <= ms(100));
        let (low, high) = range(Jitter::Equal);
        assert!(low >= ms(50) && low < ms(51) && high > ms(99) && high <= ms(100));
    }
}
