//! Which policy is in force at a site, and what the sites of one key share.

use super::World;
use super::budget::Bucket;
use super::circuit::Circuit;
use crate::script::{Entrance, Script};
use recourse::policy::{
    BudgetPolicy, Capabilities, CircuitPolicy, Effective, HedgePolicy, Origin, Policy, RetryPolicy,
};

/// A call site, with its policy in force.
#[derive(Clone, Copy)]
pub(crate) struct Site {
    pub(crate) policy: Policy,
    /// The site names a budget of the user's own.
    own_budget: bool,
    resolved: bool,
}

/// Who pays for the retries of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payer {
    Nobody,
    Key,
    Own,
}

pub(crate) fn in_force(script: &Script, entrance: Entrance) -> Vec<Site> {
    let registered = if entrance.registers() { script.sites[0] } else { Policy::new() };
    let site = |(index, written): (usize, &Policy)| {
        // Under an attribute only the first site is the function; the others are closures.
        let is_function = entrance.registers() && index == 0;
        let own_budget = is_function && entrance == Entrance::OwnBudget;
        let written = match is_function {
            true if own_budget => Policy::new().retry(RetryPolicy::attempts(2)),
            true => Policy::new(),
            false => *written,
        };
        let hedge = if is_function {
            matches!(entrance, Entrance::Idempotent | Entrance::OwnBudget)
        } else {
            written.hedge.is_some() && entrance != Entrance::Guard
        };
        // One future cannot be made again.
        let repeat = entrance != Entrance::Guard;
        let asked = registered.over(written);
        let asked = if asked.is_empty() { Policy::defaults() } else { asked };
        let policy = Effective::new(asked, Origin::Code, Capabilities { repeat, hedge, reject: true }).policy;
        Site { policy, own_budget, resolved: false }
    };
    script.sites.iter().enumerate().map(site).collect()
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
    /// The first site that needs a part of the key's state makes it, by its own policy.
    pub(crate) fn resolve(&mut self, site: usize) {
        if std::mem::replace(&mut self.sites[site].resolved, true) {
            return;
        }
        let (site, key) = (self.sites[site], &mut self.key);
        if site.payer() == Payer::Key {
            key.retries.get_or_insert_with(|| Bucket::new(site.budget()));
        }
        if let Some(hedge) = site.hedge().filter(|hedge| hedge.budget.limited) {
            key.hedges.get_or_insert_with(|| Bucket::new(hedge.budget));
        }
        if let Some(circuit) = site.policy.circuit.filter(CircuitPolicy::trips) {
            key.circuit.get_or_insert_with(|| Circuit::new(circuit));
        }
    }
}
