//! Whether a request that has come out of a queue is worth its work: plain code that takes `now`.

use crate::context::Context;
use crate::time::Instant;
use std::time::Duration;

/// What a request is that has come out of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// In time, or without a deadline.
    InTime,
    /// It arrived with no time left: that is what its caller says.
    ArrivedExpired,
    /// Its time ended in our own queue: that is what our clock says.
    Expired,
    /// Less time is left than its work takes.
    TooLittleLeft,
}

pub(super) fn judge(context: Context, now: Instant, at_least: Duration) -> Judgement {
    let Some(deadline) = context.deadline() else { return Judgement::InTime };
    // Asked first: however long it waited here, it was over before.
    if context.arrival().is_some_and(|arrived| deadline <= arrived) {
        Judgement::ArrivedExpired
    } else if deadline <= now {
        Judgement::Expired
    } else if deadline.saturating_duration_since(now) < at_least {
        Judgement::TooLittleLeft
    } else {
        Judgement::InTime
    }
}

#[cfg(test)]
mod tests {
    use super::{Judgement, judge};
    use crate::context::Context;
    use crate::time::Instant;
    use std::time::Duration;

    /// propagation-5.
    #[test]
    fn a_request_is_judged_by_its_deadline_its_arrival_and_what_it_takes() {
        let at = |ms: u64| Instant::from_nanos((1 << 40) + ms * 1_000_000);
        let request = |arrived, deadline| Context::new().with_arrival(at(arrived)).with_deadline(at(deadline));
        let ms = Duration::from_millis;
        let rows = [
            (Context::new(), 500, 10, Judgement::InTime),
            (Context::new().with_arrival(at(0)), 500, 10, Judgement::InTime),
            (request(0, 100), 0, 0, Judgement::InTime),
            (request(0, 100), 99, 0, Judgement::InTime),
            (request(0, 100), 90, 10, Judgement::InTime),
            (request(0, 100), 91, 10, Judgement::TooLittleLeft),
            (request(0, 5), 0, 10, Judgement::TooLittleLeft),
            (request(0, 100), 100, 0, Judgement::Expired),
            (request(0, 100), 5_000, 10, Judgement::Expired),
            (request(0, 0), 0, 0, Judgement::ArrivedExpired),
            (request(0, 0), 5_000, 10, Judgement::ArrivedExpired),
            // Nobody stamped it, so the deadline is of this process.
            (Context::new().with_deadline(at(100)), 100, 0, Judgement::Expired),
        ];
        for (context, now, at_least, expected) in rows {
            assert_eq!(
                judge(context, at(now), ms(at_least)),
                expected,
                "{context:?} at {now} ms, {at_least} ms at least"
            );
        }
    }
}
