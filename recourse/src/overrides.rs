//! One word for the whole process that tells a call whether the policy resolved for its call site may be used as it is.
//!
//! A call site resolves its policy once and then keeps it. A few rare things make that policy the wrong one: a policy that was changed
//! while the program runs, or a scope (such as a capture of timelines) that is open somewhere. Each of them changes this word, so
//! that a call compares one word and asks nothing else while none of them is there.
//!
//! # Design notes
//!
//! - The word holds a revision, which grows with every change, and the number of open scopes. A call site remembers the revision it
//!   was last checked against. It matches the word only when nothing has changed since *and* no scope is open.
//! - The word belongs to the process and not to an executor: call sites would have to load a pointer first. A change in one executor
//!   therefore makes the call sites of all others check once more, a few hundred nanoseconds each, after a rare event.
//! - Whoever changes something changes it first and the revision afterwards. A reader that sees the new revision sees the change, too.

use crate::sync::{AtomicU64, Ordering};

/// The revision in the upper 40 bits, the number of open scopes in the lower 24.
static WORD: AtomicU64 = AtomicU64::new(0);
/// One revision.
const REVISION: u64 = 1 << 24;
/// The bits that count open scopes.
const SCOPES: u64 = REVISION - 1;

/// The word, as it was when it was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overrides(u64);

impl Overrides {
    /// Loads the word.
    #[inline]
    pub(crate) fn load() -> Self {
        Self(WORD.load(Ordering::Acquire))
    }

    /// The word as it would be if no scope were open: what a call site compares with.
    pub(crate) const fn revision(self) -> u64 {
        self.0 & !SCOPES
    }

    /// True if nothing has changed since `revision`, and no scope is open.
    #[inline]
    pub(crate) const fn is_exactly(self, revision: u64) -> bool {
        self.0 == revision
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
    use super::{OpenScope, Overrides, revise};

    /// Other tests of the process revise and open scopes, too, so only what holds beside them is asserted.
    #[test]
    fn a_revision_outlives_a_scope_and_a_scope_does_not_outlive_its_guard() {
        let before = Overrides::load().revision();
        let scope = OpenScope::new();
        assert!(Overrides::load().any_scope());
        assert!(!Overrides::load().is_exactly(before), "an open scope is seen by every call site");
        drop(scope);
        revise();
        assert!(Overrides::load().revision() > before, "a change stays");
        assert!(!Overrides::load().is_exactly(before));
    }
}
