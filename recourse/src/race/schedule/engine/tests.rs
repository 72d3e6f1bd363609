//! The engine, compared with its contract written down millisecond by millisecond.

use super::{Decision, Engine, Gaps, Wait};
use crate::time::Instant;
use proptest::prelude::*;
use std::time::Duration;

fn at(ms: u64) -> Instant {
    Instant::from_nanos(1_000_000_000 + ms * 1_000_000)
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A branch: what it waits for on its own, after how long (since its start) it fails, if ever, and from when on it is there.
type Branch = (Option<u64>, Option<u64>, u64);

#[derive(Clone, Debug)]
struct Script {
    branches: Vec<Branch>,
    gaps: [u64; 3],
    min_gap: u64,
    deadline: Option<u64>,
}

fn scripts() -> impl Strategy<Value = Script> {
    let there = prop_oneof![3 => Just(0), 1 => 0..200u64];
    let branch = (proptest::option::weighted(0.2, 0..60u64), proptest::option::of(0..120u64), there);
    let deadline = proptest::option::of(0..300u64);
    (prop::collection::vec(branch, 1..9), [0..80u64, 0..80, 0..80], 0..40u64, deadline)
        .prop_map(|(branches, gaps, min_gap, deadline)| Script { branches, gaps, min_gap, deadline })
}

/// The contract in plain words, millisecond by millisecond: when each branch starts.
fn reference(script: &Script) -> Vec<u64> {
    let mut starts: Vec<u64> = Vec::new();
    let mut steps = 0;
    let mut failed_since_start = false;
    for now in 0..2_000 {
        if script.deadline.is_some_and(|deadline| deadline <= now) {
            break;
        }
        loop {
            // Failures of this millisecond, of branches that were started.
            let fails = |(start, branch): (&u64, &Branch)| branch.1.is_some_and(|after| start + after == now);
            // A branch that fails at its start fails in this very millisecond, after the start.
            failed_since_start |= starts.iter().zip(&script.branches).any(fails) && starts.last() != Some(&now)
                || starts.last() == Some(&now) && script.branches[starts.len() - 1].1 == Some(0);
            let Some((own, _, there)) = script.branches.get(starts.len()) else { break };
            if *there > now {
                break;
            }
            let last = starts.last().copied();
            let uses_step = own.is_none() && last.is_some();
            let gap = own.unwrap_or(if uses_step { script.gaps[steps.min(2)] } else { 0 });
            let planned = match last {
                None if *there > 0 => now,
                last => last.unwrap_or(0) + gap,
            };
            let by_failure = failed_since_start && now >= last.unwrap_or(0) + script.min_gap;
            if now < planned && !by_failure {
                break;
            }
            // By plan where the plan says so, even if something failed as well.
            if now >= planned && uses_step {
                steps += 1;
            }
            starts.push(now);
            failed_since_start = false;
        }
    }
    starts
}

/// The same by the engine, which is asked only when it wants to be, or when a branch fails.
fn driven(script: &Script) -> Vec<u64> {
    let gaps = script.gaps.map(ms);
    let mut engine = Engine::new(gaps, ms(script.min_gap), script.deadline.map(ms));
    // What the branch waits for, if it has arrived.
    let wait = |index: usize, now: u64| {
        let branch = script.branches.get(index).filter(|(.., there)| *there <= now)?;
        Some(branch.0.map_or(Wait::Scheduled, |own| Wait::Own(ms(own))))
    };
    engine.begin(at(0), wait(0, 0));
    let mut starts: Vec<u64> = Vec::new();
    let mut failures: Vec<u64> = Vec::new();
    let mut now = 0;
    loop {
        let failed = failures.iter().filter(|moment| **moment == now).count();
        failures.retain(|moment| *moment != now);
        (0..failed).for_each(|_| engine.on_failed(at(now)));
        loop {
            if let Some(wait) = wait(starts.len(), now) {
                engine.resume(at(now), wait);
            }
            match engine.on_timer(at(now)) {
                Decision::Start => {}
                Decision::Expired => return starts,
                Decision::Wait => break,
            }
            let fails = script.branches[starts.len()].1;
            starts.push(now);
            engine.started(at(now), wait(starts.len(), now));
            match fails {
                Some(0) => engine.on_failed(at(now)),
                Some(after) => failures.push(now + after),
                None => {}
            }
        }
        let timer = engine.next_due().map(|due| (due.as_nanos() - at(0).as_nanos()) / 1_000_000);
        assert!(timer.is_none_or(|timer| timer > now), "what is due was done, or the race would spin");
        let arrives = script.branches.get(starts.len()).map(|(.., there)| *there).filter(|there| *there > now);
        match failures.iter().copied().chain(timer).chain(arrives).min() {
            Some(next) => now = next,
            None => return starts,
        }
    }
}

proptest! {
    #[test]
    fn starts_are_those_of_the_contract(script in scripts()) {
        prop_assert_eq!(driven(&script), reference(&script));
    }

    #[test]
    fn a_failure_never_puts_off_a_start(first in 0..100u64, min_gap in 0..200u64, fails in 0..100u64) {
        let mut engine = Engine::new(ms(first), ms(min_gap), None);
        engine.begin(at(0), Some(Wait::Scheduled));
        engine.started(at(0), Some(Wait::Scheduled));
        let planned = engine.next_due();
        engine.on_failed(at(fails));
        prop_assert!(engine.next_due() <= planned);
    }
}

#[test]
fn a_late_look_starts_one_branch_and_the_gap_begins_again() {
    let mut engine = Engine::new(ms(10), Duration::ZERO, None);
    engine.begin(at(0), Some(Wait::Scheduled));
    engine.started(at(0), Some(Wait::Scheduled));
    assert_eq!(engine.on_timer(at(55)), Decision::Start);
    engine.started(at(55), Some(Wait::Scheduled));
    assert_eq!((engine.on_timer(at(55)), engine.next_due()), (Decision::Wait, Some(at(65))));
}

#[test]
fn a_start_caused_by_a_failure_uses_up_no_step() {
    let gaps = [ms(10), ms(100)];
    let mut engine = Engine::new(gaps, Duration::ZERO, None);
    engine.begin(at(0), Some(Wait::Scheduled));
    engine.started(at(0), Some(Wait::Scheduled));
    engine.on_failed(at(3));
    assert_eq!(engine.on_timer(at(3)), Decision::Start);
    engine.started(at(3), Some(Wait::Scheduled));
    assert_eq!(engine.next_due(), Some(at(3 + 10)), "still the first gap");
    assert_eq!(gaps.gap(1), ms(100));
}

#[test]
fn a_place_that_a_failure_made_is_taken_at_once_or_after_the_smallest_gap() {
    for (min_gap, due) in [(0, 0), (7, 7)] {
        let mut engine = Engine::new(ms(10), ms(min_gap), None);
        engine.begin(at(0), Some(Wait::Scheduled));
        engine.started(at(0), None);
        assert_eq!(engine.next_due(), None);
        engine.on_failed(at(3));
        for now in [3, 5] {
            engine.resume(at(now), Wait::Scheduled);
            assert_eq!(engine.next_due(), Some(at(due)));
        }
        engine.started(at(20), None);
        engine.resume(at(21), Wait::Scheduled);
        assert_eq!(engine.next_due(), Some(at(30)), "since then none has failed");
    }
}

#[test]
fn without_a_schedule_a_place_that_a_failure_made_is_taken_after_the_smallest_gap() {
    let mut engine = Engine::new(ms(0), ms(7), None);
    engine.begin(at(0), Some(Wait::Nothing));
    engine.started(at(0), None);
    engine.on_failed(at(3));
    engine.resume(at(3), Wait::MinGap);
    assert_eq!(engine.next_due(), Some(at(7)));
    // A second place, made at the same moment, is taken another gap later.
    engine.started(at(7), Some(Wait::MinGap));
    assert_eq!(engine.next_due(), Some(at(14)));
}

/// The same without a schedule, in `max` places: when each branch starts, millisecond by millisecond.
fn reference_in_places(fails_after: &[Option<u64>], max: usize, min_gap: u64) -> Vec<u64> {
    let mut starts: Vec<u64> = Vec::new();
    for now in 0..2_000 {
        while starts.len() < fails_after.len() {
            let runs = |(start, after): (&u64, &Option<u64>)| after.is_none_or(|after| start + after > now);
            let has_place = starts.iter().zip(fails_after).filter(|branch| runs(*branch)).count() < max;
            let far_enough = starts.len() < max || starts.last().is_none_or(|last| now >= last + min_gap);
            if !has_place || !far_enough {
                break;
            }
            starts.push(now);
        }
    }
    starts
}

/// The same by the engine, used as a race over an iterator uses it.
fn driven_in_places(fails_after: &[Option<u64>], max: usize, min_gap: u64) -> Vec<u64> {
    let mut engine = Engine::new(Duration::ZERO, ms(min_gap), None);
    engine.begin(at(0), None);
    let (mut starts, mut running): (Vec<u64>, Vec<Option<u64>>) = (Vec::new(), Vec::new());
    let wait = |started: usize, running: &[_]| {
        let next = if started < max { Wait::Nothing } else { Wait::MinGap };
        (started < fails_after.len() && running.len() < max).then_some(next)
    };
    let mut now = 0;
    loop {
        running.retain(|end| {
            let fails = *end == Some(now);
            if fails {
                engine.on_failed(at(now));
            }
            !fails
        });
        loop {
            if let Some(next) = wait(starts.len(), &running) {
                engine.resume(at(now), next);
            }
            if engine.on_timer(at(now)) != Decision::Start {
                break;
            }
            let end = fails_after[starts.len()].map(|after| now + after);
            starts.push(now);
            running.push(end);
            engine.started(at(now), wait(starts.len(), &running));
            if end == Some(now) {
                running.pop();
                engine.on_failed(at(now));
            }
        }
        let timer = engine.next_due().map(|due| (due.as_nanos() - at(0).as_nanos()) / 1_000_000);
        match running.iter().copied().flatten().chain(timer).min() {
            Some(next) => now = next,
            None => return starts,
        }
    }
}

proptest! {
    /// race-4.
    #[test]
    fn starts_without_a_schedule_are_those_of_the_contract(
        fails_after in prop::collection::vec(proptest::option::weighted(0.9, 0..40u64), 1..9),
        max in 1..5usize,
        min_gap in 0..30u64,
    ) {
        let driven = driven_in_places(&fails_after, max, min_gap);
        prop_assert_eq!(driven, reference_in_places(&fails_after, max, min_gap));
    }
}

#[test]
fn a_branch_that_is_there_late_waits_for_what_is_left_of_its_gap() {
    let mut engine = Engine::new([ms(10), ms(100)], Duration::ZERO, None);
    engine.begin(at(0), None);
    assert_eq!(engine.next_due(), None, "nothing is there");
    engine.resume(at(50), Wait::Scheduled);
    assert_eq!(engine.on_timer(at(50)), Decision::Start, "the first one waits for nothing");
    engine.started(at(50), None);
    engine.resume(at(53), Wait::Scheduled);
    assert_eq!(engine.next_due(), Some(at(60)));
    engine.started(at(60), Some(Wait::Scheduled));
    assert_eq!(engine.next_due(), Some(at(160)), "it used up its step");
}

#[test]
fn the_deadline_stands_before_a_start() {
    let mut engine = Engine::new(ms(10), Duration::ZERO, Some(ms(10)));
    engine.begin(at(0), Some(Wait::Scheduled));
    engine.started(at(0), Some(Wait::Scheduled));
    assert_eq!(engine.on_timer(at(9)), Decision::Wait);
    assert_eq!(engine.on_timer(at(10)), Decision::Expired);
}
