//! What a call reads of a breaker while all is well: one word.

use super::State;
use crate::sync::modelled::{Arc, AtomicU64, Ordering};
use crate::time::Instant;
use std::time::Duration;

/// The state, who it concerns, and the generation, in one word. Written under the breaker's lock, read without it.
///
/// ```text
/// 63 ........ 32 | 13 ....... 8 |   3   |    2    | 1 .. 0
///   generation   | step (shift) | timed | success_matters | state
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackedState(u64);

const STATE: u64 = 0b011;
const CLOSED: u64 = 0;
const OPEN: u64 = 1;
const HALF_OPEN: u64 = 2;
/// Nothing is known before the breaker is asked.
const ASK: u64 = 3;
const SUCCESS_MATTERS: u64 = 0b100;
/// How long an attempt takes matters.
const TIMED: u64 = 0b1000;
const SHIFT: u32 = 8;

/// While it is forced open: no moment ends it.
pub(super) const FOREVER: u64 = u64::MAX;

impl PackedState {
    /// Closed, and nothing is counted.
    pub(crate) const ALWAYS_CLOSED: Self = Self(CLOSED);

    /// `shift`: how a moment becomes a step, where successes are counted by them. `timed`: how long an attempt takes matters.
    /// `success_matters`: a success has more to do than to find everything as it was.
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

    /// True where every call goes.
    #[inline]
    pub(crate) const fn is_closed(self) -> bool {
        self.0 & STATE == CLOSED
    }

    /// True where every call goes, and nobody has to know when it began.
    #[inline]
    pub(crate) const fn admits_untimed(self) -> bool {
        self.0 & (STATE | TIMED) == CLOSED
    }

    /// True where a success changes nothing as long as the word is the same.
    #[inline]
    pub(crate) const fn ignores_success(self) -> bool {
        self.0 & (STATE | TIMED | SUCCESS_MATTERS) == CLOSED
    }

    /// True where a success changes nothing, unless it was slow.
    #[inline]
    pub(super) const fn ignores_fast_success(self) -> bool {
        self.0 & (STATE | SUCCESS_MATTERS) == CLOSED
    }

    /// True where an operator holds it: then nothing is counted.
    pub(crate) const fn is_forced(self) -> bool {
        self.generation() == 0
    }

    pub(crate) const fn is_timed(self) -> bool {
        self.0 & TIMED != 0
    }

    pub(super) const fn is_open(self) -> bool {
        self.0 & STATE == OPEN
    }

    /// What an attempt that is admitted now belongs to; 0 where nothing is counted, because it is not closed or is forced.
    #[inline]
    pub(crate) const fn counted_generation(self) -> u32 {
        if self.is_closed() { self.generation() } else { 0 }
    }

    #[inline]
    pub(super) const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// How a moment becomes a step; `None` where successes are not counted.
    pub(super) const fn shift(self) -> Option<u32> {
        match (self.0 >> SHIFT) & 0b11_1111 {
            0 => None,
            #[expect(clippy::cast_possible_truncation, reason = "six bits")]
            shift => Some(shift as u32),
        }
    }
}

/// A word on a line of its own: many threads read it, and what is written often lies elsewhere.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct PublishedState {
    word: AtomicU64,
    /// While it is open: when the cooldown is over, in nanoseconds. Written before the word that says so.
    until: AtomicU64,
    /// A success slower than this is a failure, in nanoseconds.
    slow: AtomicU64,
    /// Where steps are counted from, in nanoseconds: the first result that was counted since the state last changed. 0 before
    /// there is one. So the same calls at the same distances are counted in the same steps, whenever they begin.
    origin: AtomicU64,
}

/// A breaker's, and everybody's who asks it.
pub(crate) type SharedState = Arc<PublishedState>;

impl PublishedState {
    pub(super) fn new(word: PackedState, slow: u64) -> Self {
        let (until, origin) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { word: AtomicU64::new(word.0), until, slow: AtomicU64::new(slow), origin }
    }

    /// Where there is no breaker.
    pub(crate) fn always_closed() -> SharedState {
        Arc::new(Self::new(PackedState::ALWAYS_CLOSED, u64::MAX))
    }

    /// Where the breaker is not one of ours, and must be asked.
    pub(crate) fn always_ask() -> SharedState {
        Arc::new(Self::new(PackedState(ASK | TIMED | SUCCESS_MATTERS), u64::MAX))
    }

    #[inline]
    pub(crate) fn load(&self) -> PackedState {
        PackedState(self.word.load(Ordering::Acquire))
    }

    /// How long it is still open, where that is known.
    #[inline]
    pub(crate) fn remaining_cooldown(&self, now: impl FnOnce() -> Instant) -> Option<Duration> {
        if !self.load().is_open() {
            return None;
        }
        let until = self.until();
        let left = until.checked_sub(now().as_nanos()).filter(|left| *left > 0 && until != FOREVER)?;
        Some(Duration::from_nanos(left))
    }

    /// True where an operator holds it open.
    pub(super) fn is_forced_open(&self) -> bool {
        self.load().is_open() && self.until() == FOREVER
    }

    pub(super) fn until(&self) -> u64 {
        self.until.load(Ordering::Relaxed)
    }

    pub(super) fn slow(&self) -> u64 {
        self.slow.load(Ordering::Relaxed)
    }

    /// Where steps are counted from, if anything was counted yet.
    #[inline]
    pub(super) fn origin(&self) -> Option<Instant> {
        let origin = self.origin.load(Ordering::Relaxed);
        (origin != 0).then(|| Instant::from_nanos(origin))
    }

    /// The same, where something is counted now.
    #[inline]
    pub(super) fn origin_or(&self, now: Instant) -> Instant {
        if let Some(origin) = self.origin() {
            return origin;
        }
        match self.origin.compare_exchange(0, now.as_nanos(), Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => now,
            Err(first) => Instant::from_nanos(first),
        }
    }

    /// Nothing was counted yet.
    pub(super) fn begin_anew(&self) {
        self.origin.store(0, Ordering::Relaxed);
    }

    pub(super) fn publish(&self, word: PackedState, until: u64, slow: u64) {
        // Most failures change nothing here, and should not take the line from those who read it.
        if self.load() == word && self.until() == until && self.slow() == slow {
            return;
        }
        self.until.store(until, Ordering::Relaxed);
        self.slow.store(slow, Ordering::Relaxed);
        self.word.store(word.0, Ordering::Release);
    }
}
