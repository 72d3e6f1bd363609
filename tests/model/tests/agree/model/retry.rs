//! The decision about another group: every reason against it, in one order.

use super::World;
use super::backoff;
use super::call::{Call, PaidFor};
use super::circuit::Refusal;
use super::nanos;
use crate::record::{Happened, Ns};
use recourse::policy::limits;

impl Call<'_> {
    /// What the deadline of the call leaves.
    pub(super) fn left(&self, world: &World) -> Option<Ns> {
        let timeout = self.site.policy.timeout?;
        Some(nanos(timeout).saturating_sub(world.now - self.started?))
    }

    /// Sets out for another group, or says why the call is over: attempts, circuit, deadline, budget.
    pub(super) fn retry(&mut self, world: &mut World) -> Result<(), &'static str> {
        // The call's time counts at the latest from the end of its first attempt.
        self.started.get_or_insert(world.now);
        let site = self.site;
        let retry = site.retry();
        if !retry.allows_more_than(self.counted) {
            return Err("attempts_exhausted");
        }
        if site.has_circuit() {
            // A call that probed makes no further attempt, though others may.
            let probed = || self.is_probe.then_some(Refusal { reason: "probe", retry_after: None });
            if let Some(Refusal { reason, retry_after }) = world.circuit_refuses().or_else(probed) {
                self.event(world, Happened::CircuitDenied { reason, retry_after });
                return Err("circuit_open");
            }
        }
        // As long as the policy says; or else as long as the timeout bears, which is asked below; or else half a minute.
        let longest = retry.max_pushback.or(site.policy.timeout.is_none().then_some(limits::DEFAULT_PUSHBACK));
        if let Some((delay, left)) = self.group.pushback.zip(longest.map(nanos)).filter(|(asked, most)| asked > most) {
            self.event(world, Happened::DelayDenied { delay, source: "pushback", left });
            return Err("pushback_too_long");
        }
        let left = self.left(world);
        let (delay, source) =
            backoff::delay(&retry, self.counted, self.last_delay, self.group.pushback, left, &mut world.lots);
        // It has to end before the deadline, not at it.
        if let Some(left) = left.filter(|left| delay >= *left) {
            self.event(world, Happened::DelayDenied { delay, source, left });
            return Err("deadline");
        }
        // Last, so that a retry that cannot happen costs nothing.
        if !world.pay_for_retry(self.site) {
            self.event(world, Happened::BudgetDenied);
            return Err("budget_denied");
        }
        self.paid = Some(PaidFor::Retry);
        // Without a delay the limits and the circuit are asked while there is still an error to return.
        let claimed = if delay == 0 { self.claim(world) } else { Ok(()) };
        if let Err(denial) = claimed {
            self.give_back(world);
            return Err(denial.reason());
        }
        if source == "backoff" {
            self.last_delay = delay;
        }
        self.event(world, Happened::Delayed { delay, source });
        self.retry_at = (delay > 0).then(|| world.now + delay);
        Ok(())
    }
}
