//! One process-wide word: has anything changed since a site was resolved, and is a scope open?
//!
//! A call site is resolved once, and what it was resolved to is kept. Rare events make that the wrong thing to use: a policy that is changed
//! while the program runs, or a scope around the call that wants to know of it. A capture of timelines is such a scope, and a scope of another executor. Each event changes
//! this word, so that a call compares one word and asks nothing else while there was none.
//!
//! # Design notes
//!
//! - The word holds a revision, which grows with every change, and the number of open scopes. What a site was resolved to remembers the
//!   revision that it was last checked against. That matches the word only when nothing has changed since *and* no scope is open.
//! - The word belongs to the process and not to an executor: call sites would have to load a pointer first. A change in one executor
//!   therefore makes the call sites of all others check once more, a few hundred nanoseconds each, after a rare event.
//! - Whoever changes something changes it first and the revision afterwards. A reader that sees the new revision sees the change, too.

use crate::sync::{AtomicU64, Ordering};

/// The revision in the upper 32 bits, the number of open scopes in the lower 32.
static WORD: AtomicU64 = AtomicU64::new(0);
/// One revision.
const REVISION: u64 = 1 << 32;
/// The bits that count open scopes.
const SCOPES: u64 = REVISION - 1;

/// The word, as it was when it was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Epoch(u64);

impl Epoch {
    /// Loads the word.
    #[inline]
    pub(crate) fn load() -> Self {
        Self(WORD.load(Ordering::Acquire))
    }

    /// The word as it would be if no scope were open: what a call site compares with.
    pub(crate) const fn revision(self) -> u64 {
        self.0 & !SCOPES
    }

    /// True if nothing has changed since `revision`, no scope is open, and `besides` is zero: another word of at most 32 bits, which costs
    /// no comparison of its own here.
    #[inline]
    pub(crate) const fn is_exactly(self, revision: u64, besides: u64) -> bool {
        // The lower half of a revision is zero.
        self.0 | besides == revision
    }

    /// True if a scope is open somewhere in the process.
    #[inline]
    pub(crate) const fn any_scope(self) -> bool {
        self.0 & SCOPES != 0
    }
}

/// Makes every call site check what it has resolved, before its next call. To be called after the change.
pub(crate) fn revise() {
    WORD.fetch_add(REVISION, Ordering::Release);
}

/// An open scope; dropping it closes the scope.
#[derive(Debug)]
pub(crate) struct OpenScope(());

impl OpenScope {
    pub(crate) fn new() -> Self {
        WORD.fetch_add(1, Ordering::Release);
        Self(())
    }
}

impl Drop for OpenScope {
    fn drop(&mut self) {
        WORD.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::{Epoch, OpenScope, revise};

    /// Other tests of the process revise and open scopes, too, so only what holds beside them is asserted.
    #[test]
    fn a_revision_outlives_a_scope_and_a_scope_does_not_outlive_its_guard() {
        let before = Epoch::load().revision();
        let scope = OpenScope::new();
        assert!(Epoch::load().any_scope());
        assert!(!Epoch::load().is_exactly(before, 0), "an open scope is seen by every call site");
        drop(scope);
        revise();
        assert!(Epoch::load().revision() > before, "a change stays");
        assert!(!Epoch::load().is_exactly(before, 0));
    }
}
