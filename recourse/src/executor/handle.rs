//! What a call needs of its executor, worked out once per site: the policy it runs under, and the state of its key.

use crate::budget::{Budget, TokenBucket};
use crate::executor::MissingPolicy;
use crate::observe::Audience;
use crate::sync::{Arc, Mutex, OnceLock, lock};
use recourse_policy::{BudgetPolicy, Capabilities, Change, Effective, Key, Origin, Policy, RetryPolicy};
use std::time::Duration;

/// What is written at a site: its policy, and what its function can do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) policy: Policy,
    pub(crate) capabilities: Capabilities,
    pub(crate) budget: Option<&'static dyn Budget>,
    /// Keys of the program's text are never evicted.
    pub(crate) pinned: bool,
}

impl Spec {
    /// A closure can be called again, and hedged where its author says so by naming `hedge`.
    pub(crate) const fn closure(policy: Policy) -> Self {
        let capabilities = Capabilities { repeat: true, hedge: policy.hedge.is_some() };
        Self { policy, capabilities, budget: None, pinned: false }
    }

    fn same(&self, other: &Self) -> bool {
        let one_budget = match (self.budget, other.budget) {
            (Some(mine), Some(theirs)) => std::ptr::addr_eq(mine, theirs),
            (None, None) => true,
            _ => false,
        };
        one_budget && self.policy == other.policy && self.capabilities == other.capabilities
    }
}

/// The state of one key in one executor, shared by all sites of that key.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    budget: OnceLock<(BudgetPolicy, Arc<TokenBucket>)>,
    /// One per distinct site of the key; the newest replaces the oldest beyond a few.
    handles: Mutex<Vec<(Spec, Arc<Handle>)>>,
}

/// Sites of one key that differ in their policies, and are remembered. More than these work, and are worked out each time.
const SITES_PER_KEY: usize = 8;

impl Entry {
    pub(super) fn handle(&self, spec: &Spec, make: impl FnOnce() -> Handle) -> Arc<Handle> {
        let mut handles = lock(&self.handles);
        if let Some((_, handle)) = handles.iter().find(|(known, _)| known.same(spec)) {
            return handle.clone();
        }
        let handle = Arc::new(make());
        if handles.len() == SITES_PER_KEY {
            handles.remove(0);
        }
        handles.push((*spec, handle.clone()));
        handle
    }

    /// The budget of the key: made by the first site that has one. A site with other numbers shares it, and is told so.
    fn budget(&self, policy: BudgetPolicy, changes: &mut Vec<Change>) -> Arc<TokenBucket> {
        let (first, bucket) = self.budget.get_or_init(|| (policy, Arc::new(TokenBucket::new(policy))));
        if *first != policy {
            let reason = "sites with one key share their budget, and the first one made it";
            changes.push(Change::new("budget", policy.to_string(), first.to_string(), reason));
        }
        bucket.clone()
    }
}

/// Everything that does not change from call to call of one site.
#[derive(Debug)]
pub struct Handle {
    pub(crate) key: Key,
    pub(crate) effective: Arc<Effective>,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) purse: Purse,
    /// Calls are rejected: no policy, and the executor denies such keys.
    pub(crate) denied: bool,
    /// Something is decided before the body runs, or told when it does: the call goes through its gate.
    pub(crate) gated: bool,
    pub(crate) audience: Arc<Audience>,
}

impl Handle {
    pub(super) fn new(
        key: &Key,
        spec: &Spec,
        entry: &Entry,
        registered: Option<&Policy>,
        missing: MissingPolicy,
        audience: &Arc<Audience>,
    ) -> Self {
        let (policy, origin) = match registered {
            Some(registered) => (registered.over(spec.policy), Origin::Code),
            None => (spec.policy, Origin::Attribute),
        };
        // A shared budget counts as a named mechanism: somebody wrote something.
        let unwritten = policy.is_empty() && spec.budget.is_none();
        let (policy, origin) = match missing {
            MissingPolicy::Defaults if unwritten => (Policy::defaults(), Origin::Defaults),
            _ => (policy, origin),
        };
        let mut effective = Effective::new(policy, origin, spec.capabilities);
        let retry = effective.policy.retry.unwrap_or(RetryPolicy::none());
        let budget = effective.policy.budget.unwrap_or(BudgetPolicy::defaults());
        let purse = match spec.budget {
            _ if !retry.repeats() => Purse::unlimited(),
            Some(shared) => Purse::shared(shared),
            None if budget.limited => Purse::of_key(entry.budget(budget, &mut effective.changes)),
            None => Purse::unlimited(),
        };
        let denied = unwritten && missing == MissingPolicy::Deny;
        Self {
            key: key.clone(),
            retry,
            timeout: effective.policy.timeout,
            attempt_timeout: effective.policy.attempt_timeout,
            effective: Arc::new(effective),
            purse,
            denied,
            gated: denied || !audience.is_empty(),
            audience: audience.clone(),
        }
    }

    /// True where an attempt that is pending needs a timer.
    #[inline]
    pub(crate) const fn is_timed(&self) -> bool {
        self.timeout.is_some() || self.attempt_timeout.is_some()
    }
}

/// What pays for retries.
#[derive(Debug)]
pub(crate) struct Purse {
    /// The bucket of the key. Where there is none it is one that stays full; where `shared` stands in for it, one that never
    /// is. So the happy path asks one question only.
    bucket: Arc<TokenBucket>,
    /// A budget of the user's, shared by whom it pleases.
    shared: Option<&'static dyn Budget>,
    limited: bool,
}

impl Purse {
    fn unlimited() -> Self {
        Self { bucket: Arc::new(TokenBucket::new(BudgetPolicy::none())), shared: None, limited: false }
    }

    fn shared(budget: &'static dyn Budget) -> Self {
        Self { bucket: Arc::new(TokenBucket::never_full()), shared: Some(budget), limited: true }
    }

    fn of_key(bucket: Arc<TokenBucket>) -> Self {
        Self { bucket, shared: None, limited: true }
    }

    /// A first attempt succeeded.
    #[inline]
    pub(crate) fn deposit(&self) {
        if !self.bucket.is_full() {
            self.pay();
        }
    }

    #[cold]
    #[inline(never)]
    fn pay(&self) {
        if let Some(budget) = self.budget() {
            budget.deposit();
        }
    }

    pub(crate) fn budget(&self) -> Option<&dyn Budget> {
        match self.shared {
            Some(shared) => Some(shared),
            None => self.limited.then_some(&*self.bucket),
        }
    }
}
