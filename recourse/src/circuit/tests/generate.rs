//! Policies and scripts, at random.

use super::SECOND;
use crate::circuit::State;
use proptest::prelude::*;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

/// How a call ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Success,
    /// A second later than the limit of a slow call.
    Late,
    Retryable,
    NonRetryable,
    /// The permit goes back with the class `Ignore`.
    Ignored,
    Dropped,
    /// Dropped while a panic unwinds.
    Panicked,
}

/// How far the clock moves.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tick {
    Zero,
    /// Thousandths of the window, or of ten seconds if there is none.
    Window(u64),
    /// To the end of the cooldown, and a number of nanoseconds further.
    Cooldown(i64),
    /// Thousandths of the window, back.
    Back(u64),
    Days(u64),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A call asks, and keeps running if it is admitted.
    Ask,
    /// A call asks, and ends at once.
    Call(End),
    /// One of those that are on their way ends.
    End(usize, End),
    Tick(Tick),
    /// Another one of the policies.
    Policy(usize),
    Reset,
    Force(State),
}

fn windows() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(1_000), Just(10_000), Just(60_000), 1_000u64..20_000].prop_map(Duration::from_millis)
}

fn trips(rate: bool) -> BoxedStrategy<CircuitPolicy> {
    if rate {
        let percents = prop_oneof![Just(1u32), Just(50), Just(99), 1u32..100];
        return (percents, 1u32..12, windows()).prop_map(|(p, calls, d)| CircuitPolicy::rate(p, calls, d)).boxed();
    }
    let failures = (1u32..6).prop_map(CircuitPolicy::failures);
    (failures, prop::option::of(windows())).prop_map(|(policy, w)| w.map_or(policy, |w| policy.within(w))).boxed()
}

/// Within bounds.
pub(super) fn policies(rate: bool) -> impl Strategy<Value = CircuitPolicy> {
    let cooldowns = prop::option::of(prop_oneof![Just(Duration::from_millis(100)), Just(SECOND), Just(SECOND * 7)]);
    let growths = prop::option::of(1u32..=20);
    let slow = prop::option::of(prop_oneof![Just(Duration::from_millis(10)), Just(SECOND)]);
    (trips(rate), slow, cooldowns, growths, 1u32..5, 1u32..5).prop_map(
        |(policy, slow, cooldown, growth, probes, successes)| {
            let mut policy = policy.probes(probes).successes(successes);
            (policy.slow, policy.cooldown) = (slow, cooldown);
            policy.max_cooldown = growth.map(|times| cooldown.unwrap_or(SECOND * 5) * times);
            policy
        },
    )
}

fn ends() -> impl Strategy<Value = End> {
    prop_oneof![
        6 => Just(End::Success),
        2 => Just(End::Late),
        8 => Just(End::Retryable),
        2 => Just(End::NonRetryable),
        1 => Just(End::Ignored),
        1 => Just(End::Dropped),
        1 => Just(End::Panicked),
    ]
}

fn ticks() -> impl Strategy<Value = Tick> {
    prop_oneof![
        1 => Just(Tick::Zero),
        8 => (0u64..150).prop_map(Tick::Window),
        2 => (150u64..2_200).prop_map(Tick::Window),
        5 => (-1i64..2).prop_map(Tick::Cooldown),
        2 => (0u64..600).prop_map(Tick::Back),
        1 => (600u64..9_000).prop_map(Tick::Back),
        1 => (1u64..20).prop_map(Tick::Days),
    ]
}

pub(super) fn scripts() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        20 => Just(Step::Ask),
        30 => ends().prop_map(Step::Call),
        24 => (0usize..64, ends()).prop_map(|(call, end)| Step::End(call, end)),
        24 => ticks().prop_map(Step::Tick),
        3 => (0usize..3).prop_map(Step::Policy),
        1 => Just(Step::Reset),
        1 => prop_oneof![Just(State::Open), Just(State::Closed)].prop_map(Step::Force),
    ];
    prop::collection::vec(step, 0..160)
}
