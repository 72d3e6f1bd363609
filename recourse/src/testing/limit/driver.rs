//! A limit with a clock. Every step checks what must always hold: the limit, the ceilings, and every change that is told.

use crate::concurrency::{Limit, MOST, Priority, Sample, Share};
use crate::sync::Arc;
use crate::time::Instant;
use std::time::Duration;

/// Fails the suite with a sentence, unless a condition holds.
macro_rules! ensure {
    ($holds:expr, $($says:tt)+) => {
        assert!($holds, "limit_conformance: {}", format_args!($($says)+))
    };
}

pub(super) use ensure;

/// From the highest to the lowest.
const SHARES: [(&str, Share); 6] = [
    ("without a priority", Share::ALL),
    ("critical", Share::most(Priority::Critical)),
    ("high", Share::most(Priority::High)),
    ("normal", Share::most(Priority::Normal)),
    ("low", Share::most(Priority::Low)),
    ("sheddable", Share::most(Priority::Sheddable)),
];

pub(super) struct Driver {
    pub(super) limit: Arc<dyn Limit>,
    pub(super) now: Instant,
}

impl Driver {
    pub(super) fn new(limit: Box<dyn Limit>) -> Self {
        let driver = Self { limit: limit.into(), now: Instant::from_nanos(1 << 62) };
        driver.allows();
        driver.ceiling();
        driver
    }

    pub(super) fn passes(&mut self, time: Duration) {
        self.now = self.now.saturating_add(time);
    }

    /// How many calls may run.
    pub(super) fn allows(&self) -> u32 {
        let limit = self.limit.limit();
        ensure!(limit > 0, "it is 0, so that no call would ever start again");
        ensure!(limit <= MOST, "it is {limit}, and {MOST} is the most");
        limit
    }

    /// The ceiling of calls without a priority, compared with those of all classes.
    pub(super) fn ceiling(&self) -> u32 {
        let ceilings = SHARES.map(|(class, share)| (class, self.limit.ceiling(share, self.now)));
        for pair in ceilings.windows(2) {
            let [(higher, above), (lower, below)] = pair else { continue };
            ensure!(
                below <= above,
                "calls that are {lower} may start while fewer than {below} run, {higher} only below {above}"
            );
        }
        let ((_, all), (lowest, least)) = (ceilings[0], ceilings[5]);
        ensure!(least > 0, "calls that are {lowest} may never start, even while none runs");
        let limit = self.allows();
        ensure!(all <= limit, "calls may start while fewer than {all} run, and the limit is {limit}");
        all
    }

    /// Admits a call if fewer than the ceiling run, or refuses it. Returns the number that runs then, if it was admitted.
    pub(super) fn comes(&self, running: u32) -> Option<u32> {
        if running < self.ceiling() {
            self.limit.admitted(Share::ALL, running + 1, self.now);
            self.allows();
            Some(running + 1)
        } else {
            self.limit.refused(Share::ALL);
            self.allows();
            None
        }
    }

    /// Ends a call, and checks that the change which is told is the change of the limit.
    pub(super) fn ends(&self, sample: Sample) {
        let before = self.allows();
        let told = self.limit.ended(sample, self.now);
        let after = self.allows();
        match told {
            None => ensure!(before == after, "the end of a call made it {after} from {before}, and it did not say so"),
            Some(change) => {
                let right = change.from == before && change.to == after && before != after;
                ensure!(right, "the end of a call made it {after} from {before}, and it said {change}");
            }
        }
    }
}
