//! Which policy is in force at a site, and what the sites of one key share.

use super::World;
use super::budget::Bucket;
use super::circuit::Circuit;
use super::rate::Rate;
use super::slots::Slots;
use crate::script::{Change, Entrance, Reach, Script};
use recourse::policy::{
    BudgetPolicy, Capabilities, CircuitPolicy, ConcurrencyPolicy, Effective, HedgePolicy, Origin, Policy, RatePolicy,
    RetryPolicy, SlotPolicy,
};
use std::mem;

/// A call site, with its policy in force.
#[derive(Clone, Copy, Default)]
pub(crate) struct Site {
    pub(crate) policy: Policy,
    /// The site names a budget of the user's own.
    own_budget: bool,
}

/// The policies of a script: those of the call sites, and what operators say about the key.
pub(crate) struct Policies {
    written: Vec<Policy>,
    /// What is registered for the key, its group and all keys. The more specific policy stands before the others, section by section.
    registered: [Option<Policy>; 3],
    /// What the builder registered for the key, which is in force again when what took its place is removed.
    built: Option<Policy>,
    /// The kill switches for the key, its group and all keys.
    bypassed: [bool; 3],
    /// What each site was resolved to since the last change.
    resolved: Vec<Option<Site>>,
    /// Since the last change of that section the next site which has one decides what the sites of the key share.
    follows: Follows,
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each part")]
struct Follows {
    circuit: bool,
    slots: bool,
    rate: bool,
    retries: bool,
    hedges: bool,
}

/// Who pays for the retries of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payer {
    Nobody,
    Key,
    Own,
}

impl Policies {
    pub(crate) fn new(script: &Script, entrance: Entrance) -> Self {
        let built = entrance.registers().then_some(script.sites[0]);
        Self {
            written: script.sites.clone(),
            registered: [built, None, None],
            built,
            bypassed: [false; 3],
            resolved: vec![None; script.sites.len()],
            follows: Follows::default(),
        }
    }

    fn outside(&self) -> Policy {
        self.registered.into_iter().flatten().fold(Policy::new(), Policy::over)
    }

    pub(crate) fn len(&self) -> usize {
        self.written.len()
    }

    fn in_force(&self, entrance: Entrance, index: usize) -> Site {
        // Under an attribute only the first site is the function; the others are closures.
        let is_function = entrance.registers() && index == 0;
        let own_budget = is_function && entrance == Entrance::OwnBudget;
        let written = match is_function {
            true if own_budget => Policy::new().retry(RetryPolicy::attempts(2)),
            true => Policy::new(),
            false => self.written[index],
        };
        let hedge = if is_function {
            matches!(entrance, Entrance::Idempotent | Entrance::OwnBudget)
        } else {
            written.hedge.is_some() && entrance != Entrance::Guard
        };
        // One future cannot be made again.
        let repeat = entrance != Entrance::Guard;
        let asked = self.outside().over(written);
        let asked = if self.bypassed.contains(&true) {
            // Only time limits stay. Nobody's defaults take the place of the rest.
            let mut limits = Policy::new();
            (limits.timeout, limits.attempt_timeout) = (asked.timeout, asked.attempt_timeout);
            limits
        } else if asked.is_empty() {
            Policy::defaults()
        } else {
            asked
        };
        let policy = Effective::new(asked, Origin::Code, Capabilities { repeat, hedge, reject: true }).policy;
        Site { policy, own_budget }
    }

    /// An operator does something. What the sites share follows those sections only that are different now.
    fn change(&mut self, change: Change) {
        let old = self.outside();
        match change {
            Change::Register(reach, policy) => self.registered[reach as usize] = Some(policy),
            Change::Remove(reach) => {
                self.registered[reach as usize] = self.built.filter(|_| reach == Reach::Key);
            }
            Change::Bypass(reach, on) => self.bypassed[reach as usize] = on,
        }
        let new = self.outside();
        self.resolved.fill(None);
        self.follows.circuit |= old.circuit != new.circuit;
        self.follows.slots |= old.concurrency != new.concurrency;
        self.follows.rate |= old.rate != new.rate;
        self.follows.retries |= old.budget != new.budget;
        self.follows.hedges |= old.hedge.map(|hedge| hedge.budget) != new.hedge.map(|hedge| hedge.budget);
    }
}

impl Site {
    pub(crate) fn retry(&self) -> RetryPolicy {
        self.policy.retry.unwrap_or(RetryPolicy::none())
    }

    pub(crate) fn hedge(&self) -> Option<HedgePolicy> {
        self.policy.hedge.filter(HedgePolicy::hedges)
    }

    pub(crate) fn has_circuit(&self) -> bool {
        self.policy.circuit.is_some_and(|circuit| circuit.trips())
    }

    pub(crate) fn concurrency(&self) -> Option<ConcurrencyPolicy> {
        self.policy.concurrency.filter(ConcurrencyPolicy::limits)
    }

    pub(crate) fn rate(&self) -> Option<RatePolicy> {
        self.policy.rate.filter(RatePolicy::limits)
    }

    /// There are limits, or hedges, so that a pending call waits for more than its attempts.
    pub(crate) fn waits(&self) -> bool {
        self.policy.timeout.is_some() || self.policy.attempt_timeout.is_some() || self.hedge().is_some()
    }

    fn budget(&self) -> BudgetPolicy {
        // A budget that nobody named would end what is to have no end.
        let unnamed = if self.retry().is_endless() { BudgetPolicy::none() } else { BudgetPolicy::defaults() };
        self.policy.budget.unwrap_or(unnamed)
    }

    pub(crate) fn payer(&self) -> Payer {
        if !self.retry().repeats() {
            Payer::Nobody
        } else if self.own_budget && self.policy.budget.is_none() {
            Payer::Own
        } else if self.budget().limited {
            Payer::Key
        } else {
            Payer::Nobody
        }
    }
}

impl World {
    pub(crate) fn change(&mut self, change: Change) {
        self.policies.change(change);
    }

    /// Returns what a site runs under now. The first site that needs a part of the key's state makes it, by its own policy; so does the
    /// first one after that section of the registered policy has changed.
    pub(crate) fn resolve(&mut self, index: usize) -> Site {
        if let Some(site) = self.policies.resolved[index] {
            return site;
        }
        let site = self.policies.in_force(self.entrance, index);
        self.policies.resolved[index] = Some(site);
        let (key, follows, now) = (&mut self.key, &mut self.policies.follows, self.now);
        // What is made here has the policy already, and has nothing to follow.
        if site.payer() == Payer::Key {
            let follows = mem::take(&mut follows.retries);
            match &mut key.retries {
                None => key.retries = Some(Bucket::new(site.budget())),
                Some(bucket) if follows => bucket.set_policy(site.budget(), now),
                Some(_) => {}
            }
        }
        if let Some(hedge) = site.hedge().filter(|hedge| hedge.budget.limited) {
            let follows = mem::take(&mut follows.hedges);
            match &mut key.hedges {
                None => key.hedges = Some(Bucket::new(hedge.budget)),
                Some(bucket) if follows => bucket.set_policy(hedge.budget, now),
                Some(_) => {}
            }
        }
        if let Some(policy) = site.policy.circuit.filter(CircuitPolicy::trips) {
            let follows = mem::take(&mut follows.circuit);
            match &mut key.circuit {
                None => key.circuit = Some(Circuit::new(policy)),
                Some(circuit) if follows => circuit.set_policy(policy, now),
                Some(_) => {}
            }
        }
        if let Some(policy) = site.concurrency() {
            let follows = mem::take(&mut follows.slots);
            let SlotPolicy::Fixed(limit) = policy.slots else { panic!("the model knows fixed limits") };
            let places = policy.queue.unwrap_or(limit);
            match &mut key.slots {
                None => key.slots = Some(Slots::new(limit, places)),
                Some(slots) if follows => slots.set(limit, places, now),
                Some(_) => {}
            }
        }
        if let Some(policy) = site.rate() {
            let follows = mem::take(&mut follows.rate);
            match &mut key.rate {
                None => key.rate = Some(Rate::new(policy)),
                Some(rate) if follows => rate.set(policy, now),
                Some(_) => {}
            }
        }
        site
    }

    /// Somebody needs to know how long the attempts of a call take that begins now.
    pub(crate) fn counts_from_launch(&self, site: Site) -> bool {
        let told = self.key.circuit.as_ref().filter(|_| site.has_circuit());
        let is_counted_anew = site.retry().fresh_after.is_some();
        site.hedge().is_some()
            || is_counted_anew
            || told.is_some_and(|circuit| circuit.policy.slow.is_some() || self.key.own_breaker)
    }
}
