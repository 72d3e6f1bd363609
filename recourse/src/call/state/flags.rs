//! Facts about a call, one bit each.

/// The facts, in one byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags(u8);

impl Flags {
    pub(super) const NONE: Self = Self(0);
    /// A retry was paid for, and has not started.
    pub(super) const RETRY_PAID: Self = Self(1);
    /// A hedge was paid for, and has not started.
    pub(super) const HEDGE_PAID: Self = Self(2);
    /// The group starts no further hedge.
    pub(super) const HEDGING_STOPPED: Self = Self(4);
    /// The latencies of this call are recorded.
    pub(super) const TRACKED: Self = Self(8);
    /// The time of an attempt counts from its launch, since somebody asks how long it took.
    pub(super) const CLOCK_FROM_LAUNCH: Self = Self(16);
    /// The primary is a probe of the circuit: it is not hedged, and is the last attempt.
    pub(super) const PROBE: Self = Self(32);
    /// The primary runs.
    pub(super) const PRIMARY_RUNS: Self = Self(64);
    /// No attempt follows those that were started, whatever the policy says: there is nothing to make one of. The limits and the
    /// classification of attempts that run stay in force.
    pub(super) const SEALED: Self = Self(128);

    /// True if any of these flags is set.
    pub(super) const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 != 0
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn set(&mut self, flags: Self) {
        self.0 |= flags.0;
    }

    /// Clears a flag. True if it was set.
    pub(super) const fn take(&mut self, flag: Self) -> bool {
        let was_set = self.has(flag);
        self.0 &= !flag.0;
        was_set
    }
}
