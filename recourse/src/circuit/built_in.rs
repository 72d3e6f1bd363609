//! The built-in breaker for many threads: a lock around the state machine, and a published state that spares most calls the lock.
//!
//! A call that finds the breaker closed loads the published state once, and once more when it succeeds; if a rate is counted,
//! its success also adds one to a counter of its own thread. A call that finds the breaker open loads two values and is refused.
//! Everything else takes the lock for some tens of nanoseconds: failures, a success that ends a row of failures, probes, and calls
//! that are refused because all probes are taken.
//!
//! # Design notes
//!
//! - A breaker that fails so often that its lock is noticed is about to open, so failures may pay for a lock. The code behind the
//!   lock is plain arithmetic, compared with a reference model by tests, and run through all interleavings by loom.
//! - A permit of a closed breaker holds nothing but its generation: four bytes in the state of a call.

use super::decision::{Decision, DecisionReason};
use super::machine::{AttemptResult, Entry, Machine};
use super::permit::Permit;
use super::published::{FOREVER, PackedState, PublishedState, SharedState};
use super::snapshot::Snapshot;
use super::state::State;
use super::stripes::Stripes;
use super::transition::Transition;
use super::window::{Scale, step};
use crate::outcome::Class;
use crate::sync::OnceLock;
use crate::sync::modelled::{Arc, Mutex, lock};
use crate::time::{Instant, nanos};
use recourse_policy::{CircuitPolicy, Trip};
use std::time::Duration;

/// A breaker that does what its policy says: counts failures, counts a rate, or never opens. Cheap to clone; clones are the same
/// breaker.
#[derive(Clone, Debug)]
pub(crate) struct BuiltInBreaker {
    published: SharedState,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    machine: Mutex<Machine>,
    /// Created by the first success that a rate counts, since other policies count none.
    successes: OnceLock<Stripes>,
}

impl BuiltInBreaker {
    pub(crate) fn new(policy: CircuitPolicy) -> Self {
        let machine = Machine::new(policy);
        let published = Arc::new(PublishedState::new(packed(&machine), slow(&machine)));
        let shared = Shared { machine: Mutex::new(machine), successes: OnceLock::new() };
        Self { published, shared: Arc::new(shared) }
    }

    /// The state that calls read without the lock.
    pub(crate) fn published(&self) -> &SharedState {
        &self.published
    }

    pub(crate) fn policy(&self) -> CircuitPolicy {
        *lock(&self.shared.machine).policy()
    }

    /// Decides about one attempt, see [`CircuitBreaker::allow`](super::CircuitBreaker::allow).
    #[inline]
    pub(crate) fn allow(&self, now: Instant) -> Decision {
        let packed = self.published.load();
        if packed.is_closed() {
            let admitted = Decision::admit(Permit::new(packed.generation().into()));
            return if packed.is_forced() { admitted.because(DecisionReason::ForcedClosed) } else { admitted };
        }
        self.allow_unless_closed(now)
    }

    /// Decides while the breaker is open, half-open, or forced open.
    #[inline(never)]
    fn allow_unless_closed(&self, now: Instant) -> Decision {
        // The two common refusals come first, because they need no lock: threads that are refused do not wait for each other.
        if let Some(left) = self.published.remaining_cooldown(|| now) {
            return Decision::deny(State::Open, DecisionReason::Open, Some(left));
        }
        if self.published.is_forced_open() {
            return Decision::deny(State::Open, DecisionReason::ForcedOpen, None);
        }
        let mut machine = lock(&self.shared.machine);
        match machine.enter(now) {
            // Another thread closed it between the load and the lock.
            Entry::Closed { generation, reason } => Decision::admit(Permit::new(generation.into())).because(reason),
            Entry::Refused { state, reason, retry_after } => {
                // A cooldown that began on another clock may have been moved to this one.
                self.publish(&machine);
                Decision::deny(state, reason, retry_after)
            }
            Entry::Probe { generation, ticket, changed } => {
                self.publish(&machine);
                // The permit's release takes the lock, and a permit is dropped by whoever gets this decision.
                drop(machine);
                let shared = self.shared.clone();
                let release = move || lock(&shared.machine).release(generation, ticket);
                Decision::admit(Permit::probe(generation.into(), release)).changed(changed)
            }
        }
    }

    /// Records how an attempt ended, see [`CircuitBreaker::record`](super::CircuitBreaker::record).
    #[inline]
    pub(crate) fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
        // Small enough to be inlined, so that a permit which is made and used up in one function is not copied through memory.
        if matches!(class, Class::Success) && !permit.is_probe() && self.published.load().ignores_success() {
            return None;
        }
        self.record_in_full(permit, class, elapsed, now)
    }

    #[inline(never)]
    #[expect(clippy::needless_pass_by_value, reason = "a permit is used up")]
    fn record_in_full(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
        // Generations of this breaker fit 32 bits. A larger one belongs to another breaker, and 0 is counted nowhere.
        let generation = u32::try_from(permit.generation()).unwrap_or(0);
        self.ended(generation, class, elapsed, now)
    }

    /// Records how an attempt of `generation` ended.
    #[inline]
    pub(crate) fn ended(&self, generation: u32, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
        let packed = self.published.load();
        // A result of an earlier generation says nothing about the present one.
        if packed.generation() != generation || generation == 0 {
            return None;
        }
        let result = match class {
            Class::Success if !packed.is_timed() || !self.is_slow(elapsed) => {
                if packed.ignores_fast_success() {
                    return None;
                }
                AttemptResult::Success
            }
            Class::Success => AttemptResult::Slow,
            Class::Retryable { .. } | Class::NonRetryable => AttemptResult::Failure,
            Class::Ignore => return None,
        };
        // Only a failure can raise a rate, so a success is added to this thread's own counter and judges nothing.
        if let (AttemptResult::Success, true, Some(shift)) = (result, packed.is_closed(), packed.shift()) {
            self.successes().add(step(shift, self.published.origin_or(now), now));
            return None;
        }
        self.record_locked(generation, result, now)
    }

    /// Returns true if a success that took `elapsed` counts as a failure.
    #[inline]
    pub(crate) fn is_slow(&self, elapsed: Duration) -> bool {
        nanos(elapsed) > self.published.slow()
    }

    #[inline(never)]
    fn record_locked(&self, generation: u32, result: AttemptResult, now: Instant) -> Option<Transition> {
        let mut machine = lock(&self.shared.machine);
        // Steps are counted from the first counted result. A success that comes here only ends a row of failures, and must not
        // become the origin.
        let is_counted = result != AttemptResult::Success;
        let origin = if is_counted { self.published.origin_or(now) } else { self.published.origin().unwrap_or(now) };
        let changed = machine.exit(generation, result, |scale, step| self.successes_in(scale, step), origin, now);
        // Successes are forgotten before the new generation is published: after that, threads count in it.
        if changed.is_some() {
            self.forget_successes();
        }
        self.publish(&machine);
        changed
    }

    pub(crate) fn state(&self, now: Instant) -> State {
        if self.published.load().is_closed() { State::Closed } else { lock(&self.shared.machine).state(now) }
    }

    pub(crate) fn reset(&self, now: Instant) -> Option<Transition> {
        self.update(|machine| machine.reset(now))
    }

    /// The state in which an operator holds the breaker.
    pub(crate) fn held(&self) -> Option<State> {
        let packed = self.published.load();
        let state = if packed.is_closed() { State::Closed } else { State::Open };
        packed.is_forced().then_some(state)
    }

    /// Holds the breaker in a state until it is reset.
    pub(crate) fn force(&self, to: State, now: Instant) -> Option<Transition> {
        self.update(|machine| machine.force(to, now))
    }

    pub(crate) fn set_policy(&self, policy: CircuitPolicy, now: Instant) -> bool {
        self.update(|machine| machine.set_policy(policy, now))
    }

    pub(crate) fn snapshot(&self, now: Instant) -> Snapshot {
        let machine = lock(&self.shared.machine);
        let origin = self.published.origin().unwrap_or(now);
        machine.snapshot(|scale, step| self.successes_in(scale, step), origin, now)
    }

    /// Returns true if failures are counted that still count at `now`.
    pub(crate) fn has_failures(&self, now: Instant) -> bool {
        if self.published.load().ignores_success() {
            return false;
        }
        let machine = lock(&self.shared.machine);
        let origin = self.published.origin().unwrap_or(now);
        machine.has_failures_in_a_row() && machine.snapshot(|_, _| 0, origin, now).failures > 0
    }

    /// Changes the machine on behalf of an operator, and publishes the result.
    fn update<T>(&self, change: impl FnOnce(&mut Machine) -> T) -> T {
        let mut machine = lock(&self.shared.machine);
        let generation = machine.generation();
        let changed = change(&mut machine);
        // A policy that is set a second time changes nothing, and must not cost the window its successes.
        if machine.generation() != generation {
            self.forget_successes();
        }
        self.publish(&machine);
        changed
    }

    fn publish(&self, machine: &Machine) {
        let cooldown = match (machine.stored_state(), machine.cooldown()) {
            (State::Open, cooldown) => cooldown.map_or((FOREVER, 0), |(until, time)| (until.as_nanos(), nanos(time))),
            _ => (0, 0),
        };
        self.published.publish(packed(machine), cooldown, slow(machine));
    }

    fn successes(&self) -> &Stripes {
        self.shared.successes.get_or_init(Stripes::new)
    }

    fn successes_in(&self, scale: Scale, step: u32) -> u64 {
        self.shared.successes.get().map_or(0, |stripes| stripes.total(scale, step))
    }

    /// Forgets the successes of the generation that ends. One that another thread adds at this moment may survive, which is one call
    /// too many in the next window.
    fn forget_successes(&self) {
        self.published.clear_origin();
        if let Some(stripes) = self.shared.successes.get() {
            stripes.clear();
        }
    }
}

/// The published form of the machine's state.
fn packed(machine: &Machine) -> PackedState {
    // Nothing is counted while an operator holds the breaker, which generation 0 says; then no success matters either.
    let counts = !machine.is_forced();
    let generation = if counts { machine.generation() } else { 0 };
    let is_rate = matches!(machine.policy().trip, Trip::Rate { .. });
    let shift = machine.scale().filter(|_| is_rate && counts).map(|scale| scale.shift);
    let (timed, success_matters) = (machine.policy().slow.is_some(), machine.has_failures_in_a_row());
    PackedState::new(machine.stored_state(), generation, shift, counts && timed, counts && success_matters)
}

fn slow(machine: &Machine) -> u64 {
    machine.policy().slow.map_or(u64::MAX, nanos)
}
