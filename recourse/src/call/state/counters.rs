//! The numbers of a call's attempts.
//!
//! A call may make attempts without end, and most make one. So the state, which is part of every guarded future, counts them in three
//! bytes, and between two groups carries what these have counted to the boxed part.

/// The attempts and groups since those that were carried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counters {
    /// The number of attempts that were started, hedges included.
    pub(super) attempts: u8,
    /// The number of groups that the policy counts: one primary each.
    pub(super) groups: u8,
    /// The number of the group's primary.
    pub(super) primary: u8,
}

/// The attempts and groups that were carried.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carried {
    pub(super) attempts: u32,
    pub(super) groups: u32,
}

/// From this number of attempts on the next group is counted anew. A group adds no more than a few.
const NEARLY_FULL: u8 = 128;

impl Counters {
    /// The counters of a call in which this number of primaries has started.
    pub(super) const fn new(primaries: u8) -> Self {
        Self { attempts: primaries, groups: primaries, primary: primaries }
    }

    pub(super) const fn are_nearly_full(self) -> bool {
        self.attempts >= NEARLY_FULL
    }

    pub(super) fn count_attempt(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
    }

    /// The attempt that was counted last is the primary of another group.
    pub(super) fn count_group(&mut self) {
        self.groups = self.groups.saturating_add(1);
        self.primary = self.attempts;
    }
}
