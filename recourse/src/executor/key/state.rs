//! The state of one key, shared by all call sites of that key.
//!
//! A call holds what it was resolved to, and state in use is not evicted: what a call learns always reaches the calls after it.

use crate::epoch::{Epoch, revise};
use crate::executor::key::budget::KeyBudget;
use crate::executor::key::circuit::{KeyCircuit, MakeWith};
use crate::executor::key::concurrency::KeyConcurrency;
use crate::executor::key::rate::KeyRate;
use crate::executor::policies::outside::Outside;
use crate::executor::settings::Latencies;
use crate::executor::site::least_time::Trials;
use crate::executor::site::resolved::{InUse, ResolvedSite};
use crate::executor::site::spec::Spec;
use crate::hedge::LatencyTracker;
use crate::observe::PolicyChange;
use crate::sync::{Arc, AtomicU32, AtomicU64, Mutex, OnceLock, Ordering, get_or_make, lock};
use recourse_policy::{CircuitPolicy, Key, Pattern};

/// The number of different sites of one key that the key remembers. Calls of further sites work, and resolve them each time.
const REMEMBERED_SITES: usize = 8;

/// The state of one key in one executor. Each part is made by the first site that needs it.
#[derive(Debug, Default)]
pub(crate) struct KeyState {
    pub(in crate::executor) retry_budget: KeyBudget,
    pub(in crate::executor) hedge_budget: KeyBudget,
    pub(in crate::executor) concurrency: KeyConcurrency,
    pub(in crate::executor) rate: KeyRate,
    pub(super) latency: Mutex<Option<Latencies>>,
    /// Counts calls for the sample of latencies.
    pub(in crate::executor) sampled: Arc<AtomicU32>,
    /// The calls that had less time left than was learnt.
    pub(in crate::executor) trials: Arc<Trials>,
    /// The number of calls whose time was over before they began.
    pub(in crate::executor) expired_calls: Arc<AtomicU64>,
    pub(super) circuit: OnceLock<Arc<KeyCircuit>>,
    /// The version since which the next site gives the circuit breaker its policy.
    circuit_due: AtomicU64,
    /// Grows whenever something changes that the sites below were resolved from.
    version: AtomicU64,
    /// The sites of this key that were resolved, one for each distinct spec. The newest replaces the oldest.
    pub(super) sites: Mutex<Vec<(Spec, Arc<ResolvedSite>)>>,
    /// Held by each [`ResolvedSite`] that was resolved from this state.
    pub(super) in_use: Arc<InUse>,
    /// What the sites were resolved from, as far as it comes from outside of them.
    outside: Mutex<Vec<OutsideOf>>,
}

/// What sources outside say to the sites that complete the key from one template, or to those that name the key as it is.
#[derive(Debug)]
struct OutsideOf {
    template: Option<&'static str>,
    /// `None` while the first of these sites is being resolved.
    said: Option<Arc<Outside>>,
}

/// What became of an answer of the sources outside: see [`KeyState::note_outside`].
#[expect(clippy::large_enum_variant, reason = "returned once for a change, and taken apart at once")]
pub(in crate::executor) enum Noted {
    /// The sites may be resolved from the answer, under this version.
    Known(u64),
    /// The answer is another one than before. The sites are resolved anew, under this version.
    Changed(u64, PolicyChange),
    /// Something has changed since the sources were asked: they have to be asked again.
    Outdated,
}

impl KeyState {
    /// Returns what was resolved for this spec, or resolves it by `make`.
    pub(in crate::executor) fn site(&self, spec: &Spec, make: impl FnOnce() -> ResolvedSite) -> Arc<ResolvedSite> {
        let epoch = Epoch::load();
        let known = Self::known(spec, self.version(), &lock(&self.sites));
        let site = known.unwrap_or_else(|| {
            // `make` calls the user's trigger and the user's makers, so it does not run under the lock.
            let made = Arc::new(make());
            let mut sites = lock(&self.sites);
            if let Some(known) = Self::known(spec, made.version, &sites) {
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
    pub(in crate::executor) fn confirms(&self, site: &ResolvedSite) -> bool {
        // The epoch before the version, as `changed` writes them in the other order.
        let epoch = Epoch::load();
        let confirmed = site.version == self.version();
        if confirmed {
            site.note_checked(epoch);
        }
        confirmed
    }

    fn known(spec: &Spec, version: u64, sites: &[(Spec, Arc<ResolvedSite>)]) -> Option<Arc<ResolvedSite>> {
        let current = |site: &ResolvedSite| site.version == version;
        sites.iter().find(|(known, site)| known.resolves_like(spec) && current(site)).map(|(_, site)| site.clone())
    }

    /// Returns the sites that were resolved, and are remembered. Something may have changed since: then their version is another one.
    pub(in crate::executor) fn sites(&self) -> Vec<(Spec, Arc<ResolvedSite>)> {
        lock(&self.sites).clone()
    }

    /// The version that a site is resolved from. To be asked for before what the site is resolved from.
    pub(in crate::executor) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Notes what the key of a call was completed from. To be called before the sources outside are asked: whoever changes them
    /// afterwards finds the template. True if it is another one beside those that were known.
    pub(in crate::executor) fn note_template(&self, template: Option<&'static str>) -> bool {
        let mut known = lock(&self.outside);
        if known.iter().any(|of| of.template == template) {
            return false;
        }
        known.push(OutsideOf { template, said: None });
        known.len() > 1
    }

    /// What the key was completed from by its sites so far. `None` stands for the sites that name the key as it is.
    pub(in crate::executor) fn templates(&self) -> Vec<Option<&'static str>> {
        lock(&self.outside).iter().map(|of| of.template).collect()
    }

    /// True if a pattern stands for the key, or for the template of one of its sites.
    pub(in crate::executor) fn is_meant_by(&self, pattern: &Pattern, key: &Key) -> bool {
        self.templates().into_iter().any(|template| pattern.matches(key.as_str(), template))
    }

    /// What the key was completed from, if one of its sites completes it: the first one.
    pub(in crate::executor) fn template(&self) -> Option<&'static str> {
        lock(&self.outside).iter().find_map(|of| of.template)
    }

    /// Notes the answer of the sources outside, which were asked after `version` was loaded. If the answer is another one than before, what the
    /// sites share follows, and the sites are resolved anew. `before` is called first, under a lock.
    ///
    /// # Design notes
    ///
    /// Whoever comes first notes a change for all: somebody who has changed a source, or a site that is resolved after the change and before
    /// it was told. All of it happens under one lock. So whoever finds a change noted already can rely on it.
    ///
    /// A site that comes first looks at what is said, and not at the triggers and budgets themselves: a provider that makes a trigger for each
    /// answer would let the sites of a key push each other out for ever. `told` is true if somebody says that there is a change.
    pub(in crate::executor) fn note_outside(
        &self,
        template: Option<&'static str>,
        version: u64,
        new: &Arc<Outside>,
        told: bool,
        before: impl FnOnce(&PolicyChange),
    ) -> Noted {
        let mut known = lock(&self.outside);
        if self.version() != version {
            return Noted::Outdated;
        }
        let Some(of) = known.iter_mut().find(|of| of.template == template) else { return Noted::Outdated };
        let Some(old) = of.said.clone() else {
            of.said = Some(new.clone());
            // Two may ask for the first time, one before a change and one after it: the one that comes second here asks again. There is no
            // site yet that would have to look again.
            return Noted::Known(self.version.fetch_add(1, Ordering::AcqRel).wrapping_add(1));
        };
        let is_same = if told { old.is_same(new) } else { old.says_the_same(new) };
        if is_same {
            return Noted::Known(version);
        }
        of.said = Some(new.clone());
        let change = PolicyChange { old: old.set_policy(), new: new.set_policy() };
        before(&change);
        self.follow(&change);
        self.changed();
        let version = self.version();
        // The old answer is dropped after the lock: it may hold the last trigger of a provider, whose drop is the user's.
        drop(known);
        Noted::Changed(version, change)
    }

    /// Makes the sites of this key resolve anew before their next call. To be called after what they are resolved from has changed.
    pub(in crate::executor) fn changed(&self) {
        // Before the revision, which sends readers here.
        self.version.fetch_add(1, Ordering::Release);
        revise();
    }

    /// The circuit breaker of the key, if a site of the key has one.
    pub(in crate::executor) fn circuit(&self) -> Option<&Arc<KeyCircuit>> {
        self.circuit.get()
    }

    /// Returns the token that each [`ResolvedSite`] of this state holds.
    pub(in crate::executor) fn in_use(&self) -> Arc<InUse> {
        self.in_use.clone()
    }

    /// The latency tracker, made by the first site that goes by latencies.
    pub(in crate::executor) fn latency(&self, make: impl FnOnce() -> Latencies) -> Arc<dyn LatencyTracker> {
        if let Some(known) = &*lock(&self.latency) {
            return known.tracker.clone();
        }
        // Made and dropped under no lock, since it may be the user's own: a thread that comes second drops what it made.
        let made = make();
        let mut latency = lock(&self.latency);
        if let Some(known) = &*latency {
            return known.tracker.clone();
        }
        let tracker = made.tracker.clone();
        *latency = Some(made);
        tracker
    }

    /// Forgets budgets, latencies, a limit that was learned and what was used of a rate, and makes the sites of this key resolve anew before their next call.
    pub(in crate::executor) fn forget(&self) {
        self.retry_budget.forget();
        self.hedge_budget.forget();
        self.concurrency.forget();
        self.rate.forget();
        let latency = lock(&self.latency).take();
        self.changed();
        // Last, and outside of the lock: the tracker may be the user's own.
        drop(latency);
    }

    /// Returns the circuit breaker for a site that is resolved from this version, made by the first site that has one. `obey` makes it do
    /// what operators want.
    pub(in crate::executor) fn circuit_for(
        &self,
        policy: CircuitPolicy,
        make: Option<MakeWith<'_>>,
        version: u64,
        obey: impl Fn(&KeyCircuit),
    ) -> Arc<KeyCircuit> {
        let circuit = get_or_make(&self.circuit, || Arc::new(KeyCircuit::new(policy, make, version)));
        circuit.follow(policy, version, self.circuit_due.load(Ordering::Acquire));
        // Last: an operator stands above the policy. Every site comes here before its first call, so no call finds a breaker that does not
        // obey; and the breaker can be found by an operator who comes after this.
        obey(circuit);
        circuit.clone()
    }

    /// Lets what the sites of this key share follow another policy. To be called before the version grows.
    fn follow(&self, change: &PolicyChange) {
        // Whoever resolves from this version, or a later one, finds the new policy.
        let next = self.version().wrapping_add(1);
        if change.of(|policy| policy.circuit) {
            self.circuit_due.store(next, Ordering::Release);
        }
        if change.of(|policy| policy.budget) {
            self.retry_budget.follow(next);
        }
        if change.of(|policy| policy.concurrency) {
            self.concurrency.follow(next);
        }
        if change.of(|policy| policy.rate) {
            self.rate.follow(next);
        }
        if change.of(|policy| Some(policy.hedge?.budget)) {
            self.hedge_budget.follow(next);
        }
    }
}
