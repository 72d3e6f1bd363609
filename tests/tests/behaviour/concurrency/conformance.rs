//! The conformance suite for limits: it passes limits that are right, and names each fault of those that are not.

use recourse::concurrency::{AdaptiveLimit, Limit, LimitChange, LimitReason, Sample, Share};
use recourse::testing::limit_conformance;
use recourse::time::Instant;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// concurrency-15: ours passes, with any bounds.
#[test]
fn the_adaptive_limit_conforms_with_any_bounds() {
    limit_conformance(|| Box::new(AdaptiveLimit::new()));
    for (floor, ceiling) in [(1, 1), (4, 200), (50, 60), (1, 65_536)] {
        limit_conformance(|| Box::new(Arc::new(AdaptiveLimit::between(floor, ceiling))));
    }
}

/// What is wrong with a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Nothing,
    FallsToNothing,
    HasNoBounds,
    GrowsByTimeOuts,
    SaysNothing,
    SaysTooMuch,
    IsWedged,
    IsWedgedByTheClock,
    PrefersLowClasses,
    LetsClassesPassTheLimit,
    ShutsOutLowClasses,
    DividesByTheLatency,
    LocksItself,
}

/// One more for an answer while at least half of it is used, half of it for a time-out; with one fault.
#[derive(Debug)]
struct Plain(Mutex<Inner>, Fault);

#[derive(Debug)]
struct Inner {
    limit: u32,
    wedged: bool,
    latest: Option<Instant>,
}

impl Plain {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Limit for Plain {
    fn limit(&self) -> u32 {
        self.inner().limit
    }

    fn ceiling(&self, share: Share, _now: Instant) -> u32 {
        let (limit, all) = (self.limit(), share == Share::ALL);
        match self.1 {
            Fault::PrefersLowClasses if !all => limit,
            Fault::PrefersLowClasses => limit.div_ceil(2),
            Fault::LetsClassesPassTheLimit => share.slots(limit) + 1,
            Fault::ShutsOutLowClasses if !all => share.slots(limit) / 3,
            _ => share.slots(limit),
        }
    }

    fn ended(&self, sample: Sample, now: Instant) -> Option<LimitChange> {
        let mut inner = self.inner();
        let from = inner.limit;
        let least = u32::from(self.1 != Fault::FallsToNothing);
        let most = if self.1 == Fault::HasNoBounds { u32::MAX } else { 100 };
        let to = if sample.timed_out && self.1 != Fault::GrowsByTimeOuts {
            (from / 2).max(least)
        } else if self.1 == Fault::HasNoBounds {
            from.saturating_mul(2)
        } else if sample.running.saturating_mul(2) >= from {
            (from + 1).min(most)
        } else {
            from
        };
        let behind = inner.latest.is_some_and(|latest| now < latest);
        inner.latest = inner.latest.max(Some(now));
        inner.wedged |= self.1 == Fault::IsWedged && to == 1;
        let stays = inner.wedged || self.1 == Fault::IsWedgedByTheClock && behind;
        let to = if stays { from.min(to) } else { to };
        inner.limit = to;
        match self.1 {
            Fault::DividesByTheLatency => {
                let _ = 1_000_000_000 / sample.latency.as_nanos();
            }
            // The lock is held already.
            Fault::LocksItself if to < from => drop(self.inner()),
            _ => {}
        }
        let told = match self.1 {
            Fault::SaysNothing => false,
            Fault::SaysTooMuch => true,
            _ => from != to,
        };
        told.then(|| LimitChange::new(from, to, LimitReason::Other))
    }
}

fn message(fault: Fault) -> Option<String> {
    let checked = catch_unwind(|| {
        limit_conformance(|| Box::new(Plain(Mutex::new(Inner { limit: 10, wedged: false, latest: None }), fault)));
    });
    let panic = checked.err()?;
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
}

/// concurrency-15: each fault is found, and named.
#[test]
fn each_fault_is_named() {
    assert_eq!(message(Fault::Nothing), None);
    for (fault, says) in [
        (Fault::FallsToNothing, "it is 0, so that no call would ever start again"),
        (Fault::HasNoBounds, "and 65536 is the most"),
        (Fault::GrowsByTimeOuts, "a minute of nothing but time-outs made it"),
        (Fault::SaysNothing, "and it did not say so"),
        (Fault::SaysTooMuch, "and it said 1 -> 1"),
        (Fault::IsWedged, "it is wedged"),
        (Fault::IsWedgedByTheClock, "after a clock that jumped it is 1"),
        (Fault::PrefersLowClasses, "calls that are critical may start while fewer than 10 run"),
        (Fault::LetsClassesPassTheLimit, "fewer than 11 run, and the limit is 10"),
        (Fault::ShutsOutLowClasses, "may never start, even while none runs"),
        (Fault::DividesByTheLatency, "divide by zero"),
        (Fault::LocksItself, "it is locked up"),
    ] {
        let message = message(fault).unwrap_or_else(|| panic!("{fault:?} is not found"));
        assert!(message.contains(says), "{fault:?}: {message}");
    }
}
