//! What is lost with the state of a key when there is no room for it.

use crate::executor::key::budget::KeyBudget;
use crate::executor::key::state::KeyState;
use crate::executor::settings::Latencies;
use crate::observe::LostState;
use crate::registry::Worth;
use crate::sync::{Arc, lock};
use crate::time::Instant;

impl KeyState {
    /// Returns what would be lost with the state. To be called under the lock of the map, which holds one reference: whoever holds
    /// another is about to make a call.
    pub(in crate::executor) fn worth(this: &Arc<Self>, now: Instant) -> Worth {
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
        let is_spent = |bucket: &KeyBudget| bucket.left(now).is_some();
        is_spent(&self.retry_budget)
            || is_spent(&self.hedge_budget)
            || self.has_latencies()
            || self.concurrency.learned().is_some()
    }

    /// Returns what is lost with the state; `None` if a new state says the same.
    pub(in crate::executor) fn lost(&self, now: Instant) -> Option<LostState> {
        let circuit = self.circuit.get().filter(|circuit| circuit.worth(now) > Worth::Nothing);
        let lost = LostState {
            circuit: circuit.map(|circuit| circuit.last_known(now)),
            retries_left: self.retry_budget.left(now),
            hedges_left: self.hedge_budget.left(now),
            latencies: self.has_latencies(),
            limit: self.concurrency.learned(),
        };
        (lost.circuit.is_some() || self.has_learnt(now)).then_some(lost)
    }

    fn has_latencies(&self) -> bool {
        lock(&self.latency).as_ref().is_some_and(Latencies::has_learnt)
    }
}
