//! How the mechanisms of each key are now, as numbers for gauges.

use crate::circuit::State;
use crate::executor::instance::Executor;
use crate::executor::key::state::KeyState;
use crate::executor::key::state_key::StateKey;
use crate::executor::operators::gauges::GaugeSeries;
use crate::executor::site::resolve::in_force;
use crate::executor::site::resolved::ResolvedSite;
use crate::executor::site::spec::Spec;
use crate::observe::CallInfo;
use crate::sync::{Arc, lock};
use crate::time::Instant;
use recourse_policy::{HedgeWhen, Key};
use std::collections::BTreeSet;
use std::mem;
use std::time::Duration;

/// The numbers of one key.
#[derive(Debug)]
pub(crate) struct KeyLevels {
    pub(crate) call: CallInfo,
    pub(crate) breaker: Option<State>,
    /// The retries and hedges that the budgets have left, if there are budgets.
    pub(crate) retries_left: Option<u32>,
    pub(crate) hedges_left: Option<u32>,
    /// The percentile that hedges start at now.
    pub(crate) hedge_delay: Option<Duration>,
    pub(crate) slots: Option<SlotLevels>,
}

/// The slots of a key: all there are, those that are taken, and the calls that wait for one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SlotLevels {
    pub(crate) limit: u32,
    pub(crate) running: u32,
    pub(crate) waiting: u32,
}

impl Executor {
    /// Remembers which gauges are set now, and returns those that were before. Their number is that of the program's call sites.
    pub(crate) fn gauges_told(&self, now: BTreeSet<GaugeSeries>) -> BTreeSet<GaugeSeries> {
        mem::replace(&mut *lock(&self.shared.gauges), now)
    }

    /// Returns the numbers of every key that was called.
    pub(crate) fn levels(&self) -> Vec<KeyLevels> {
        let now = Instant::now();
        let states = self.states().into_iter();
        // Sites of one key share what is counted here.
        let levels = states.filter_map(|(StateKey { key, .. }, state)| {
            let sites = state.sites();
            let of_sites = || sites.iter().map(|(_, site)| &**site);
            Some(KeyLevels {
                call: of_sites().next()?.call_info(),
                // That of a site, since the state keeps its breaker when the policy has lost its circuit.
                breaker: of_sites().find_map(|site| site.circuit.as_ref()).map(|circuit| circuit.snapshot(now).state),
                retries_left: of_sites().filter_map(|site| site.budget.left()).min(),
                hedges_left: of_sites().filter_map(|site| site.hedge.as_ref()?.budget.left()).min(),
                hedge_delay: of_sites().filter_map(percentile_of).max(),
                slots: self.slots_of(&key, &state, &sites, now),
            })
        });
        levels.collect()
    }

    /// The slots of the key, if a site has a limit by the policy that its next call is under: a site that was not called since a change refers
    /// to the limit of before.
    fn slots_of(
        &self,
        key: &Key,
        state: &KeyState,
        sites: &[(Spec, Arc<ResolvedSite>)],
        now: Instant,
    ) -> Option<SlotLevels> {
        let version = state.version();
        let is_limited = |(spec, site): &(Spec, Arc<ResolvedSite>)| {
            let is_current = site.version == version;
            let policy =
                if is_current { site.effective.policy } else { in_force(key, spec, state, &self.shared).policy };
            policy.concurrency.is_some_and(|policy| policy.limits())
        };
        let status = if sites.iter().any(is_limited) { state.concurrency.status(now)? } else { return None };
        Some(SlotLevels { limit: status.limit, running: status.running, waiting: status.waiting })
    }
}

fn percentile_of(site: &ResolvedSite) -> Option<Duration> {
    let hedge = site.hedge.as_ref()?;
    match hedge.policy.when {
        HedgeWhen::Percentile { percentile, .. } => hedge.latency.percentile(percentile),
        _ => None,
    }
}
