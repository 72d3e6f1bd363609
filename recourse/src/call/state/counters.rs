//! The numbers of a call's attempts.
//!
//! A call may make attempts without end, and most make one. So the state, which is part of every guarded future, counts them in three
//! bytes, and between two groups carries what these have counted to the boxed part. While attempts run, nothing is carried. So the short
//! number of an attempt is its own among all that run, and what attempts hold is kept by it: permits, faults, hedges. The number
//! that is reported is made of both.

/// The attempts and groups since those that were carried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counters {
    /// The short number of the last attempt that was started, hedges included.
    pub(super) attempts: u8,
    /// The number of groups that the policy counts: one primary each.
    pub(super) groups: u8,
    /// The short number of the group's primary. It is 1 in the first group of the call, and never again.
    pub(super) primary: u8,
}

/// The attempts and groups that were carried.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carried {
    pub(super) attempts: u32,
    pub(super) groups: u32,
}

impl Carried {
    /// The number under which an attempt is reported.
    pub(super) fn number_of(self, short: u8) -> u32 {
        self.attempts.saturating_add(short.into())
    }
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

    /// Takes what was counted. One attempt stays behind, so that no later one is the first.
    pub(super) fn take(&mut self) -> Carried {
        let taken = Carried { attempts: u32::from(self.attempts) - 1, groups: self.groups.into() };
        *self = Self { attempts: 1, groups: 0, primary: 0 };
        taken
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
