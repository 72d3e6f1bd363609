//! The state of one key, shared by all call sites of that key.
//!
//! A call holds what it was resolved to, and state in use is not evicted: what a call learns always reaches the calls after it.

use crate::budget::TokenBucket;
use crate::epoch::{Epoch, revise};
use crate::executor::budget_ref::BudgetRef;
use crate::executor::key_circuit::{KeyCircuit, MakeWith};
use crate::executor::resolved::{InUse, ResolvedSite};
use crate::executor::settings::Latencies;
use crate::executor::spec::Spec;
use crate::hedge::LatencyTracker;
use crate::observe::LostState;
use crate::registry::Worth;
use crate::sync::{Arc, AtomicU32, AtomicU64, Mutex, OnceLock, Ordering, get_or_make, lock};
use crate::time::Instant;
use recourse_policy::{BudgetPolicy, Change, CircuitPolicy};

/// The number of different sites of one key that the key remembers. Calls of further sites work, and resolve them each time.
const REMEMBERED_SITES: usize = 8;

/// The state of one key in one executor. Each part is made by the first site that needs it.
#[derive(Debug, Default)]
pub(crate) struct KeyState {
    pub(super) retry_budget: SharedBucket,
    pub(super) hedge_budget: SharedBucket,
    latency: OnceLock<Latencies>,
    /// Counts calls for the sample of latencies.
    pub(super) sampled: Arc<AtomicU32>,
    circuit: OnceLock<Arc<KeyCircuit>>,
    /// Grows whenever something changes that the sites below were resolved from.
    version: AtomicU64,
    /// The sites of this key that were resolved, one for each distinct spec. The newest replaces the oldest.
    sites: Mutex<Vec<(Spec, Arc<ResolvedSite>)>>,
    /// Held by each [`ResolvedSite`] that was resolved from this state.
    in_use: Arc<InUse>,
}

impl KeyState {
    /// Returns what was resolved for this spec, or resolves it by `make`, which is given the version that it resolves from.
    pub(super) fn site(&self, spec: &Spec, make: impl FnOnce(u64) -> ResolvedSite) -> Arc<ResolvedSite> {
        let epoch = Epoch::load();
        let version = self.version.load(Ordering::Acquire);
        let known = Self::known(spec, version, &lock(&self.sites));
        let site = known.unwrap_or_else(|| {
            // `make` calls the user's trigger and the user's makers, so it does not run under the lock.
            let made = Arc::new(make(version));
            let mut sites = lock(&self.sites);
            if let Some(known) = Self::known(spec, version, &sites) {
                drop(sites);
                return known;
            }
            // The same site of another version goes first, or else the oldest.
            let same_spec = sites.iter().position(|(known, _)| known.resolves_like(spec));
            let forgotten = same_spec.or((sites.len() == REMEMBERED_SITES).then_some(0));
            let forgotten = forgotten.map(|index| sites.remove(index));
            sites.push((*spec, made.clone()));
            // Dropped after the lock: the drop may be that of a trigger of the user's, which may ask the executor.
            drop(sites);
            drop(forgotten);
            made
        });
        site.note_checked(epoch);
        site
    }

    /// True if `site` is what it would be resolved to now. Notes that in the site.
    pub(super) fn confirms(&self, site: &ResolvedSite) -> bool {
        // The epoch before the version, as `changed` writes them in the other order.
        let epoch = Epoch::load();
        let confirmed = site.version == self.version.load(Ordering::Acquire);
        if confirmed {
            site.note_checked(epoch);
        }
        confirmed
    }

    fn known(spec: &Spec, version: u64, sites: &[(Spec, Arc<ResolvedSite>)]) -> Option<Arc<ResolvedSite>> {
        let current = |site: &ResolvedSite| site.version == version;
        sites.iter().find(|(known, site)| known.resolves_like(spec) && current(site)).map(|(_, site)| site.clone())
    }

    /// Makes the sites of this key resolve anew before their next call. To be called after what they are resolved from has changed.
    pub(super) fn changed(&self) {
        // Before the revision, which sends readers here.
        self.version.fetch_add(1, Ordering::Release);
        revise();
    }

    /// The circuit breaker of the key, if a site of the key has one.
    pub(super) fn circuit(&self) -> Option<&Arc<KeyCircuit>> {
        self.circuit.get()
    }

    /// Returns the token that each [`ResolvedSite`] of this state holds.
    pub(super) fn in_use(&self) -> Arc<InUse> {
        self.in_use.clone()
    }

    /// Returns what would be lost with the state. To be called under the lock of the map, which holds one reference: whoever holds
    /// another is about to make a call.
    pub(super) fn worth(this: &Arc<Self>, now: Instant) -> Worth {
        if Arc::strong_count(this) > 1 || this.has_calls() {
            return Worth::InUse;
        }
        let circuit = this.circuit.get().map_or(Worth::Nothing, |circuit| circuit.worth(now));
        if circuit == Worth::Nothing && this.has_learnt(now) { Worth::Counted } else { circuit }
    }

    /// True if a call is in flight, or a layer's service is there for more calls.
    fn has_calls(&self) -> bool {
        let sites = lock(&self.sites);
        // A site that the state does not remember any more lives because a call holds it.
        let forgotten = Arc::strong_count(&self.in_use) > 1 + sites.len();
        forgotten || sites.iter().any(|(_, site)| Arc::strong_count(site) > 1)
    }

    fn has_learnt(&self, now: Instant) -> bool {
        let is_spent = |bucket: &SharedBucket| bucket.left(now).is_some();
        is_spent(&self.retry_budget)
            || is_spent(&self.hedge_budget)
            || self.latency.get().is_some_and(Latencies::has_learnt)
    }

    /// Returns what is lost with the state; `None` if a new state says the same.
    pub(super) fn lost(&self, now: Instant) -> Option<LostState> {
        let circuit = self.circuit.get().filter(|circuit| circuit.worth(now) > Worth::Nothing);
        let lost = LostState {
            circuit: circuit.map(|circuit| circuit.last_known(now)),
            retries_left: self.retry_budget.left(now),
            hedges_left: self.hedge_budget.left(now),
            latencies: self.latency.get().is_some_and(Latencies::has_learnt),
        };
        (lost.circuit.is_some() || self.has_learnt(now)).then_some(lost)
    }

    /// The latency tracker, made by the first site that hedges.
    pub(super) fn latency(&self, make: impl FnOnce() -> Latencies) -> Arc<dyn LatencyTracker> {
        get_or_make(&self.latency, make).tracker.clone()
    }

    /// The circuit breaker, made by the first site that has one. A site with another policy shares the breaker, and the difference is
    /// added to `changes`.
    pub(super) fn circuit_for(
        &self,
        policy: CircuitPolicy,
        make: Option<MakeWith<'_>>,
        changes: &mut Vec<Change>,
    ) -> Arc<KeyCircuit> {
        let circuit = get_or_make(&self.circuit, || Arc::new(KeyCircuit::new(policy, make)));
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
}

/// A bucket, and the policy of the site that made it.
#[derive(Debug, Default)]
pub(super) struct SharedBucket(OnceLock<(BudgetPolicy, Arc<TokenBucket>)>);

impl SharedBucket {
    /// The budget of the key, made by the first site that has one. A site with other numbers shares the budget, and the difference is
    /// added to `changes`.
    pub(super) fn budget_for(&self, field: &'static str, policy: BudgetPolicy, changes: &mut Vec<Change>) -> BudgetRef {
        if !policy.limited {
            return BudgetRef::unlimited();
        }
        let (first, bucket) = self.0.get_or_init(|| (policy, Arc::new(TokenBucket::new(policy))));
        if *first != policy {
            let reason = "sites with one key share their budget, and the first one made it";
            changes.push(Change::new(field, policy.to_string(), first.to_string(), reason));
        }
        BudgetRef::of_key(bucket.clone())
    }

    /// Returns the retries or hedges that are left, unless the budget is full, or there is none.
    fn left(&self, now: Instant) -> Option<u32> {
        self.0.get().and_then(|(_, bucket)| bucket.left_unless_full(now))
    }
}
