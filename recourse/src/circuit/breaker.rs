//! The state machine for many threads: a lock around it, and in front of the lock what most calls need no lock for.
//!
//! A call that finds the breaker closed reads one word; one that succeeds reads it again, and where a rate is counted adds
//! one to its thread's own stripe. One that finds it open reads one word more. All else takes the lock for some tens of
//! nanoseconds: failures, a success that ends a row of them, probes, and calls that are refused because probes are on their way.

use super::machine::{Entered, Machine, Verdict};
use super::published::{FOREVER, PackedState, PublishedState, SharedState};
use super::stripes::Stripes;
use super::window::{Scale, step};
use super::{Decision, DecisionReason, Permit, Snapshot, State, Transition};
use crate::outcome::Class;
use crate::sync::OnceLock;
use crate::sync::modelled::{Arc, Mutex, lock};
use crate::time::{Instant, nanos};
use recourse_policy::{CircuitPolicy, Trip};
use std::time::Duration;

/// A breaker by its policy: counting, by rate, or one that never opens. Cheap to clone; clones are the same breaker.
#[derive(Clone, Debug)]
pub(crate) struct BuiltInBreaker {
    published: SharedState,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    machine: Mutex<Machine>,
    /// Made where a rate is first counted.
    successes: OnceLock<Stripes>,
}

impl BuiltInBreaker {
    pub(crate) fn new(policy: CircuitPolicy) -> Self {
        let machine = Machine::new(policy);
        let published = Arc::new(PublishedState::new(word(&machine), slow(&machine)));
        let shared = Shared { machine: Mutex::new(machine), successes: OnceLock::new() };
        Self { published, shared: Arc::new(shared) }
    }

    /// What a call reads of it.
    pub(crate) fn published(&self) -> &SharedState {
        &self.published
    }

    pub(crate) fn policy(&self) -> CircuitPolicy {
        *lock(&self.shared.machine).policy()
    }

    #[inline]
    pub(crate) fn allow(&self, now: Instant) -> Decision {
        let word = self.published.load();
        if word.is_closed() {
            let admitted = Decision::admit(Permit::new(word.generation().into()));
            return if word.generation() == 0 { admitted.because(DecisionReason::ForcedClosed) } else { admitted };
        }
        self.ask(now)
    }

    /// Of one that is open, or half-open, or forced.
    #[inline(never)]
    fn ask(&self, now: Instant) -> Decision {
        if let Some(left) = self.published.remaining_cooldown(|| now) {
            return Decision::deny(State::Open, DecisionReason::Open, Some(left));
        }
        if self.published.is_forced_open() {
            return Decision::deny(State::Open, DecisionReason::ForcedOpen, None);
        }
        let mut machine = lock(&self.shared.machine);
        match machine.enter(now) {
            Entered::Closed { generation, reason } => Decision::admit(Permit::new(generation.into())).because(reason),
            Entered::Denied { state, reason, retry_after } => Decision::deny(state, reason, retry_after),
            Entered::Probe { generation, ticket, changed } => {
                self.publish(&machine);
                drop(machine);
                let shared = self.shared.clone();
                let release = move || lock(&shared.machine).release(generation, ticket);
                Decision::admit(Permit::probe(generation.into(), release)).changed(changed)
            }
        }
    }

    /// [`CircuitBreaker::record`](super::CircuitBreaker::record).
    #[inline]
    pub(crate) fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
        // Small enough to be inlined, so that a permit which is made and used up here is not copied through memory.
        if matches!(class, Class::Success) && !permit.is_probe() && self.published.load().ignores_success() {
            return None;
        }
        self.record_in_full(permit, class, elapsed, now)
    }

    #[inline(never)]
    #[expect(clippy::needless_pass_by_value, reason = "a permit is used up")]
    fn record_in_full(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
        // A permit of ours holds what was 32 bits; others are of no generation of ours.
        let generation = u32::try_from(permit.generation()).unwrap_or(0);
        self.ended(generation, class, elapsed, now)
    }

    /// An attempt of a generation has ended.
    #[inline]
    pub(crate) fn ended(&self, generation: u32, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
        let word = self.published.load();
        if word.generation() != generation || generation == 0 {
            return None;
        }
        let verdict = match class {
            Class::Success if !word.is_timed() || !self.is_slow(elapsed) => {
                if word.ignores_fast_success() {
                    return None;
                }
                Verdict::Success
            }
            Class::Success | Class::Retryable { .. } | Class::NonRetryable => Verdict::Failure,
            Class::Ignore => return None,
        };
        if let (Verdict::Success, true, Some(shift)) = (verdict, word.is_closed(), word.shift()) {
            self.successes().add(step(shift, self.published.origin_or(now), now));
            return None;
        }
        self.judged(generation, verdict, now)
    }

    /// True where a success that took so long is a failure.
    #[inline]
    pub(crate) fn is_slow(&self, elapsed: Duration) -> bool {
        nanos(elapsed) > self.published.slow()
    }

    #[inline(never)]
    fn judged(&self, generation: u32, verdict: Verdict, now: Instant) -> Option<Transition> {
        let mut machine = lock(&self.shared.machine);
        // What is counted is failures; a success only ends them.
        let counts = verdict == Verdict::Failure;
        let origin = if counts { self.published.origin_or(now) } else { self.published.origin().unwrap_or(now) };
        let changed = machine.exit(generation, verdict, |scale, step| self.succeeded(scale, step), origin, now);
        if changed.is_some() {
            self.forget();
        }
        self.publish(&machine);
        changed
    }

    pub(crate) fn state(&self, now: Instant) -> State {
        if self.published.load().is_closed() { State::Closed } else { lock(&self.shared.machine).state(now) }
    }

    pub(crate) fn reset(&self, now: Instant) -> Option<Transition> {
        self.change(|machine| machine.reset(now))
    }

    /// Holds it there until it is reset.
    pub(crate) fn force(&self, to: State, now: Instant) -> Option<Transition> {
        self.change(|machine| machine.force(to, now))
    }

    pub(crate) fn set_policy(&self, policy: CircuitPolicy, now: Instant) -> bool {
        self.change(|machine| machine.set_policy(policy, now))
    }

    pub(crate) fn snapshot(&self, now: Instant) -> Snapshot {
        let machine = lock(&self.shared.machine);
        machine.snapshot(|scale, step| self.succeeded(scale, step), self.published.origin().unwrap_or(now), now)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Machine) -> T) -> T {
        let mut machine = lock(&self.shared.machine);
        let generation = machine.generation();
        let changed = change(&mut machine);
        if machine.generation() != generation {
            self.forget();
        }
        self.publish(&machine);
        changed
    }

    fn publish(&self, machine: &Machine) {
        let until = match (machine.stored_state(), machine.until()) {
            (State::Open, until) => until.map_or(FOREVER, Instant::as_nanos),
            _ => 0,
        };
        self.published.publish(word(machine), until, slow(machine));
    }

    fn successes(&self) -> &Stripes {
        self.shared.successes.get_or_init(Stripes::new)
    }

    fn succeeded(&self, scale: Scale, step: u32) -> u64 {
        self.shared.successes.get().map_or(0, |stripes| stripes.total(scale, step))
    }

    /// Successes of an earlier generation. One that is being counted at this moment may stay; it does no harm.
    fn forget(&self) {
        self.published.begin_anew();
        if let Some(stripes) = self.shared.successes.get() {
            stripes.clear();
        }
    }
}

fn word(machine: &Machine) -> PackedState {
    let rate = matches!(machine.policy().trip, Trip::Rate { .. });
    let shift = machine.scale().filter(|_| rate && !machine.is_forced()).map(|scale| scale.shift);
    let generation = if machine.is_forced() { 0 } else { machine.generation() };
    let (timed, success_matters) = (machine.policy().slow.is_some(), machine.has_a_row());
    let counts = !machine.is_forced();
    PackedState::new(machine.stored_state(), generation, shift, counts && timed, counts && success_matters)
}

fn slow(machine: &Machine) -> u64 {
    machine.policy().slow.map_or(u64::MAX, nanos)
}
