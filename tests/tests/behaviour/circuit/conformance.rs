//! The conformance suite for breakers: it passes breakers that are right, and names each fault of those that are not.

use recourse::circuit::{
    CircuitBreaker, CountingBreaker, Decision, DecisionReason, Permit, RateBreaker, State, Transition,
};
use recourse::policy::Trip;
use recourse::testing::breaker_conformance;
use recourse::time::Instant;
use recourse::{CircuitPolicy, Class};
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn built_in(policy: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
    match policy.trip {
        Trip::Failures { .. } => Box::new(CountingBreaker::new(*policy).unwrap()),
        _ => Box::new(RateBreaker::new(*policy).unwrap()),
    }
}

#[test]
fn the_built_in_breakers_conform_to_any_policy() {
    breaker_conformance(built_in);
    let policies = [
        CircuitPolicy::sensitive(),
        CircuitPolicy::defaults(),
        CircuitPolicy::failures(1).cooldown(SECOND).max_cooldown(SECOND * 300),
        CircuitPolicy::failures(7).probes(100).successes(100),
        CircuitPolicy::failures(2).slow(SECOND).cooldown(Duration::ZERO).successes(1),
        CircuitPolicy::rate(1, 1, SECOND).probes(2),
        CircuitPolicy::rate(99, 100, Duration::MAX).max_cooldown(SECOND * 7).probes(5),
    ];
    for policy in policies {
        breaker_conformance(|_| built_in(&policy));
    }
}

/// What is wrong with a breaker.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Nothing,
    StartsOpen,
    NeverOpens,
    OpensBySuccess,
    OpensEarly,
    OpensWhenTheClockGoesBack,
    SaysNothing,
    SaysNothingOfProbes,
    LeaksProbes,
    LetsAHerdThrough,
    GivesProbesAsCalls,
    BelievesLateFailures,
    BelievesLateSuccesses,
    LateFailuresPutItOff,
    IsWedgedBySilence,
    IsWedgedWhenOpen,
    OpensWhenAProbeIsDropped,
    GivesPlacesBackTwice,
    NeverCloses,
    StaysHalfOpen,
    RemembersAfterReset,
    TakesOverAnyPolicy,
    ClosesForAnotherPolicy,
    Overflows,
    AsksAndActsApart,
    DropsPermitsUnderItsLock,
}

/// A breaker of two failures, two probes at a time and two successes, with one fault.
#[derive(Debug)]
struct Plain(Arc<Mutex<Inner>>, Fault);

#[derive(Debug, Default)]
struct Inner {
    open_until: Option<Instant>,
    half_open: bool,
    generation: u64,
    failures: u32,
    successes: u32,
    ticket: u64,
    probes: Vec<(u64, Instant)>,
    policy: Option<CircuitPolicy>,
}

impl Inner {
    fn state(&self, now: Instant) -> State {
        match self.open_until {
            _ if self.half_open => State::HalfOpen,
            None => State::Closed,
            Some(until) if now < until => State::Open,
            Some(_) => State::HalfOpen,
        }
    }

    fn turn(&mut self, to: State, now: Instant) {
        let generation = self.generation + 1;
        let open_until = (to == State::Open).then(|| now.saturating_add(SECOND));
        let policy = self.policy;
        *self = Self { open_until, half_open: to == State::HalfOpen, generation, policy, ..Self::default() };
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CircuitBreaker for Plain {
    fn allow(&self, now: Instant) -> Decision {
        let Self(shared, fault) = self;
        let mut inner = lock(shared);
        let went_back = inner.open_until.is_some_and(|until| now.saturating_add(SECOND * 2) < until);
        if *fault == Fault::OpensWhenTheClockGoesBack && went_back {
            return Decision::admit(Permit::new(inner.generation));
        }
        let mut state = inner.state(now);
        if *fault == Fault::OpensEarly && state == State::Open && inner.state(now.saturating_add(SECOND / 2)) != state {
            state = State::HalfOpen;
        }
        let until = inner.open_until.unwrap_or(now);
        match state {
            State::Closed => return Decision::admit(Permit::new(inner.generation)),
            State::Open => {
                return Decision::deny(state, DecisionReason::Open, Some(until.saturating_duration_since(now)));
            }
            State::HalfOpen if *fault == Fault::IsWedgedWhenOpen => {
                return Decision::deny(state, DecisionReason::ProbesBusy, None);
            }
            State::HalfOpen => {}
        }
        let mut changed = None;
        if !inner.half_open {
            inner.turn(State::HalfOpen, now);
            changed = Some(Transition::new(State::Open, State::HalfOpen));
        }
        if *fault != Fault::IsWedgedBySilence {
            inner.probes.retain(|(_, started)| now.saturating_duration_since(*started) < SECOND);
        }
        let is_full = inner.probes.len() >= 2 && *fault != Fault::LetsAHerdThrough;
        if *fault == Fault::AsksAndActsApart {
            drop(inner);
            thread::yield_now();
            inner = lock(shared);
        }
        if is_full {
            return Decision::deny(State::HalfOpen, DecisionReason::ProbesBusy, Some(SECOND));
        }
        let (generation, ticket) = (inner.generation, inner.ticket + 1);
        inner.ticket = ticket;
        inner.probes.push((ticket, now));
        if *fault == Fault::GivesProbesAsCalls {
            let mut decision = Decision::admit(Permit::new(generation)).changed(changed);
            decision.state = State::HalfOpen;
            return decision;
        }
        if *fault == Fault::SaysNothingOfProbes {
            changed = None;
        }
        let (shared, fault) = (shared.clone(), *fault);
        let release = move || {
            let mut inner = lock(&shared);
            if inner.generation != generation || fault == Fault::LeaksProbes {
                return;
            }
            match fault {
                Fault::OpensWhenAProbeIsDropped => inner.turn(State::Open, now),
                Fault::GivesPlacesBackTwice => drop(inner.probes.pop()),
                _ => inner.probes.retain(|(other, _)| *other != ticket),
            }
        };
        Decision::admit(Permit::probe(generation, release)).changed(changed)
    }

    fn record(&self, permit: Permit, class: Class, _elapsed: Duration, now: Instant) -> Option<Transition> {
        let Self(shared, fault) = self;
        let mut inner = lock(shared);
        if *fault == Fault::Overflows {
            assert!(now.as_nanos().checked_add(1_000_000_000).is_some(), "attempt to add with overflow");
        }
        let (failed, before) = (class != Class::Success, inner.state(now));
        if permit.generation() != inner.generation {
            let believed = match fault {
                Fault::BelievesLateFailures => failed,
                Fault::BelievesLateSuccesses => !failed,
                Fault::LateFailuresPutItOff if failed && before == State::Open => {
                    inner.open_until = Some(now.saturating_add(SECOND * 3));
                    false
                }
                _ => false,
            };
            if !believed {
                return None;
            }
        }
        match (before, failed) {
            (State::Closed, false) if *fault != Fault::OpensBySuccess => inner.failures = 0,
            (State::Closed, _) => inner.failures += 1,
            (State::HalfOpen, true) if *fault != Fault::StaysHalfOpen => inner.turn(State::Open, now),
            (State::HalfOpen, false) => inner.successes += 1,
            _ => {}
        }
        let to = match before {
            State::Closed if inner.failures >= 2 && *fault != Fault::NeverOpens => State::Open,
            State::HalfOpen if inner.successes >= 2 && *fault != Fault::NeverCloses => State::Closed,
            _ => inner.state(now),
        };
        if to == inner.state(now) && to == before {
            return None;
        }
        if to != inner.state(now) {
            inner.turn(to, now);
        }
        if *fault == Fault::DropsPermitsUnderItsLock {
            drop(permit);
            drop(inner);
        }
        (*fault != Fault::SaysNothing).then(|| Transition::new(before, to))
    }

    fn state(&self, now: Instant) -> State {
        let Self(shared, fault) = self;
        let inner = lock(shared);
        if *fault == Fault::StartsOpen && inner.generation == 0 { State::Open } else { inner.state(now) }
    }

    fn reset(&self, now: Instant) -> Option<Transition> {
        let Self(shared, fault) = self;
        let mut inner = lock(shared);
        let from = inner.state(now);
        inner.turn(State::Closed, now);
        inner.failures = u32::from(*fault == Fault::RemembersAfterReset);
        (from != State::Closed).then(|| Transition::new(from, State::Closed))
    }

    fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
        let known = lock(&self.0).policy.replace(*policy) == Some(*policy);
        match self.1 {
            Fault::TakesOverAnyPolicy => true,
            Fault::ClosesForAnotherPolicy if !known => {
                self.reset(now);
                true
            }
            _ => false,
        }
    }
}

/// What the suite says of a breaker with this fault; nothing where it conforms.
fn verdict(fault: Fault) -> Option<String> {
    let suite = || breaker_conformance(|_| Box::new(Plain(Arc::default(), fault)));
    let panic = catch_unwind(suite).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    Some(text.unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap_or(&"a panic without words").to_string()))
}

#[test]
fn a_plain_breaker_conforms() {
    assert_eq!(verdict(Fault::Nothing), None);
}

/// The one verdict that takes a while.
#[test]
fn a_lock_that_waits_for_itself_is_found() {
    let says = verdict(Fault::DropsPermitsUnderItsLock).unwrap_or_default();
    assert!(says.ends_with("does it drop the permit under its own lock?"), "{says}");
}

#[test]
fn each_fault_is_found_and_said() {
    let says = [
        (Fault::StartsOpen, "a new breaker is open, and should be closed"),
        (Fault::NeverOpens, "it is still closed after 100000 failures and nothing else"),
        (Fault::OpensBySuccess, "successes made it open"),
        (Fault::OpensEarly, "half way to the moment it named itself it admits a call"),
        (Fault::OpensWhenTheClockGoesBack, "open, while the clock went back, it admits a call"),
        (Fault::SaysNothing, "recording a result made it open from closed, and it did not say so"),
        (Fault::SaysNothingOfProbes, "the first probe does not tell that it is half-open now"),
        (Fault::LeaksProbes, "after a probe was dropped it refuses a call: half_open, probes_busy"),
        (Fault::LetsAHerdThrough, "half-open it lets a herd through: more than 100 calls at a time"),
        (Fault::GivesProbesAsCalls, "a permit of a half-open breaker does not say that it is a probe"),
        (Fault::BelievesLateFailures, "a late result of a call from before it opened made it open from half_open"),
        (Fault::BelievesLateSuccesses, "a late result of a call from before it opened made it closed from half_open"),
        (Fault::LateFailuresPutItOff, "a late failure put off the end of its cooldown, from Some(1s) to Some(3s)"),
        (Fault::IsWedgedBySilence, "with probes on their way that never report it admits no call"),
        (Fault::IsWedgedWhenOpen, "after it opened it admits no call"),
        (Fault::OpensWhenAProbeIsDropped, "a probe that was dropped without a verdict made it open"),
        (Fault::GivesPlacesBackTwice, "dropping probes that made room already lets"),
        (Fault::NeverCloses, "it is still half-open after 1000 probes that all ended in Success"),
        (Fault::StaysHalfOpen, "it is still half-open after 1000 probes that all ended in Retryable"),
        (Fault::RemembersAfterReset, "it remembers some"),
        (Fault::TakesOverAnyPolicy, "it takes over a policy that it has already"),
        (Fault::ClosesForAnotherPolicy, "it took over a policy, was open before, and is closed"),
        (Fault::Overflows, "it panics at"),
        (Fault::AsksAndActsApart, "8 threads come when its cooldown is over"),
    ];
    let wrong = says.into_iter().filter_map(|(fault, says)| {
        let verdict = verdict(fault).unwrap_or_default();
        let right = verdict.starts_with("breaker_conformance: ") && verdict.contains(says);
        (!right).then(|| format!("{fault:?}: {verdict:?}, not {says:?}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
