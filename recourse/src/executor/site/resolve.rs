//! From a key and a spec to a [`ResolvedSite`]: which policy is in force, and which state it refers to.

use crate::budget::Budget;
use crate::circuit::PublishedState;
use crate::executor::instance::{Executor, Shared};
use crate::executor::key::budget_ref::BudgetRef;
use crate::executor::key::circuit::{KeyCircuit, MakeWith};
use crate::executor::key::state::KeyState;
use crate::executor::key::state_key::StateKey;
use crate::executor::policies::apply::Asked;
use crate::executor::policies::call_policy;
use crate::executor::policies::outside::Outside;
use crate::executor::settings::{MissingPolicy, Settings};
use crate::executor::site::hedging::SiteHedging;
use crate::executor::site::latency::SiteLatency;
use crate::executor::site::least_time::LeastTime;
use crate::executor::site::limits::{SiteConcurrency, SiteLimits, SiteRate};
use crate::executor::site::resolved::{Parts, ResolvedSite};
use crate::executor::site::spec::Spec;
use crate::hedge::Trigger;
use crate::observe::{BreakerEvent, Naming, Notice};
use crate::sync::{Arc, lock};
use crate::time::Instant;
use recourse_policy::{
    BudgetPolicy, Change, CircuitPolicy, ConcurrencyPolicy, Effective, Key, Origin, Policy, RatePolicy, RetryPolicy,
    Section, Source, Sources,
};
use std::cell::OnceCell;

impl Executor {
    /// Resolves a call site: the policy that is in force for `key` and `spec`, and the state of the key.
    pub(crate) fn resolve(&self, key: &StateKey, spec: &Spec) -> Arc<ResolvedSite> {
        self.resolve_with(&self.state_of(key, spec.pinned), &key.key, spec)
    }

    /// Resolves a call site of a key whose state is known.
    pub(in crate::executor) fn resolve_with(&self, state: &KeyState, key: &Key, spec: &Spec) -> Arc<ResolvedSite> {
        let asked = call_policy::current();
        let make = || {
            let Asked { outside, version, change } = self.ask_outside(state, key, spec.template, false);
            // The first call after a change may come before whoever made the change has told of it.
            if let Some(change) = change.filter(|change| change.old != change.new) {
                self.shared.settings.observers.now().notice(Notice::PolicyChanged(key, &change));
            }
            let site = resolved(key, spec, &outside, version, state, &self.shared, asked.as_ref());
            // What a call asks for is the call's own affair, and its timeline tells of it.
            let as_written = site.effective.changes.is_empty() && site.effective.conflicts.is_empty();
            if !as_written && asked.is_none() {
                self.shared.settings.observers.now().notice(Notice::PolicyResolved(key, &site.effective));
            }
            site
        };
        // A site for one call is not remembered.
        if asked.is_some() { Arc::new(make()) } else { state.site(spec, make) }
    }

    /// Returns the state of a key, made at its first use.
    pub(in crate::executor) fn state_of(&self, key: &StateKey, pinned: bool) -> Arc<KeyState> {
        let pinned = pinned || key.key.is_static();
        // The clock is read once, and only if the map has to choose.
        let now = OnceCell::new();
        let worth = |state: &Arc<KeyState>| KeyState::worth(state, *now.get_or_init(Instant::now));
        let make = || {
            if key.owner.is_some() {
                lock(&self.shared.owned).push(key.clone());
            }
            Arc::default()
        };
        let (state, evicted) = lock(&self.shared.keys).get_or_insert_with(key, pinned, worth, make);
        // Reported after the lock was released, since observers are the user's.
        for (StateKey { key, .. }, evicted) in evicted {
            if let Some(lost) = evicted.lost(*now.get_or_init(Instant::now)) {
                let observers = self.shared.settings.observers.now();
                if lost.circuit.is_some() {
                    observers.notice(Notice::Breaker(&key, BreakerEvent::Evicted));
                }
                observers.notice(Notice::Evicted(&key, &lost));
            }
        }
        state
    }
}

/// Returns the policy that the next call of a site is under, and changes nothing.
pub(in crate::executor) fn in_force(key: &Key, spec: &Spec, state: &KeyState, shared: &Shared) -> Effective {
    let Shared { settings, held_limits, bypass, .. } = shared;
    let outside = Outside::of(key, spec.template, &state.templates(), settings, held_limits, bypass);
    chosen(key, spec, &outside, &shared.settings, None).effective
}

/// The policy in force is put together first, since it decides which parts of the key's state the site refers to.
/// `asked` is what the call itself asks for.
fn resolved(
    key: &Key,
    spec: &Spec,
    outside: &Outside,
    version: u64,
    state: &KeyState,
    shared: &Shared,
    asked: Option<&Policy>,
) -> ResolvedSite {
    let settings = &shared.settings;
    let Chosen { mut effective, trigger, budget: own_budget, others_repeat, denied } =
        chosen(key, spec, outside, settings, asked);
    let changes = &mut effective.changes;
    let policy = effective.policy;
    let retry = policy.retry.unwrap_or(RetryPolicy::none());
    let budget = match own_budget {
        // A call that asked for no retry pays its share to those of the key that have some.
        _ if !retry.repeats() && !others_repeat => BudgetRef::unlimited(),
        // A budget section that is registered for the key stands before the budget that the attribute names.
        Some(own) if policy.budget.is_none() => BudgetRef::own(own),
        // A budget that nobody named would end what is to have no end.
        None if policy.budget.is_none() && retry.is_endless() => BudgetRef::unlimited(),
        _ => {
            let policy = policy.budget.unwrap_or(BudgetPolicy::defaults());
            state.retry_budget.budget_for("budget", policy, version, changes)
        }
    };
    let hedges = policy.hedge.filter(|hedge| trigger.is_some() || hedge.hedges());
    let hot = SiteLatency::percentile(hedges.as_ref(), policy.at_least);
    let latency = hot.map(|percentile| SiteLatency {
        tracker: state.latency(|| settings.latency.tracker(key, percentile)),
        sample: settings.latency.sample,
        calls: state.sampled.clone(),
        refused_by: SiteLatency::refused_by(policy.at_least),
    });
    let hedge = hedges.zip(latency.as_ref()).map(|(policy, latency)| SiteHedging {
        trigger: trigger.unwrap_or_else(|| Arc::new(policy)),
        policy,
        budget: match outside.hedge_budget {
            Some(own) => BudgetRef::own(own),
            None => state.hedge_budget.budget_for("hedge.budget", policy.budget, version, changes),
        },
        latency: latency.tracker.clone(),
    });
    let at_least = policy.at_least.map(|least| LeastTime::new(least, latency.as_ref(), &state.trials));
    let circuit = policy.circuit.filter(CircuitPolicy::trips).map(|policy| {
        let own = spec.breaker.as_ref().map(|make| make as MakeWith<'_>);
        let registered = settings.breakers.get(key).map(|make| make as MakeWith<'_>);
        let obey = |made: &KeyCircuit| shared.holds.apply(key, &state.templates(), made);
        let circuit = state.circuit_for(policy, registered.or(own), version, obey);
        circuit.tell_differences(policy, registered.or(own).is_some(), changes);
        circuit
    });
    // What a call asks for itself is not for the other calls of the key: of no version, so that the next site says what counts.
    let by_call = |section| effective.sources.of(section).is_some_and(|source| source.origin == Origin::Call);
    let version_of = |section| if by_call(section) { 0 } else { version };
    let concurrency = policy.concurrency.filter(ConcurrencyPolicy::limits).map(|policy| {
        let limit = state.concurrency.limit_for(policy, version_of(Section::Concurrency), changes);
        SiteConcurrency { limit, wait: policy.wait }
    });
    let rate = policy.rate.filter(RatePolicy::limits).map(|policy| {
        let limit = state.rate.limit_for(policy, version_of(Section::Rate), changes);
        SiteRate { limit, wait: policy.wait, per_call: policy.per_call }
    });
    let limits = (concurrency.is_some() || rate.is_some()).then(|| Box::new(SiteLimits { concurrency, rate }));
    let published = circuit.as_ref().map_or_else(PublishedState::always_closed, |circuit| circuit.published().clone());
    let observers = settings.observers.now();
    let naming =
        Naming { template: spec.template, is_written: spec.pinned || key.is_static(), falls_back: spec.falls_back };
    let key = key.clone();
    let parts = Parts {
        key,
        naming,
        effective,
        retry,
        budget,
        hedge,
        latency,
        at_least,
        circuit,
        limits,
        published,
        denied,
        by_call: asked.is_some(),
        shows: spec.shows,
        rejects: spec.capabilities.reject,
        observers,
        redact: spec.redact,
        expired_calls: state.expired_calls.clone(),
        in_use: state.in_use(),
        #[cfg(feature = "test-util")]
        faults: shared.faults.clone(),
    };
    ResolvedSite::new(parts, version)
}

/// The policy that is in force for a site.
struct Chosen {
    effective: Effective,
    /// The trigger that takes the place of the hedge section's own delay or percentile.
    trigger: Option<Arc<dyn Trigger>>,
    /// The budget of the user's that pays for retries, unless the policy has a budget section.
    budget: Option<&'static dyn Budget>,
    /// The other calls of the site retry, whatever this one asked for.
    others_repeat: bool,
    /// The site has no policy, and the executor rejects such calls.
    denied: bool,
}

fn chosen(key: &Key, spec: &Spec, outside: &Outside, settings: &Settings, asked: Option<&Policy>) -> Chosen {
    let mut sources = Sources::new();
    sources.note(&spec.policy, |_| Source::new(Origin::Attribute, None));
    for (section, source) in outside.sources.iter() {
        sources.set(section, source.clone());
    }
    let (mut policy, raised) = outside.over(spec.policy, settings);
    // A budget that stands by its name in a provider's policy is no section, and stands before that of the attribute.
    if outside.budget.is_some() {
        policy.budget = outside.policy.budget;
    }
    let budget = outside.budget.or(spec.budget);
    // A budget or a trigger counts as a named mechanism: somebody wrote something.
    let no_policy = !outside.is_written && spec.policy.is_empty();
    let unwritten = no_policy && budget.is_none() && spec.trigger.is_none() && outside.trigger.is_none();
    if unwritten && settings.missing == MissingPolicy::Defaults {
        policy.fill(&settings.default_policy, |section| sources.set(section, Source::new(Origin::Defaults, None)));
    }
    if let Some(switch) = &outside.bypassed {
        let mut effective = bypassed(policy, sources, switch, spec, settings, asked);
        effective.changes.splice(0..0, raised);
        return Chosen { effective, trigger: None, budget: None, others_repeat: false, denied: false };
    }
    // The strongest trigger first: that of a provider's policy, one that is registered for the key, then the policy's own hedge section
    // (only a registered policy has one beside the attribute's trigger), then the attribute's trigger.
    let named = settings.triggers.get(key).filter(|_| !outside.hedge_is_provided());
    let trigger: Option<Arc<dyn Trigger>> = match (&outside.trigger, named, spec.trigger) {
        (Some(provided), ..) => Some(provided.clone()),
        (None, Some(Ok(named)), _) => Some(named.clone()),
        (None, None, Some(own)) if policy.hedge.is_none() => Some(Arc::new(own)),
        _ => None,
    };
    if let Some(trigger) = &trigger {
        // A provider's section says how many hedges, and who pays for them, beside the name of its trigger.
        let provided = policy.hedge.filter(|_| outside.trigger.is_some());
        policy.hedge = Some(provided.unwrap_or_else(|| trigger.limits()));
    }
    let mut changes = [&*outside.changes, &raised].concat();
    let others_repeat =
        asked.is_some() && policy.retry.is_some_and(|retry| retry.repeats()) && spec.capabilities.repeat;
    if let Some(asked) = asked {
        changes.extend(asked_for(&mut policy, asked, settings, &mut sources));
    }
    let origin = sources.strongest().unwrap_or(Origin::Attribute);
    let mut effective = applied(policy, origin, sources, spec);
    effective.changes.splice(0..0, changes);
    // An unknown name switches hedging off, after the policy was normalised: the report shows what would have been in force.
    if let Some(Err(unknown)) = named {
        let hedge = effective.policy.hedge.take().map_or_else(String::new, |hedge| hedge.to_string());
        effective.changes.push(Change::new("hedge", hedge, "none".to_owned(), &unknown.to_string()));
    }
    // There is no error for a function that cannot be rejected.
    let denied = unwritten && spec.capabilities.reject && settings.missing == MissingPolicy::Deny;
    Chosen { effective, trigger, budget, others_repeat, denied }
}

/// Puts what the call itself asks for before the policy, as far as a call may. Returns what is left out.
fn asked_for(policy: &mut Policy, asked: &Policy, settings: &Settings, sources: &mut Sources) -> Vec<Change> {
    let (now, left_out) = if settings.loose_calls { (asked.over(*policy), vec![]) } else { policy.tightened(asked) };
    for section in Section::ALL {
        if asked.has(section) && !now.same(policy, section) {
            sources.set(section, Source::new(Origin::Call, None));
        }
    }
    *policy = now;
    left_out
}

/// The kill switch is thrown: only time limits are left, those of the call among them, and the fallback, which is the function's own.
fn bypassed(
    policy: Policy,
    mut sources: Sources,
    switch: &Source,
    spec: &Spec,
    settings: &Settings,
    asked: Option<&Policy>,
) -> Effective {
    let only_limits = |policy: &Policy| {
        let mut limits = Policy::new();
        (limits.timeout, limits.attempt_timeout) = (policy.timeout, policy.attempt_timeout);
        limits
    };
    let mut limits = only_limits(&policy);
    let asked = asked.map(only_limits);
    let changes = asked.map(|asked| asked_for(&mut limits, &asked, settings, &mut sources)).unwrap_or_default();
    sources.set(Section::Enabled, switch.clone());
    let mut effective = applied(limits, switch.origin, sources, spec);
    effective.changes.splice(0..0, changes);
    effective
}

/// What comes from outside is within the bounds of the operator already; from here on the bounds of code count, for all sections alike.
fn applied(policy: Policy, origin: Origin, sources: Sources, spec: &Spec) -> Effective {
    let mut effective = Effective::new(policy, Origin::Code, spec.capabilities);
    (effective.origin, effective.sources) = (origin, sources);
    effective
}
