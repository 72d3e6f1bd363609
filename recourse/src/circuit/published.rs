//! The part of a breaker that calls read without its lock.
//!
//! A breaker writes its state here while it holds its lock, packed into one 64-bit value. A call loads that value when it asks
//! for admission and compares it again when it succeeds, so neither takes the lock while nothing fails. An open breaker also
//! publishes when its cooldown ends, so most refusals need two loads and no lock.

use super::state::State;
use crate::sync::modelled::{Arc, AtomicU64, Ordering};
use crate::time::Instant;
use std::time::Duration;

/// The state of a breaker, the properties that calls need to know, and its generation, in one value.
///
/// ```text
/// 63 ........ 32 | 13 ....... 8 |   3   |        2        | 1 .. 0
///   generation   | step (shift) | timed | success matters | state
/// ```
///
/// Each change of state begins a new generation, so a call that loads the same value twice knows that the state stayed the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackedState(u64);

const STATE: u64 = 0b011;
const CLOSED: u64 = 0;
const OPEN: u64 = 1;
const HALF_OPEN: u64 = 2;
/// The state is not known here; the breaker has to be asked.
const ASK: u64 = 3;
const SUCCESS_MATTERS: u64 = 0b100;
/// The breaker judges how long an attempt takes.
const TIMED: u64 = 0b1000;
const SHIFT: u32 = 8;

/// The end of a cooldown that only an operator ends, in nanoseconds.
pub(super) const FOREVER: u64 = u64::MAX;

impl PackedState {
    /// Closed for good: nothing is counted. For keys without a circuit.
    pub(crate) const ALWAYS_CLOSED: Self = Self(CLOSED);

    /// Packs a state. `shift` turns a moment into a step of the window if successes are counted by step; `timed` says that slow
    /// successes count as failures; `success_matters` says that a success has to be recorded even if nothing changed meanwhile.
    pub(super) const fn new(
        state: State,
        generation: u32,
        shift: Option<u32>,
        timed: bool,
        success_matters: bool,
    ) -> Self {
        let state = match state {
            State::Closed => CLOSED,
            State::Open => OPEN,
            State::HalfOpen => HALF_OPEN,
        };
        let (counted, shift) = match shift {
            Some(shift) => (true, (shift as u64) << SHIFT),
            None => (false, 0),
        };
        let success_matters = if success_matters || counted { SUCCESS_MATTERS } else { 0 };
        let timed = if timed { TIMED } else { 0 };
        Self((generation as u64) << 32 | shift | timed | success_matters | state)
    }

    /// Returns true if every call is admitted.
    #[inline]
    pub(crate) const fn is_closed(self) -> bool {
        self.0 & STATE == CLOSED
    }

    /// Returns true if every call is admitted and nobody needs to know when its attempt began.
    #[inline]
    pub(crate) const fn admits_untimed(self) -> bool {
        self.0 & (STATE | TIMED) == CLOSED
    }

    /// Returns true if a success changes nothing as long as the published value stays the same.
    #[inline]
    pub(crate) const fn ignores_success(self) -> bool {
        self.0 & (STATE | TIMED | SUCCESS_MATTERS) == CLOSED
    }

    /// Returns true if a success changes nothing unless it was slow.
    #[inline]
    pub(super) const fn ignores_fast_success(self) -> bool {
        self.0 & (STATE | SUCCESS_MATTERS) == CLOSED
    }

    /// Returns true if an operator holds the breaker. Nothing is counted then.
    pub(crate) const fn is_forced(self) -> bool {
        self.generation() == 0
    }

    /// Returns true if slow successes count as failures, so that an attempt needs to know when it began.
    pub(crate) const fn is_timed(self) -> bool {
        self.0 & TIMED != 0
    }

    pub(super) const fn is_open(self) -> bool {
        self.0 & STATE == OPEN
    }

    /// The generation that an attempt admitted now is counted in; 0 if it is not counted, because the breaker is forced or is not
    /// closed.
    #[inline]
    pub(crate) const fn counted_generation(self) -> u32 {
        if self.is_closed() { self.generation() } else { 0 }
    }

    #[inline]
    pub(super) const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// How a moment becomes a step of the window; `None` if successes are not counted.
    pub(super) const fn shift(self) -> Option<u32> {
        match (self.0 >> SHIFT) & 0b11_1111 {
            // A window of 20 ns has steps of 1 ns, which is a shift of 0; bounds keep windows far longer than that.
            0 => None,
            #[expect(clippy::cast_possible_truncation, reason = "six bits")]
            shift => Some(shift as u32),
        }
    }
}

/// What a breaker publishes, on cache lines of its own: many threads read it, and what is written often lies elsewhere.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct PublishedState {
    packed: AtomicU64,
    /// When the cooldown of an open breaker ends, in nanoseconds. Written before the packed state that says "open".
    until: AtomicU64,
    /// How long that cooldown is, in nanoseconds. More can be left only on a clock that is behind the one on which the breaker opened.
    cooldown: AtomicU64,
    /// The duration above which a success is a failure, in nanoseconds.
    slow: AtomicU64,
    /// The moment from which steps of the window are counted, in nanoseconds: the first result since the state last changed; 0
    /// before there is one. So the same calls at the same distances fall into the same steps, whenever they begin.
    origin: AtomicU64,
}

/// The published state of one breaker, shared with all that ask it.
pub(crate) type SharedState = Arc<PublishedState>;

impl PublishedState {
    pub(super) fn new(packed: PackedState, slow: u64) -> Self {
        let (until, cooldown, origin) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        Self { packed: AtomicU64::new(packed.0), until, cooldown, slow: AtomicU64::new(slow), origin }
    }

    /// The state of a key without a circuit.
    pub(crate) fn always_closed() -> SharedState {
        Arc::new(Self::new(PackedState::ALWAYS_CLOSED, u64::MAX))
    }

    /// The state of a breaker of the user's own, which is asked about every attempt.
    pub(crate) fn always_ask() -> SharedState {
        Arc::new(Self::new(PackedState(ASK | TIMED | SUCCESS_MATTERS), u64::MAX))
    }

    /// Loads the packed state.
    #[inline]
    pub(crate) fn load(&self) -> PackedState {
        // Pairs with the release in `publish`: whoever sees "open" also sees the end of this cooldown, not of the last one.
        PackedState(self.packed.load(Ordering::Acquire))
    }

    /// Returns how much is left of the cooldown. `None` if the breaker is not open, is held open by an operator, or has cooled
    /// down; and if it opened later than `now`, on another clock, so that the breaker has to be asked. Reads the clock only if the
    /// breaker is open.
    #[inline]
    pub(crate) fn remaining_cooldown(&self, now: impl FnOnce() -> Instant) -> Option<Duration> {
        if !self.load().is_open() {
            return None;
        }
        let left = self.until().checked_sub(now().as_nanos())?;
        // A breaker that an operator holds has no cooldown, so that nothing is left of it.
        (left > 0 && left <= self.cooldown.load(Ordering::Relaxed)).then(|| Duration::from_nanos(left))
    }

    /// Returns true if an operator holds the breaker open.
    pub(super) fn is_forced_open(&self) -> bool {
        self.load().is_open() && self.until() == FOREVER
    }

    fn until(&self) -> u64 {
        self.until.load(Ordering::Relaxed)
    }

    pub(super) fn slow(&self) -> u64 {
        self.slow.load(Ordering::Relaxed)
    }

    /// The moment from which steps are counted, if a result was counted yet.
    #[inline]
    pub(super) fn origin(&self) -> Option<Instant> {
        let origin = self.origin.load(Ordering::Relaxed);
        (origin != 0).then(|| Instant::from_nanos(origin))
    }

    /// The moment from which steps are counted, set to `now` if this is the first result.
    #[inline]
    pub(super) fn origin_or(&self, now: Instant) -> Instant {
        if let Some(origin) = self.origin() {
            return origin;
        }
        // Two threads may come first. Both have to count from the same moment, so the one that loses takes the winner's.
        match self.origin.compare_exchange(0, now.as_nanos(), Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => now,
            Err(first) => Instant::from_nanos(first),
        }
    }

    /// Lets the next result set the origin anew.
    pub(super) fn clear_origin(&self) {
        self.origin.store(0, Ordering::Relaxed);
    }

    /// Publishes what the caller, who holds the breaker's lock, has decided.
    pub(super) fn publish(&self, packed: PackedState, (until, cooldown): (u64, u64), slow: u64) {
        // Most failures change nothing here. A store would still take the cache line from all who read it.
        if self.load() == packed && self.until() == until && self.slow() == slow {
            return;
        }
        // The packed state comes last: its release makes the others visible to whoever acquires it.
        self.until.store(until, Ordering::Relaxed);
        self.cooldown.store(cooldown, Ordering::Relaxed);
        self.slow.store(slow, Ordering::Relaxed);
        self.packed.store(packed.0, Ordering::Release);
    }
}
