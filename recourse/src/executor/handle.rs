//! What a call needs of its executor, worked out once per site: the policy it runs under, and the state of its key.

use crate::budget::{Budget, TokenBucket};
use crate::circuit::{MakeBreaker, PackedState, PublishedState, SharedState};
use crate::executor::circuit::{Circuit, Make, Pass};
use crate::executor::hedging::Rule;
use crate::executor::purse::Purse;
use crate::executor::{Inner, MissingPolicy};
use crate::hedge::{LatencyTracker, Trigger};
use crate::observe::Observers;
use crate::outcome::Class;
use crate::sync::{Arc, AtomicU32, Mutex, OnceLock, get_or_make, lock};
use crate::time::Instant;
use recourse_policy::{BudgetPolicy, Capabilities, Change, CircuitPolicy, Effective, Key, Origin, Policy, RetryPolicy};
use std::time::Duration;

/// What is written at a site: its policy, and what its function can do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) policy: Policy,
    pub(crate) capabilities: Capabilities,
    pub(crate) budget: Option<&'static dyn Budget>,
    pub(crate) trigger: Option<&'static dyn Trigger>,
    /// Makes the breaker of the key.
    pub(crate) breaker: Option<MakeBreaker>,
    /// Keys of the program's text are never evicted.
    pub(crate) pinned: bool,
}

impl Spec {
    /// A closure can be called again, and hedged where its author says so by naming `hedge`.
    pub(crate) const fn closure(policy: Policy) -> Self {
        let capabilities = Capabilities { repeat: true, hedge: policy.hedge.is_some() };
        Self { policy, capabilities, budget: None, trigger: None, breaker: None, pinned: false }
    }

    fn same(&self, other: &Self) -> bool {
        /// The same thing of the user's: by its place and its type, since things without a size may share their place.
        fn one<T: ?Sized>(mine: Option<&T>, other: Option<&T>) -> bool {
            match (mine, other) {
                (Some(mine), Some(other)) => std::ptr::eq(mine, other),
                (mine, other) => mine.is_none() && other.is_none(),
            }
        }
        /// The same function. Of two that are taken for different, each gets a handle of its own, which does no harm.
        fn same_function(mine: Option<MakeBreaker>, other: Option<MakeBreaker>) -> bool {
            match (mine, other) {
                (Some(mine), Some(other)) => std::ptr::fn_addr_eq(mine, other),
                (mine, other) => mine.is_none() && other.is_none(),
            }
        }
        one(self.budget, other.budget)
            && one(self.trigger, other.trigger)
            && same_function(self.breaker, other.breaker)
            && self.policy == other.policy
            && self.capabilities == other.capabilities
    }
}

/// A bucket, and the policy of the site that made it.
type Shared = OnceLock<(BudgetPolicy, Arc<TokenBucket>)>;

/// The state of one key in one executor, shared by all sites of that key.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    budget: Shared,
    hedge_budget: Shared,
    latency: OnceLock<Arc<dyn LatencyTracker>>,
    circuit: OnceLock<Arc<Circuit>>,
    /// One per distinct site of the key; the newest replaces the oldest beyond a few.
    handles: Mutex<Vec<(Spec, Arc<Handle>)>>,
}

/// Sites of one key that differ in their policies, and are remembered. More than these work, and are worked out each time.
const SITES_PER_KEY: usize = 8;

impl Entry {
    pub(super) fn handle(&self, spec: &Spec, make: impl FnOnce() -> Handle) -> Arc<Handle> {
        let known = Self::known(spec, &lock(&self.handles));
        if let Some(handle) = known {
            return handle;
        }
        // This asks the user's trigger and the user's maker of trackers, so it is not done under the lock.
        let handle = Arc::new(make());
        let mut handles = lock(&self.handles);
        if let Some(known) = Self::known(spec, &handles) {
            return known;
        }
        if handles.len() == SITES_PER_KEY {
            handles.remove(0);
        }
        handles.push((*spec, handle.clone()));
        handle
    }

    /// The breaker of the key, where a site of it has one.
    pub(super) fn circuit(&self) -> Option<&Arc<Circuit>> {
        self.circuit.get()
    }

    /// True where evicting it would let calls go that its circuit refuses, or undo what an operator did.
    pub(super) fn is_worth_keeping(&self) -> bool {
        self.circuit.get().is_some_and(|circuit| circuit.is_worth_keeping())
    }

    fn known(spec: &Spec, handles: &[(Spec, Arc<Handle>)]) -> Option<Arc<Handle>> {
        handles.iter().find(|(known, _)| known.same(spec)).map(|(_, handle)| handle.clone())
    }
}

/// A budget of the key: made by the first site that has one. A site with other numbers shares it, and is told so.
fn purse_of_key(shared: &Shared, field: &'static str, policy: BudgetPolicy, changes: &mut Vec<Change>) -> Purse {
    if !policy.limited {
        return Purse::unlimited();
    }
    let (first, bucket) = shared.get_or_init(|| (policy, Arc::new(TokenBucket::new(policy))));
    if *first != policy {
        let reason = "sites with one key share their budget, and the first one made it";
        changes.push(Change::new(field, policy.to_string(), first.to_string(), reason));
    }
    Purse::of_key(bucket.clone())
}

/// The circuit of the key: made by the first site that has one. A site with another policy shares it, and is told so.
fn circuit_of_key(
    entry: &Entry,
    policy: CircuitPolicy,
    make: Option<Make<'_>>,
    changes: &mut Vec<Change>,
) -> Arc<Circuit> {
    // The maker of breakers is the user's, so it does not run inside of the cell.
    let circuit = get_or_make(&entry.circuit, || Arc::new(Circuit::new(policy, make)));
    let shared = "sites with one key share their circuit breaker, and the first one made it";
    let (first, now) = (circuit.made_for(), circuit.policy());
    if first != policy {
        changes.push(Change::new("circuit", policy.to_string(), first.to_string(), shared));
    }
    if now != first {
        changes.push(Change::new("circuit", first.to_string(), now.to_string(), "an operator changed it"));
    }
    if circuit.is_custom() != make.is_some() {
        let whose = |custom| if custom { "a breaker of your own" } else { "the built-in breaker" }.to_owned();
        changes.push(Change::new("breaker", whose(make.is_some()), whose(circuit.is_custom()), shared));
    }
    circuit.clone()
}

/// What a call meets before its body runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// Nothing.
    Open,
    /// The circuit, which is closed most of the time.
    Circuit,
    /// More than that: something is decided or told each time.
    Attended,
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
    pub(crate) hedge: Option<Rule>,
    pub(super) circuit: Option<Arc<Circuit>>,
    /// What a call reads of the circuit while all is well; that of one which is always closed, where there is none.
    pub(super) front: SharedState,
    /// Calls are rejected: no policy, and the executor denies such keys.
    pub(crate) denied: bool,
    pub(super) gate: Gate,
    /// There is a circuit. In a word of its own, since most calls read no more of it than that.
    pub(super) has_circuit: bool,
    pub(crate) audience: Arc<Observers>,
}

impl Handle {
    pub(super) fn new(key: &Key, spec: &Spec, entry: &Entry, executor: &Inner) -> Self {
        let (policy, origin) = match executor.policies.get(key) {
            Some(registered) => (registered.over(spec.policy), Origin::Code),
            None => (spec.policy, Origin::Attribute),
        };
        // A budget or a trigger counts as a named mechanism: somebody wrote something.
        let unwritten = policy.is_empty() && spec.budget.is_none() && spec.trigger.is_none();
        let (mut policy, origin) = match executor.missing {
            MissingPolicy::Defaults if unwritten => (Policy::defaults(), Origin::Defaults),
            _ => (policy, origin),
        };
        // Triggers, the strongest first: one that is registered for the key, the policy's own section (only a provider can
        // have one beside the attribute's trigger), the attribute's trigger.
        let named = executor.triggers.get(key);
        let trigger: Option<Arc<dyn Trigger>> = match (named, spec.trigger) {
            (Some(Ok(named)), _) => Some(named.clone()),
            (None, Some(own)) if policy.hedge.is_none() => Some(Arc::new(own)),
            _ => None,
        };
        if let Some(trigger) = &trigger {
            policy.hedge = Some(trigger.limits());
        }
        let mut effective = Effective::new(policy, origin, spec.capabilities);
        if let Some(Err(unknown)) = named {
            let hedge = effective.policy.hedge.take().map_or_else(String::new, |hedge| hedge.to_string());
            effective.changes.push(Change::new("hedge", hedge, "none".to_owned(), &unknown.to_string()));
        }
        let changes = &mut effective.changes;
        let retry = effective.policy.retry.unwrap_or(RetryPolicy::none());
        let budget = effective.policy.budget.unwrap_or(BudgetPolicy::defaults());
        // What is registered for the key stands before the budget of the attribute.
        let shared = spec.budget.filter(|_| effective.policy.budget.is_none());
        let purse = match shared {
            _ if !retry.repeats() => Purse::unlimited(),
            Some(shared) => Purse::shared(shared),
            None => purse_of_key(&entry.budget, "budget", budget, changes),
        };
        let hedge = effective.policy.hedge.filter(|hedge| trigger.is_some() || hedge.hedges()).map(|policy| Rule {
            trigger: trigger.clone().unwrap_or_else(|| Arc::new(policy)),
            policy,
            purse: purse_of_key(&entry.hedge_budget, "hedge.budget", policy.budget, changes),
            latency: get_or_make(&entry.latency, || executor.latency.tracker(key, policy)).clone(),
            sample: executor.latency.sample,
            calls: AtomicU32::new(0),
        });
        let circuit = effective.policy.circuit.filter(CircuitPolicy::trips).map(|policy| {
            let named = spec.breaker.as_ref().map(|make| make as Make<'_>);
            let make = executor.breakers.get(key).map(|make| make as Make<'_>).or(named);
            circuit_of_key(entry, policy, make, changes)
        });
        let front = circuit.as_ref().map_or_else(PublishedState::always_closed, |circuit| circuit.front().clone());
        let denied = unwritten && executor.missing == MissingPolicy::Deny;
        let attended = denied || hedge.is_some() || !executor.audience.is_empty();
        Self {
            key: key.clone(),
            retry,
            timeout: effective.policy.timeout,
            attempt_timeout: effective.policy.attempt_timeout,
            effective: Arc::new(effective),
            purse,
            denied,
            gate: match circuit {
                _ if attended => Gate::Attended,
                Some(_) => Gate::Circuit,
                None => Gate::Open,
            },
            hedge,
            has_circuit: circuit.is_some(),
            circuit,
            front,
            audience: executor.audience.clone(),
        }
    }

    /// True where an attempt that is pending needs a timer.
    #[inline]
    pub(crate) const fn is_timed(&self) -> bool {
        self.timeout.is_some() || self.attempt_timeout.is_some()
    }

    /// True where a pending call waits for more than its attempts.
    #[inline]
    pub(crate) const fn waits(&self) -> bool {
        self.is_timed() || self.hedge.is_some()
    }

    /// True where the circuit is sure to refuse a call now.
    #[cfg(feature = "tower")]
    pub(crate) fn refuses(&self) -> bool {
        self.circuit.as_ref().is_some_and(|circuit| circuit.refuses(Instant::now).is_some())
    }

    /// True where there may be another attempt after so many were made.
    #[cfg(feature = "tower")]
    pub(crate) fn may_go_on(&self, attempts: u32) -> bool {
        let beside = self.hedge.as_ref().map_or(0, |rule| rule.policy.max_hedges);
        attempts < self.retry.max_attempts.saturating_mul(beside.saturating_add(1))
    }

    pub(crate) fn fails_slow(&self) -> bool {
        self.hedge.as_ref().is_some_and(|rule| rule.policy.fail_slow)
    }

    /// The circuit as it is now, where there is one.
    #[inline]
    pub(super) fn circuit_word(&self) -> PackedState {
        if self.has_circuit { self.front.load() } else { PackedState::ALWAYS_CLOSED }
    }

    /// A first attempt that found the circuit so, and needed nothing else, succeeded.
    #[inline]
    pub(super) fn succeeded_at_once(&self, found: PackedState, hedges: bool) {
        if hedges {
            self.deposit();
        } else {
            self.purse.deposit();
        }
        if self.has_circuit && !(found.ignores_success() && self.front.load() == found) {
            self.succeeded(found);
        }
    }

    #[inline(never)]
    fn succeeded(&self, found: PackedState) {
        if let Some(circuit) = &self.circuit {
            circuit.ended(Pass::Counted(found.counted_generation()), Class::Success, None, Instant::now);
        }
    }

    /// A first attempt succeeded.
    #[inline]
    pub(crate) fn deposit(&self) {
        self.purse.deposit();
        if let Some(rule) = &self.hedge {
            rule.purse.deposit();
        }
    }
}
