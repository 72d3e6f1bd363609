//! All interleavings of two or three threads around one breaker, on the types that run in production.

use super::{BuiltInBreaker, Decision, DecisionReason, Permit, State, Transition};
use crate::outcome::Class;
use crate::time::Instant;
use loom::thread;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

const START: Instant = Instant::from_nanos(1 << 62);
const SECOND: Duration = Duration::from_secs(1);
/// When the cooldown is over.
const LATER: Instant = START.saturating_add(SECOND);
const ONE_FAILURE: CircuitPolicy = CircuitPolicy::failures(1).cooldown(SECOND).successes(1);

/// Runs a model with two preemptions unless the environment says otherwise: enough for every known fault, and limited.
fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound.get_or_insert(2);
    model.check(check);
}

fn permit(decision: Decision) -> Permit {
    decision.permit.expect("it is admitted")
}

fn fails(breaker: &BuiltInBreaker, now: Instant) -> Option<Transition> {
    breaker.record(permit(breaker.allow(now)), Class::RETRYABLE, Duration::ZERO, now)
}

fn opened(policy: CircuitPolicy) -> BuiltInBreaker {
    let breaker = BuiltInBreaker::new(policy);
    assert!(fails(&breaker, START).is_some());
    breaker
}

/// On a thread of its own.
fn other<T: 'static>(
    breaker: &BuiltInBreaker,
    does: impl FnOnce(BuiltInBreaker) -> T + 'static,
) -> thread::JoinHandle<T> {
    let breaker = breaker.clone();
    thread::spawn(move || does(breaker))
}

/// circuit-3: three threads come when the cooldown is over. As many as there are probes may go, and one of them tells the change.
fn edge(probes: u32) {
    let breaker = opened(ONE_FAILURE.probes(probes));
    let asks = |breaker: BuiltInBreaker| breaker.allow(LATER);
    let others = [other(&breaker, asks), other(&breaker, asks)];
    let mut decisions = vec![asks(breaker.clone())];
    decisions.extend(others.map(|thread| thread.join().unwrap()));
    assert_eq!(decisions.iter().filter(|decision| decision.permit.is_some()).count(), probes as usize);
    assert_eq!(decisions.iter().filter(|decision| decision.changed.is_some()).count(), 1);
    for decision in &decisions {
        let refused = if decision.permit.is_some() { DecisionReason::Probe } else { DecisionReason::ProbesBusy };
        assert_eq!((decision.state, decision.reason), (State::HalfOpen, refused));
    }
    drop(decisions);
    assert_eq!(breaker.snapshot(LATER).probes, 0);
    assert!(breaker.allow(LATER).permit.is_some());
}

#[test]
fn loom_one_probe_of_three_threads() {
    model(|| edge(1));
}

#[test]
fn loom_two_probes_of_three_threads() {
    model(|| edge(2));
}

/// The last success closes it while another thread asks, who is refused, or goes as any call.
#[test]
fn loom_closing_while_another_asks() {
    model(|| {
        let breaker = opened(ONE_FAILURE);
        let probe = permit(breaker.allow(LATER));
        let asks = other(&breaker, |breaker| {
            let decision = breaker.allow(LATER);
            let (reason, permit) = (decision.reason, decision.permit);
            let ended = permit.and_then(|permit| breaker.record(permit, Class::Success, Duration::ZERO, LATER));
            (reason, ended)
        });
        let closed = breaker.record(probe, Class::Success, Duration::ZERO, LATER);
        assert_eq!(closed, Some(Transition::new(State::HalfOpen, State::Closed)));
        let (reason, ended) = asks.join().unwrap();
        assert!(matches!(reason, DecisionReason::ProbesBusy | DecisionReason::Closed) && ended.is_none(), "{reason}");
        assert_eq!((breaker.state(LATER), breaker.snapshot(LATER).probes), (State::Closed, 0));
    });
}

/// L2: a probe is abandoned while another one's failure opens the breaker, and a third thread takes the next turn. The
/// abandoned one gives no place of that turn back.
#[test]
fn loom_a_permit_dropped_across_a_change_of_state() {
    model(|| {
        let breaker = opened(ONE_FAILURE.probes(2));
        let (held, failing) = (permit(breaker.allow(LATER)), permit(breaker.allow(LATER)));
        let drops = thread::spawn(move || drop(held));
        let end = LATER.saturating_add(SECOND);
        let reopened = breaker.record(failing, Class::RETRYABLE, Duration::ZERO, LATER);
        assert_eq!(reopened, Some(Transition::new(State::HalfOpen, State::Open)));
        let next = [permit(breaker.allow(end)), permit(breaker.allow(end))];
        assert!(breaker.allow(end).permit.is_none());
        drops.join().unwrap();
        assert_eq!(breaker.snapshot(end).probes, 2);
        assert!(breaker.allow(end).permit.is_none());
        drop(next);
        assert_eq!(breaker.snapshot(end).probes, 0);
    });
}

/// Two probes go away at once, and a third thread asks: it gets a place or not, and all come back.
#[test]
fn loom_places_come_back_from_two_threads() {
    model(|| {
        let breaker = opened(ONE_FAILURE.probes(2));
        let held = [permit(breaker.allow(LATER)), permit(breaker.allow(LATER))];
        let drops = held.map(|permit| thread::spawn(move || drop(permit)));
        drop(breaker.allow(LATER));
        drops.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(breaker.snapshot(LATER).probes, 0);
    });
}

/// L3: while a failure opens it, another thread finds it closed, or open with the cooldown that it has, and nothing else.
#[test]
fn loom_opening_while_another_reads() {
    model(|| {
        let breaker = BuiltInBreaker::new(ONE_FAILURE);
        let reads = other(&breaker, |breaker| {
            let decision = breaker.allow(START);
            match (decision.reason, decision.retry_after) {
                (DecisionReason::Closed, None) | (DecisionReason::Open, Some(SECOND)) => {}
                wrong => panic!("{wrong:?}"),
            }
            decision.permit.and_then(|permit| breaker.record(permit, Class::Success, Duration::ZERO, START))
        });
        assert_eq!(fails(&breaker, START), Some(Transition::new(State::Closed, State::Open)));
        assert_eq!(breaker.allow(START).retry_after, Some(SECOND));
        assert_eq!(reads.join().unwrap(), None);
        assert_eq!(breaker.state(START), State::Open);
    });
}

/// L3: two threads fail and one succeeds. The row is two long or it is ended: once it opens, at most one of them says so.
#[test]
fn loom_a_row_of_failures_and_a_success() {
    model(|| {
        let breaker = BuiltInBreaker::new(CircuitPolicy::failures(2).cooldown(SECOND));
        let success = permit(breaker.allow(START));
        let fails_too = other(&breaker, |breaker| fails(&breaker, START).is_some());
        let ends = other(&breaker, |breaker| breaker.record(success, Class::Success, Duration::ZERO, START));
        let fails_here = |permit| breaker.record(permit, Class::RETRYABLE, Duration::ZERO, START).is_some();
        let here = breaker.allow(START).permit.is_some_and(fails_here);
        let (there, ended) = (fails_too.join().unwrap(), ends.join().unwrap());
        assert!(ended.is_none() && !(here && there));
        let failures = breaker.snapshot(START).failures;
        match breaker.state(START) {
            State::Open => assert!(here || there),
            _ => assert!(failures <= 1 && !here && !there, "{failures} failures"),
        }
    });
}

/// A success before a failure that has begun already is never taken for one after it: the published state says "ignore success" only
/// while the machine says so, too.
#[test]
fn loom_a_success_after_a_failure_ends_the_row() {
    model(|| {
        let breaker = BuiltInBreaker::new(CircuitPolicy::failures(2).cooldown(SECOND));
        let failed = other(&breaker, |breaker| fails(&breaker, START));
        assert_eq!(failed.join().unwrap(), None);
        let success = permit(breaker.allow(START));
        let ends = other(&breaker, |breaker| breaker.record(success, Class::Success, Duration::ZERO, START));
        drop(breaker.allow(START));
        ends.join().unwrap();
        assert_eq!(fails(&breaker, START), None);
        assert_eq!(breaker.state(START), State::Closed);
    });
}

/// A success is counted in its thread while a failure adds all of them up: it counts, or it comes after.
#[test]
fn loom_a_rate_is_added_up_while_another_succeeds() {
    model(|| {
        let breaker = BuiltInBreaker::new(CircuitPolicy::rate(60, 3, SECOND).cooldown(SECOND));
        // Makes the stripes: the cell that holds them is not modelled.
        breaker.record(permit(breaker.allow(START)), Class::Success, Duration::ZERO, START);
        let succeeds = other(&breaker, |breaker| {
            for _ in 0..2 {
                let permit = breaker.allow(START).permit;
                permit.map(|permit| breaker.record(permit, Class::Success, Duration::ZERO, START));
            }
        });
        let first = fails(&breaker, START);
        succeeds.join().unwrap();
        assert_eq!(first, None, "two calls are too few, and one of three is not more than 60 %");
        let snapshot = breaker.snapshot(START);
        assert_eq!((snapshot.failures, snapshot.calls), (1, 4), "none is lost");
    });
}

/// Two threads succeed in one stripe: in a step that has begun, and in one that is new to it.
#[test]
fn loom_successes_of_two_threads_are_all_counted() {
    model(|| {
        let breaker = BuiltInBreaker::new(CircuitPolicy::rate(50, 9, SECOND));
        let succeeds = |breaker: &BuiltInBreaker, now| {
            let permit = permit(breaker.allow(now));
            assert_eq!(breaker.record(permit, Class::Success, Duration::ZERO, now), None);
        };
        // Makes the stripes: the cell that holds them is not modelled.
        succeeds(&breaker, START);
        let both = move |breaker: BuiltInBreaker| [START, LATER].map(|now| succeeds(&breaker, now));
        let there = other(&breaker, both);
        both(breaker.clone());
        there.join().unwrap();
        assert_eq!((breaker.snapshot(START).calls, breaker.snapshot(LATER).calls), (3, 2));
    });
}

/// A reset while the first probe goes: what fails after both is heard.
#[test]
fn loom_a_reset_while_a_probe_is_admitted() {
    model(|| {
        let breaker = opened(ONE_FAILURE);
        let probes = other(&breaker, |breaker| drop(breaker.allow(LATER)));
        breaker.reset(LATER);
        probes.join().unwrap();
        assert_eq!(fails(&breaker, LATER), Some(Transition::new(State::Closed, State::Open)));
    });
}

/// Two operators at once: what calls see is what the last one did.
#[test]
fn loom_a_reset_while_another_forces() {
    model(|| {
        let breaker = BuiltInBreaker::new(ONE_FAILURE);
        let forces = other(&breaker, |breaker| breaker.force(State::Open, START));
        breaker.reset(START);
        forces.join().unwrap();
        let reason = if breaker.snapshot(START).forced { DecisionReason::ForcedOpen } else { DecisionReason::Closed };
        assert_eq!(breaker.allow(START).reason, reason);
    });
}

/// An attempt that is admitted under a policy is judged by that policy.
#[test]
fn loom_a_slow_attempt_of_a_new_policy_is_slow() {
    model(|| {
        let breaker = BuiltInBreaker::new(ONE_FAILURE);
        let before = permit(breaker.allow(START)).generation();
        let ends = other(&breaker, move |breaker| {
            let permit = permit(breaker.allow(START));
            let new = permit.generation() != before;
            (new, breaker.record(permit, Class::Success, SECOND * 2, START).is_some())
        });
        assert!(breaker.set_policy(ONE_FAILURE.slow(SECOND), START));
        let (new, opened) = ends.join().unwrap();
        assert_eq!(new, opened);
    });
}

/// A reset while an attempt of before fails: the failure counts before the reset or not at all.
#[test]
fn loom_a_reset_while_another_fails() {
    model(|| {
        let breaker = BuiltInBreaker::new(ONE_FAILURE);
        let late = permit(breaker.allow(START));
        let record = other(&breaker, |breaker| breaker.record(late, Class::RETRYABLE, Duration::ZERO, START));
        let reset = breaker.reset(START);
        assert_eq!(record.join().unwrap().is_some(), reset.is_some(), "what opened was closed again");
        assert_eq!((breaker.state(START), breaker.snapshot(START).failures), (State::Closed, 0));
        assert_eq!(breaker.allow(START).reason, DecisionReason::Closed);
    });
}

/// Another policy while an attempt succeeds that the old one counts: the new one does not hear of it as a failure.
#[test]
fn loom_another_policy_while_an_attempt_ends() {
    model(|| {
        let breaker = BuiltInBreaker::new(ONE_FAILURE);
        let slow = permit(breaker.allow(START));
        let record = other(&breaker, |breaker| breaker.record(slow, Class::Success, SECOND * 2, START));
        assert!(breaker.set_policy(ONE_FAILURE.slow(SECOND), START));
        assert_eq!(record.join().unwrap(), None);
        assert_eq!((breaker.state(START), breaker.snapshot(START).failures), (State::Closed, 0));
    });
}

/// An operator holds it open while others call: whoever is refused is told the right reason, and it stays.
#[test]
fn loom_forced_open_while_another_asks() {
    model(|| {
        let breaker = opened(ONE_FAILURE);
        let asks = other(&breaker, |breaker| {
            let decision = breaker.allow(LATER);
            let told = (decision.reason, decision.retry_after.is_some());
            assert!(matches!(told, (DecisionReason::Probe, false) | (DecisionReason::ForcedOpen, false)), "{told:?}");
        });
        breaker.force(State::Open, LATER);
        asks.join().unwrap();
        assert_eq!(breaker.allow(LATER).reason, DecisionReason::ForcedOpen);
    });
}
