//! What the sites of one key share: who made it, and how it follows a change of the policy.

use crate::sync::{AtomicU64, Mutex, Ordering, lock};

/// A `T` under a policy `P`, made by the first site of the key that has one.
#[derive(Debug)]
pub(super) struct Shared<P, T> {
    made: Mutex<Option<Made<P, T>>>,
    /// The version of the key's state since which the next site gives what is shared its policy.
    due: AtomicU64,
}

/// What is shared, and the policy of the site that made it or gave it another policy.
#[derive(Clone, Debug)]
pub(super) struct Made<P, T> {
    pub(super) policy: P,
    /// The version of the key's state that the site was resolved from.
    pub(super) version: u64,
    pub(super) shared: T,
}

impl<P, T> Default for Shared<P, T> {
    fn default() -> Self {
        Self { made: Mutex::new(None), due: AtomicU64::new(0) }
    }
}

impl<P: Copy, T: Clone> Shared<P, T> {
    /// Returns what is there for a site that is resolved from this version of the key's state, made by the site if nothing is. `follow` is
    /// called, under the lock, if the site is the one that gives it its policy.
    pub(super) fn for_site(
        &self,
        policy: P,
        version: u64,
        make: impl FnOnce() -> T,
        follow: impl FnOnce(&T),
    ) -> Made<P, T> {
        let mut made = lock(&self.made);
        let made = made.get_or_insert_with(|| Made { policy, version, shared: make() });
        // A site that was resolved before the change has the policy of before. Of no version is what one call has asked for itself: it gives
        // nothing its policy, and what it made follows the next site.
        let due = self.due.load(Ordering::Acquire).max(1);
        if made.version < due && version >= due {
            follow(&made.shared);
            (made.policy, made.version) = (policy, version);
        }
        made.clone()
    }

    /// Returns what was made, if anything was.
    pub(super) fn made(&self) -> Option<Made<P, T>> {
        lock(&self.made).clone()
    }

    /// Lets the next site that is resolved from this version, or from a later one, give what is shared its policy.
    pub(super) fn follow(&self, version: u64) {
        self.due.store(version, Ordering::Release);
    }

    /// Forgets what was made: the next site makes it anew.
    pub(super) fn forget(&self) {
        *lock(&self.made) = None;
    }
}
