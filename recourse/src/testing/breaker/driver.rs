//! A breaker with a clock. Every step checks what must always hold: state, snapshot and decision agree, and every change is told.

use crate::circuit::{CircuitBreaker, Decision, Permit, State, Transition};
use crate::outcome::Class;
use crate::sync::Arc;
use crate::time::Instant;
use std::time::Duration;

/// The number of failures after which a breaker that is still closed is assumed never to open.
const FAILURES: usize = 100_000;
/// The number of probes after which a breaker that is still half-open is assumed never to leave that state.
const PROBES: usize = 1_000;
/// The number of probes at a time that no policy exceeds.
const MOST_PROBES: usize = 100;
/// How often the suite waits for a probe, each time longer than before.
const WAITS: u32 = 60;
/// The longest wait that a refusal may ask for.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// Fails the suite with a sentence, unless a condition holds.
macro_rules! ensure {
    ($holds:expr, $($says:tt)+) => {
        assert!($holds, "breaker_conformance: {}", format_args!($($says)+))
    };
}

pub(super) use ensure;

pub(super) struct Driver {
    pub(super) breaker: Arc<dyn CircuitBreaker>,
    pub(super) now: Instant,
}

impl Driver {
    pub(super) fn new(breaker: Box<dyn CircuitBreaker>) -> Self {
        let now = Instant::from_nanos(1 << 62);
        let driver = Self { breaker: breaker.into(), now };
        ensure!(driver.state() == State::Closed, "a new breaker is {}, and should be closed", driver.state());
        driver
    }

    pub(super) fn passes(&mut self, time: Duration) {
        self.now = self.now.saturating_add(time);
    }

    pub(super) fn state(&self) -> State {
        let (state, shown) = (self.breaker.state(self.now), self.breaker.snapshot(self.now).state);
        ensure!(state == shown, "its snapshot says {shown} while its state is {state}");
        state
    }

    /// Asks for admission, and compares the decision with the state.
    pub(super) fn asks(&self) -> Decision {
        let before = self.state();
        let decision = self.breaker.allow(self.now);
        let (after, told) = (self.state(), decision.state);
        ensure!(told == after, "its decision says {told} while its state is {after}");
        if let Some(permit) = &decision.permit {
            ensure!(after != State::Open, "it admits a call and is still open");
            let (probe, half_open) = (permit.is_probe(), after == State::HalfOpen);
            ensure!(half_open || !probe, "a permit of a closed breaker says that it is a probe");
            ensure!(probe || !half_open, "a permit of a half-open breaker does not say that it is a probe");
        } else {
            ensure!(after != State::Closed, "it refuses a call and is closed");
            let wait = decision.retry_after;
            let sane = wait.is_none_or(|wait| wait > Duration::ZERO && wait <= LONGEST);
            ensure!(sane, "it refuses a call and asks to come back in {wait:?}");
        }
        match decision.changed {
            None => ensure!(before == after, "asking made it {after} from {before}, and it did not say so"),
            Some(Transition { from, to, .. }) => {
                let opens_up = from == State::Open && to == State::HalfOpen && after == State::HalfOpen;
                ensure!(opens_up, "asking made it {after} from {before}, and it said {from} -> {to}");
            }
        }
        decision
    }

    pub(super) fn admits(&self, when: &str) -> Permit {
        let decision = self.asks();
        let (state, reason) = (decision.state, decision.reason);
        decision.permit.unwrap_or_else(|| panic!("breaker_conformance: {when} it refuses a call: {state}, {reason}"))
    }

    /// Makes a call that must be admitted, and abandons it.
    pub(super) fn goes(&self, when: &str) {
        drop(self.admits(when));
    }

    pub(super) fn refuses(&self, when: &str) -> Option<Duration> {
        let decision = self.asks();
        ensure!(decision.permit.is_none(), "{when} it admits a call");
        decision.retry_after
    }

    /// Records the end of an attempt, and checks that the change which is returned is the change of state.
    pub(super) fn records(&self, permit: Permit, class: Class) -> Option<Transition> {
        let before = self.state();
        let changed = self.breaker.record(permit, class, Duration::from_millis(1), self.now);
        self.told(before, changed, "recording a result");
        changed
    }

    pub(super) fn resets(&self) {
        let before = self.state();
        let changed = self.breaker.reset(self.now);
        self.told(before, changed, "a reset");
        ensure!(self.state() == State::Closed, "after a reset it is {}", self.state());
    }

    fn told(&self, before: State, changed: Option<Transition>, what: &str) {
        let after = self.state();
        match changed {
            None => ensure!(before == after, "{what} made it {after} from {before}, and it did not say so"),
            Some(Transition { from, to, .. }) => {
                let right = from == before && to == after && from != to;
                ensure!(right, "{what} made it {after} from {before}, and it said {from} -> {to}");
            }
        }
    }

    /// Records a result that must change nothing.
    pub(super) fn ignores(&self, permit: Permit, class: Class, of: &str) {
        let before = self.state();
        let changed = self.records(permit, class);
        ensure!(changed.is_none(), "a late result of {of} made it {} from {before}", self.state());
    }

    /// Fails until the breaker opens, and returns the number of failures.
    pub(super) fn opens_by(&self, class: Class) -> usize {
        for failures in 1..=FAILURES {
            let permit = self.admits("while it is closed");
            if self.records(permit, class).is_some() {
                ensure!(self.state() == State::Open, "failures made it {}, and not open", self.state());
                return failures;
            }
        }
        panic!("breaker_conformance: it is still closed after {FAILURES} failures and nothing else");
    }

    pub(super) fn opens(&self) -> usize {
        self.opens_by(Class::RETRYABLE)
    }

    /// Waits as long as refusals ask for, until a call is admitted, and returns that decision.
    pub(super) fn comes_back(&mut self, from: &str) -> Decision {
        let mut wait = Duration::from_secs(1);
        for _ in 0..WAITS {
            let decision = self.asks();
            if decision.permit.is_some() {
                return decision;
            }
            self.passes(decision.retry_after.unwrap_or(wait));
            wait = wait.saturating_mul(2).min(LONGEST);
        }
        panic!(
            "breaker_conformance: {from} it admits no call, though the clock ran for as long as it said and longer: it is wedged"
        );
    }

    /// Opens the breaker, waits for the end of the cooldown, and takes the first probe.
    pub(super) fn first_probe(&mut self) -> Permit {
        self.opens();
        self.next_probe()
    }

    pub(super) fn next_probe(&mut self) -> Permit {
        let decision = self.comes_back("after it opened");
        let said = decision.changed.is_some_and(|changed| (changed.from, changed.to) == (State::Open, State::HalfOpen));
        ensure!(said, "the first probe does not tell that it is half-open now, but {:?}", decision.changed);
        self.admitted(decision)
    }

    fn admitted(&self, decision: Decision) -> Permit {
        decision.permit.unwrap_or_else(|| panic!("breaker_conformance: it is {}, and no call goes", self.state()))
    }

    /// Takes probes until one is refused.
    pub(super) fn fills(&self, probes: &mut Vec<Permit>) {
        while let Some(permit) = self.asks().permit {
            probes.push(permit);
            ensure!(
                probes.len() <= MOST_PROBES,
                "half-open it lets a herd through: more than {MOST_PROBES} calls at a time"
            );
        }
    }

    /// Lets probes end in `class` until the breaker has left half-open. `first` is running already.
    pub(super) fn settles(&self, first: Permit, class: Class) -> Transition {
        let mut permit = first;
        for _ in 0..PROBES {
            if let Some(changed) = self.records(permit, class) {
                return changed;
            }
            permit = self.admits("half-open, with no probe on its way,");
        }
        panic!("breaker_conformance: it is still half-open after {PROBES} probes that all ended in {class:?}");
    }
}
