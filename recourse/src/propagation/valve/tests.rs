//! The valve against a model that remembers every request.

use super::{STEPS, Valve, WINDOW};
use crate::time::Instant;
use proptest::prelude::*;
use std::time::Duration;

/// Every request with the step it came in, and whether it was refused.
#[derive(Debug, Default)]
struct Model(Vec<(u128, bool)>);

impl Model {
    fn step(now: Instant) -> u128 {
        u128::from(now.as_nanos()) * STEPS as u128 / WINDOW.as_nanos()
    }

    /// Whether one that asks for it is refused.
    fn request(&mut self, percent: u8, now: Instant, asks: bool) -> bool {
        let step = Self::step(now);
        self.0.push((step, false));
        let inside = || self.0.iter().filter(|(at, _)| at + STEPS as u128 > step);
        let (all, refused) = (inside().count(), inside().filter(|(_, refused)| *refused).count());
        let refuse = asks && (refused + 1) * 100 <= all * usize::from(percent);
        self.0.last_mut().expect("it was pushed").1 = refuse;
        refuse
    }
}

proptest! {
    /// propagation-6: the valve does what its model does, and the share is never exceeded.
    #[test]
    fn it_agrees_with_a_model_that_remembers_everything(
        percent in 0_u8..=100,
        start in 0_u64..=1 << 62,
        requests in proptest::collection::vec((0_u64..900, any::<bool>()), 1..400),
    ) {
        let (mut valve, mut model) = (Valve::new(percent), Model::default());
        let mut now = Instant::from_nanos(start);
        for (after, asks) in requests {
            now = now.saturating_add(Duration::from_millis(after));
            valve.count(now);
            let refused = asks && valve.may_refuse(now);
            prop_assert_eq!(refused, model.request(percent, now, asks));
        }
    }

    /// A clock that goes anywhere does no harm: nothing panics, and the share holds for what was counted since.
    #[test]
    fn a_clock_that_goes_back_does_no_harm(moments in proptest::collection::vec(any::<u64>(), 1..200)) {
        let mut valve = Valve::new(20);
        let (mut requests, mut refused) = (0_u64, 0_u64);
        for moment in moments {
            let now = Instant::from_nanos(moment);
            valve.count(now);
            requests += 1;
            refused += u64::from(valve.may_refuse(now));
            prop_assert!(refused * 5 <= requests);
        }
    }
}

#[test]
fn a_fifth_of_the_last_ten_seconds_may_be_refused() {
    let mut valve = Valve::new(20);
    let start = Instant::from_nanos(1 << 40);
    let refused = |valve: &mut Valve, now| {
        (0..100)
            .filter(|_| {
                valve.count(now);
                valve.may_refuse(now)
            })
            .count()
    };
    assert_eq!(refused(&mut valve, start), 20);
    // They count for as long as the window is, and no longer.
    let later = start.saturating_add(WINDOW * 2);
    assert_eq!(refused(&mut valve, later), 20);
}

#[test]
fn none_and_all_are_shares_too() {
    let now = Instant::from_nanos(1 << 40);
    for (percent, expected) in [(0, false), (100, true), (u8::MAX, true)] {
        let mut valve = Valve::new(percent);
        for _ in 0..50 {
            valve.count(now);
            assert_eq!(valve.may_refuse(now), expected, "{percent} %");
        }
    }
}

/// A clock that went back by more than the window begins anew, and what was counted before is gone.
#[test]
fn a_clock_that_goes_back_by_more_than_the_window_begins_anew() {
    let mut valve = Valve::new(50);
    let at = |seconds| Instant::from_nanos(0).saturating_add(Duration::from_secs(seconds));
    for _ in 0..10 {
        valve.count(at(1_000));
    }
    assert!(valve.may_refuse(at(995)), "a little: it counts in the latest step");
    valve.count(at(985));
    assert!(!valve.may_refuse(at(985)), "one request, of which half may be refused");
}
