//! What all sources outside of the call site say about a key.

use crate::budget::Budget;
use crate::executor::policies::bypass_switches::Bypass;
use crate::executor::policies::held_limits::HeldLimits;
use crate::executor::settings::{MissingPolicy, Settings};
use crate::hedge::Trigger;
use crate::providers::Provided;
use crate::sync::Arc;
use recourse_policy::{Change, Key, Origin, Policy, Section, Source, Sources};

/// The sections that sources outside of the call site decide: registered policies, providers, limits
/// that operators hold, the kill switch.
#[derive(Clone, Debug, Default)]
pub(in crate::executor) struct Outside {
    pub(in crate::executor) policy: Policy,
    pub(in crate::executor) sources: Sources,
    /// Somebody wrote a policy. What operators hold is none: it tightens what there is, the defaults among it.
    pub(in crate::executor) is_written: bool,
    /// The policy without what comes from the network, if something does.
    local: Option<Policy>,
    /// What the bounds of the operator changed.
    pub(in crate::executor) changes: Vec<Change>,
    /// The trigger that the strongest hedge section names.
    pub(in crate::executor) trigger: Option<Arc<dyn Trigger>>,
    /// The budget of hedges that the strongest hedge section names.
    pub(in crate::executor) hedge_budget: Option<&'static dyn Budget>,
    /// The budget that the strongest budget section names.
    pub(in crate::executor) budget: Option<&'static dyn Budget>,
    /// Every mechanism is off but time limits and fallback.
    pub(in crate::executor) bypassed: Option<Source>,
}

impl Outside {
    /// Asks all sources, the weakest first. `templates` are those of all sites of the key.
    pub(in crate::executor) fn of(
        key: &Key,
        template: Option<&'static str>,
        templates: &[Option<&'static str>],
        settings: &Settings,
        held: &HeldLimits,
        bypass: &Bypass,
    ) -> Self {
        let mut outside = Self::default();
        settings.policies.each(key.as_str(), template, |pattern, policy| {
            // The most specific comes first, so what is there stays.
            outside.policy.fill(policy, |section| {
                // A key needs no place: it is the key of the call.
                let place = (pattern.as_str() != key.as_str()).then(|| pattern.as_str().into());
                outside.sources.set(section, Source::new(Origin::Code, place));
            });
        });
        // From here on each source stands before those that were asked already.
        for provider in settings.providers.iter().rev() {
            outside.put(provider.origin(), provider.provide(key, template), settings);
        }
        outside.is_written = !outside.policy.is_empty();
        // An operator stands above the program, and above the network.
        let (held, sources) = held.of(key, templates);
        outside.policy = held.over(outside.policy);
        for (section, source) in sources.iter() {
            outside.sources.set(section, source.clone());
        }
        if let Some(source) = bypass.source(key, template) {
            outside.bypassed = Some(source);
        }
        outside
    }

    /// Puts what a provider says before what is there.
    fn put(&mut self, origin: Origin, provided: Provided, settings: &Settings) {
        let Provided { policy, enabled, trigger, hedge_budget, budget, places } = provided;
        let (policy, changes) = settings.bounds.apply(policy);
        if origin == Origin::Remote {
            // The weaker sources were asked before, so this is what would be in force.
            self.local.get_or_insert(self.policy);
        }
        let place = |section| places.iter().find(|(own, _)| *own == section).map(|(_, place)| place.clone());
        self.sources.note(&policy, |section| Source::new(origin, place(section)));
        if policy.hedge.is_some() || trigger.is_some() {
            (self.trigger, self.hedge_budget) = (trigger, hedge_budget);
            self.sources.set(Section::Hedge, Source::new(origin, place(Section::Hedge)));
        }
        self.policy = policy.over(self.policy);
        if policy.budget.is_some() || budget.is_some() {
            self.budget = budget;
            self.sources.set(Section::Budget, Source::new(origin, place(Section::Budget)));
            // A budget by name is as much the section as one with numbers.
            self.policy.budget = policy.budget;
        }
        self.changes.extend(changes);
        if let Some(enabled) = enabled {
            let source = Source::new(origin, place(Section::Enabled));
            self.bypassed = (!enabled).then_some(source);
        }
    }

    /// Returns the policy over the attribute's own. What comes from the network is raised to the floors of the operator, and the list says so.
    pub(in crate::executor) fn over(&self, own: Policy, settings: &Settings) -> (Policy, Vec<Change>) {
        let Some(local) = self.local else { return (self.policy.over(own), Vec::new()) };
        let local = local.over(own);
        let local = if local.is_empty() && settings.missing == MissingPolicy::Defaults {
            settings.default_policy
        } else {
            local
        };
        let from_network = |section| self.sources.of(section).is_some_and(|source| source.origin == Origin::Remote);
        let mut remote = Policy::new();
        if from_network(Section::Timeout) {
            remote.timeout = self.policy.timeout;
        }
        if from_network(Section::AttemptTimeout) {
            remote.attempt_timeout = self.policy.attempt_timeout;
        }
        if from_network(Section::AtLeast) {
            remote.at_least = self.policy.at_least;
        }
        if from_network(Section::Circuit) {
            remote.circuit = self.policy.circuit;
        }
        if from_network(Section::Concurrency) {
            remote.concurrency = self.policy.concurrency;
        }
        if from_network(Section::Rate) {
            remote.rate = self.policy.rate;
        }
        let (raised, changes) = settings.bounds.raise(remote, &local);
        (raised.over(self.policy).over(own), changes)
    }

    /// The policy, if a section is set.
    pub(in crate::executor) fn set_policy(&self) -> Option<Policy> {
        (!self.policy.is_empty()).then_some(self.policy)
    }

    /// True if the hedge section comes from a provider, which stands before what the builder registered.
    pub(in crate::executor) fn hedge_is_provided(&self) -> bool {
        self.sources.of(Section::Hedge).is_some_and(|source| source.origin != Origin::Code)
    }

    /// True if both say the same, whichever values of the user's they name.
    pub(in crate::executor) fn says_the_same(&self, other: &Self) -> bool {
        self.policy == other.policy
            && self.local == other.local
            && self.sources == other.sources
            && self.is_written == other.is_written
            && self.bypassed == other.bypassed
            && self.changes == other.changes
            && self.trigger.is_some() == other.trigger.is_some()
            && self.hedge_budget.is_some() == other.hedge_budget.is_some()
            && self.budget.is_some() == other.budget.is_some()
    }

    /// True if both lead to the same site.
    pub(in crate::executor) fn is_same(&self, other: &Self) -> bool {
        fn address<T: ?Sized>(value: &T) -> *const () {
            std::ptr::from_ref(value).cast()
        }
        self.says_the_same(other)
            && self.trigger.as_deref().map(address) == other.trigger.as_deref().map(address)
            && self.hedge_budget.map(address) == other.hedge_budget.map(address)
            && self.budget.map(address) == other.budget.map(address)
    }
}
