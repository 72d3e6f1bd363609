//! From a key and a spec to a [`ResolvedSite`]: which policy is in force, and which state it refers to.

use crate::circuit::PublishedState;
use crate::executor::budget_ref::BudgetRef;
use crate::executor::instance::{Executor, Shared};
use crate::executor::key_circuit::MakeWith;
use crate::executor::key_state::KeyState;
use crate::executor::resolved::{Parts, ResolvedSite};
use crate::executor::settings::{MissingPolicy, Settings};
use crate::executor::site_hedging::SiteHedging;
use crate::executor::spec::Spec;
use crate::executor::state_key::StateKey;
use crate::hedge::Trigger;
use crate::observe::BreakerEvent;
use crate::sync::{Arc, lock};
use crate::time::Instant;
use recourse_policy::{BudgetPolicy, Change, CircuitPolicy, Effective, Key, Origin, Policy, RetryPolicy};
use std::cell::OnceCell;

impl Executor {
    /// Resolves a call site: the policy that is in force for `key` and `spec`, and the state of the key.
    pub(crate) fn resolve(&self, key: &StateKey, spec: &Spec) -> Arc<ResolvedSite> {
        self.resolve_with(&self.state_of(key, spec.pinned), &key.key, spec)
    }

    /// Resolves a call site of a key whose state is known.
    pub(super) fn resolve_with(&self, state: &KeyState, key: &Key, spec: &Spec) -> Arc<ResolvedSite> {
        state.site(spec, |version| resolved(key, spec, version, state, &self.shared))
    }

    /// Returns the state of a key, made at its first use.
    pub(super) fn state_of(&self, key: &StateKey, pinned: bool) -> Arc<KeyState> {
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
                let observers = &self.shared.settings.observers;
                if lost.circuit.is_some() {
                    observers.breaker(&key, BreakerEvent::Evicted);
                }
                observers.evicted(&key, &lost);
            }
        }
        state
    }
}

/// The policy in force is put together first, since it decides which parts of the key's state the site refers to.
fn resolved(key: &Key, spec: &Spec, version: u64, state: &KeyState, shared: &Shared) -> ResolvedSite {
    let settings = &shared.settings;
    let Chosen { mut effective, trigger, denied } = chosen(key, spec, settings);
    let changes = &mut effective.changes;
    let policy = effective.policy;
    let retry = policy.retry.unwrap_or(RetryPolicy::none());
    let budget = match spec.budget {
        _ if !retry.repeats() => BudgetRef::unlimited(),
        // A budget section that is registered for the key stands before the budget that the attribute names.
        Some(own) if policy.budget.is_none() => BudgetRef::own(own),
        // A budget that nobody named would end what is to have no end.
        None if policy.budget.is_none() && retry.is_endless() => BudgetRef::unlimited(),
        _ => {
            let policy = policy.budget.unwrap_or(BudgetPolicy::defaults());
            state.retry_budget.budget_for("budget", policy, version, changes)
        }
    };
    let hedge = policy.hedge.filter(|hedge| trigger.is_some() || hedge.hedges()).map(|policy| SiteHedging {
        trigger: trigger.unwrap_or_else(|| Arc::new(policy)),
        policy,
        budget: state.hedge_budget.budget_for("hedge.budget", policy.budget, version, changes),
        latency: state.latency(|| settings.latency.tracker(key, policy)),
        sample: settings.latency.sample,
        calls: state.sampled.clone(),
    });
    let circuit = policy.circuit.filter(CircuitPolicy::trips).map(|policy| {
        let own = spec.breaker.as_ref().map(|make| make as MakeWith<'_>);
        let registered = settings.breakers.get(key).map(|make| make as MakeWith<'_>);
        let circuit = state.circuit_for(policy, registered.or(own), version, |made| shared.holds.apply(key, made));
        circuit.tell_differences(policy, registered.or(own).is_some(), changes);
        circuit
    });
    let published = circuit.as_ref().map_or_else(PublishedState::always_closed, |circuit| circuit.published().clone());
    let observers = settings.observers.clone();
    let key = key.clone();
    let parts = Parts {
        key,
        effective,
        retry,
        budget,
        hedge,
        circuit,
        published,
        denied,
        observers,
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
    /// The site has no policy, and the executor rejects such calls.
    denied: bool,
}

fn chosen(key: &Key, spec: &Spec, settings: &Settings) -> Chosen {
    let (policy, origin) = match settings.policies.get(key) {
        Some(registered) => (registered.over(spec.policy), Origin::Code),
        None => (spec.policy, Origin::Attribute),
    };
    // A budget or a trigger counts as a named mechanism: somebody wrote something.
    let unwritten = policy.is_empty() && spec.budget.is_none() && spec.trigger.is_none();
    let (mut policy, origin) = match settings.missing {
        MissingPolicy::Defaults if unwritten => (Policy::defaults(), Origin::Defaults),
        _ => (policy, origin),
    };
    // The strongest trigger first: one that is registered for the key, then the policy's own hedge section (only a registered policy
    // has one beside the attribute's trigger), then the attribute's trigger.
    let named = settings.triggers.get(key);
    let trigger: Option<Arc<dyn Trigger>> = match (named, spec.trigger) {
        (Some(Ok(named)), _) => Some(named.clone()),
        (None, Some(own)) if policy.hedge.is_none() => Some(Arc::new(own)),
        _ => None,
    };
    if let Some(trigger) = &trigger {
        policy.hedge = Some(trigger.limits());
    }
    let mut effective = Effective::new(policy, origin, spec.capabilities);
    // An unknown name switches hedging off, after the policy was normalised: the report shows what would have been in force.
    if let Some(Err(unknown)) = named {
        let hedge = effective.policy.hedge.take().map_or_else(String::new, |hedge| hedge.to_string());
        effective.changes.push(Change::new("hedge", hedge, "none".to_owned(), &unknown.to_string()));
    }
    Chosen {
        effective,
        trigger,
        denied: unwritten && spec.capabilities.reject && settings.missing == MissingPolicy::Deny,
    }
}
