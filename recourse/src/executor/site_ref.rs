//! The reference that a call holds on its [`ResolvedSite`], and the slot of a call site that hands it out.

use crate::executor::instance::Executor;
use crate::executor::resolved::ResolvedSite;
use crate::executor::spec::Spec;
use crate::overrides::Overrides;
use crate::sync::{Arc, Mutex, lock};
use once_cell::race::OnceRef;
use recourse_policy::Key;
use std::ops::Deref;
use std::ptr;

/// What a call runs under, from its beginning to its end.
#[derive(Clone, Debug)]
pub(crate) enum SiteRef {
    /// What the call site was first resolved to. Nothing overrides it.
    Fixed(&'static ResolvedSite),
    /// The same while a scope is open somewhere in the process: the call finds out whether the scope concerns it.
    Scoped(&'static ResolvedSite),
    /// What a dynamic key, a closure or a layer was resolved to, or what has taken the place of a call site's first resolution.
    Shared(Arc<ResolvedSite>),
}

impl SiteRef {
    /// True if the call has to look for scopes that are open around it.
    #[inline]
    pub(crate) const fn may_be_scoped(&self) -> bool {
        !matches!(self, Self::Fixed(_))
    }
}

impl Deref for SiteRef {
    type Target = ResolvedSite;

    #[inline]
    fn deref(&self) -> &ResolvedSite {
        match self {
            Self::Fixed(site) | Self::Scoped(site) => site,
            Self::Shared(site) => site,
        }
    }
}

/// The part of a call site's static that remembers what the site was resolved to in the process-wide executor.
///
/// # Design notes
///
/// - The first resolution is leaked, so that a call holds a plain reference: counting references in a word that all threads write
///   to would cost more than the rest of the call. The number of call sites is the program's own, and so the leak is bounded.
/// - What takes its place later is counted and behind a lock. That is the rare case, and the lock is held for a clone of an `Arc`. The
///   lock-free alternative, `arc-swap`, has an open report of memory unsafety (its issue 210).
#[derive(Debug)]
pub(crate) struct SiteSlot {
    first: OnceRef<'static, ResolvedSite>,
    replacement: Mutex<Option<Arc<ResolvedSite>>>,
}

impl SiteSlot {
    pub(crate) const fn new() -> Self {
        Self { first: OnceRef::new(), replacement: Mutex::new(None) }
    }

    /// Returns what the site is resolved to now. `key` is only asked for if that is not known.
    #[inline]
    pub(crate) fn get<'k>(&self, key: impl FnOnce() -> &'k Key, spec: &Spec) -> SiteRef {
        match self.first.get() {
            Some(first) if first.is_current() => SiteRef::Fixed(first),
            first => self.look_up(first, key(), spec),
        }
    }

    #[cold]
    #[inline(never)]
    fn look_up(&self, first: Option<&'static ResolvedSite>, key: &Key, spec: &Spec) -> SiteRef {
        let overrides = Overrides::load();
        if let Some(first) = first {
            if first.is_checked_against(overrides) {
                return SiteRef::Scoped(first);
            }
            let replacement = lock(&self.replacement).clone();
            if let Some(replacement) = replacement.filter(|site| site.is_checked_against(overrides)) {
                return SiteRef::Shared(replacement);
            }
        }
        let resolved = Executor::global().resolve(key, spec);
        // Of two threads that come first at once both get the same resolution, and one of them leaks it.
        let first = self.first.get_or_init(|| Box::leak(Box::new(resolved.clone())));
        if ptr::eq(first, &*resolved) {
            *lock(&self.replacement) = None;
            return SiteRef::Scoped(first);
        }
        *lock(&self.replacement) = Some(resolved.clone());
        SiteRef::Shared(resolved)
    }
}
