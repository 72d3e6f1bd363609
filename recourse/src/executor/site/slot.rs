//! What call sites and layers remember of their resolution, so that a call need not look up its key.

use crate::epoch::Epoch;
use crate::executor::instance::Executor;
#[cfg(feature = "tower")]
use crate::executor::key::state::KeyState;
use crate::executor::key::state_key::StateKey;
use crate::executor::policies::call_policy;
use crate::executor::scope::in_scope;
use crate::executor::site::resolved::ResolvedSite;
use crate::executor::site::spec::Spec;
use crate::sync::{Arc, Mutex, lock};
use once_cell::race::OnceRef;
#[cfg(feature = "tower")]
use recourse_policy::Key;
use std::mem;

/// The part of a call site's static that remembers what the site was resolved to in the process-wide executor.
///
/// # Design notes
///
/// - The first resolution is leaked, so that a call holds a plain reference: counting references in a word that all threads write
///   to would cost more than the rest of the call. The number of call sites is the program's own, and so the leak is bounded.
/// - What takes its place later is counted and behind a lock, for all later calls of the site: some 40 ns for a site that an operator has
///   changed. The lock is held for a clone of an `Arc`. The lock-free alternative, `arc-swap`, has an open report of memory unsafety (its
///   issue 210).
#[derive(Debug)]
pub(crate) struct SiteSlot {
    first: OnceRef<'static, ResolvedSite>,
    /// The same, for calls that count their reference.
    first_counted: OnceRef<'static, Arc<ResolvedSite>>,
    replacement: Mutex<Option<Arc<ResolvedSite>>>,
}

impl SiteSlot {
    pub(crate) const fn new() -> Self {
        Self { first: OnceRef::new(), first_counted: OnceRef::new(), replacement: Mutex::new(None) }
    }

    /// Returns the first resolution, if it is still current, no scope is open that a call would have to look for, and a call need not look at
    /// what it is inside of.
    #[inline]
    pub(crate) fn fixed(&self) -> Option<&'static ResolvedSite> {
        self.first.get().filter(|first| first.is_current())
    }

    /// Returns the same for a call that must look at what it is inside of.
    #[inline]
    pub(crate) fn fixed_inside(&self) -> Option<&'static ResolvedSite> {
        self.first.get().filter(|first| first.is_current_inside())
    }

    /// Returns what the site is resolved to now, if that is not [`fixed`](Self::fixed).
    #[cold]
    pub(crate) fn look_up(&self, key: &StateKey, spec: &Spec) -> Arc<ResolvedSite> {
        if let Some(executor) = in_scope() {
            return executor.resolve(key, spec);
        }
        if call_policy::current().is_some() {
            return Executor::global().resolve(key, spec);
        }
        let epoch = Epoch::load();
        if let Some(first) = self.first_counted.get() {
            // Only a scope is open: the call finds out whether the scope concerns it.
            if first.is_checked_against(epoch) {
                return first.clone();
            }
            let replacement = lock(&self.replacement).clone();
            if let Some(replacement) = replacement.filter(|site| site.is_checked_against(epoch)) {
                return replacement;
            }
        }
        let executor = Executor::global();
        let state = executor.state_of(key, spec.pinned);
        // Most changes concern other keys.
        if let Some(first) = self.first_counted.get() {
            if state.confirms(first) {
                return first.clone();
            }
        }
        let resolved = executor.resolve_with(&state, &key.key, spec);
        // If two threads arrive first together, the loser has leaked its box. Once.
        let first = self.first_counted.get_or_init(|| Box::leak(Box::new(resolved.clone())));
        self.first.get_or_init(|| first);
        let replacement = (!Arc::ptr_eq(first, &resolved)).then(|| resolved.clone());
        let replaced = mem::replace(&mut *lock(&self.replacement), replacement);
        // Dropped after the lock: the drop may be that of a trigger of the user's, which may call the function.
        drop(replaced);
        resolved
    }
}

/// What a layer was resolved to, and what it is resolved from again when that has changed. A layer belongs to an executor of its own
/// choice, and its use of the state keeps the executor from evicting it. Two pointers, since a copy of it is in every attempt.
#[cfg(feature = "tower")]
#[derive(Clone, Debug)]
pub(crate) struct KeptSite {
    origin: Arc<Origin>,
    site: Arc<ResolvedSite>,
}

#[cfg(feature = "tower")]
#[derive(Debug)]
struct Origin {
    executor: Executor,
    state: Arc<KeyState>,
    spec: Spec,
    /// What a copy of the layer's service found last, so that not every copy has to resolve.
    latest: Mutex<Arc<ResolvedSite>>,
}

#[cfg(feature = "tower")]
impl KeptSite {
    pub(crate) fn new(executor: &Executor, key: &Key, spec: &Spec) -> Self {
        let state = executor.state_of(&StateKey::shared(key.clone()), spec.pinned);
        let site = executor.resolve_with(&state, key, spec);
        let latest = Mutex::new(site.clone());
        Self { origin: Arc::new(Origin { executor: executor.clone(), state, spec: *spec, latest }), site }
    }

    /// Returns what the layer is resolved to now.
    pub(crate) fn current(&mut self) -> Arc<ResolvedSite> {
        if call_policy::current().is_some() {
            let Origin { executor, state, spec, .. } = &*self.origin;
            return executor.resolve_with(state, &self.site.key, spec);
        }
        if !self.site.is_checked_against(Epoch::load()) {
            let Origin { executor, state, spec, latest } = &*self.origin;
            let known = lock(latest).clone();
            self.site = if state.confirms(&known) {
                known
            } else {
                let resolved = executor.resolve_with(state, &known.key, spec);
                let replaced = mem::replace(&mut *lock(latest), resolved.clone());
                // Dropped after the lock, like the replacement of a call site.
                drop(replaced);
                resolved
            };
        }
        self.site.clone()
    }

    /// True if a call is certain to be refused now: by its circuit, or because its time is over.
    pub(crate) fn refuses(&mut self) -> bool {
        self.current().refuses()
    }
}
