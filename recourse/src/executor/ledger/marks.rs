//! What is so of a call, as bits.

/// What is so, in one byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks(pub(super) u8);

impl Marks {
    /// A retry was paid for, and has not started.
    pub(super) const WAITING: u8 = 1;
    /// A hedge was paid for, and has not started.
    pub(super) const HEDGING: u8 = 2;
    /// An attempt failed for good: the group starts no further hedge, and is the last one.
    pub(super) const STOPPED: u8 = 4;
    /// The latencies of this call are recorded.
    pub(super) const TRACKED: u8 = 8;
    /// It matters when an attempt began: its time counts from its launch.
    pub(super) const TIMED: u8 = 16;
    /// The primary is a probe of the circuit: it is not hedged, and the last one.
    pub(super) const PROBE: u8 = 32;
    /// The primary runs.
    pub(super) const RUNNING: u8 = 64;
    /// There is nothing to make a further attempt of.
    pub(super) const SEALED: u8 = 128;

    pub(super) const fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }

    pub(super) const fn set(&mut self, mark: u8) {
        self.0 |= mark;
    }

    /// Whether it was so; it is not any more.
    pub(super) const fn take(&mut self, mark: u8) -> bool {
        let had = self.has(mark);
        self.0 &= !mark;
        had
    }
}
