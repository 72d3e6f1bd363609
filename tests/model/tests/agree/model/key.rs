//! What calls share: the circuit, the budgets and the latencies of a key; and who was told what.

use super::World;
use super::budget::Bucket;
use super::circuit::{Admission, Changed, Circuit, Refusal};
use super::latencies::Latencies;
use super::nanos;
use super::rate::Rate;
use super::sites::{Payer, Site};
use super::slots::Slots;
use super::timeline;
use crate::record::{Happened, Ns, Paid, Told};
use crate::script::Script;
use std::mem;

pub(crate) struct KeyState {
    pub(crate) circuit: Option<Circuit>,
    pub(crate) retries: Option<Bucket>,
    pub(crate) hedges: Option<Bucket>,
    pub(crate) slots: Option<Slots>,
    pub(crate) rate: Option<Rate>,
    pub(crate) latencies: Latencies,
    /// The circuit is a breaker of the user's own.
    pub(crate) own_breaker: bool,
    grants: u64,
}

impl KeyState {
    pub(crate) fn new(script: &Script) -> Self {
        let Script { own_breaker, grants, least_latencies, .. } = *script;
        let latencies = Latencies { least: least_latencies, seen: Vec::new() };
        Self { circuit: None, retries: None, hedges: None, slots: None, rate: None, latencies, own_breaker, grants }
    }

    /// The calls that were handed a slot since this was last asked.
    pub(crate) fn take_woken(&mut self) -> Vec<usize> {
        self.slots.as_mut().map(|slots| mem::take(&mut slots.woken)).unwrap_or_default()
    }
}

impl World {
    /// Records an event of a call.
    pub(crate) fn event(&mut self, call: usize, began: Ns, happened: Happened) {
        let timed = (self.now - began, happened);
        if self.timelines[call] == usize::MAX {
            self.timelines[call] = self.record.timelines.len();
            self.record.timelines.push(Vec::new());
        }
        self.totals[call].add(timed.0, &timed.1);
        let is_over = matches!(timed.1, Happened::CallEnded(_));
        let timeline = &mut self.record.timelines[self.timelines[call]];
        timeline.push(timed.clone());
        if is_over {
            timeline::shorten(timeline);
            self.record.totals.push(self.totals[call].clone());
        }
        self.record.events.push(timed);
    }

    // ---- circuit

    /// Asks the circuit for an attempt.
    pub(crate) fn ask_circuit(&mut self) -> (Result<Admission, Refusal>, Changed) {
        let circuit = self.key.circuit.as_mut().expect("the site has a circuit");
        let (answer, changed) = circuit.ask(self.now, &mut self.lots);
        let reason = match &answer {
            Ok(admission) if admission.probe.is_some() => "probe",
            Ok(_) => "closed",
            Err(refusal) => refusal.reason,
        };
        self.record.told.push(Told::Asked { reason });
        (answer, changed)
    }

    /// Is the circuit certain to refuse an attempt? Asking changes nothing.
    pub(crate) fn circuit_refuses(&self) -> Option<Refusal> {
        let circuit = self.key.circuit.as_ref()?;
        // A breaker of the user's own does not say for how long.
        let retry_after = circuit.left(self.now).filter(|_| !self.key.own_breaker);
        (circuit.state(self.now) == "open").then_some(Refusal { reason: "open", retry_after })
    }

    /// An attempt is over: well, badly, or with nothing to say. A success that took longer than `slow` is a failure.
    pub(crate) fn tell_circuit(&mut self, admission: Admission, class: Option<&'static str>, took: Ns) -> Changed {
        let circuit = self.key.circuit.as_mut().expect("the attempt was admitted");
        if let Some(class) = class {
            self.record.told.push(Told::Ended { class, took });
        }
        let slow = class == Some("success") && circuit.policy.slow.is_some_and(|slow| took > nanos(slow));
        circuit.end(admission, class.map(|class| class == "success" && !slow), slow, self.now, &mut self.lots)
    }

    // ---- budgets

    /// The first attempt of a call, or a hedge beside it, succeeded.
    pub(crate) fn deposit(&mut self, site: Site) {
        match site.payer() {
            Payer::Nobody => {}
            Payer::Own => self.record.paid.push(Paid::Deposit),
            Payer::Key => self.key.retries.as_mut().expect("the site made it").deposit(),
        }
        if let (Some(bucket), Some(_)) = (&mut self.key.hedges, site.hedge().filter(|hedge| hedge.budget.limited)) {
            bucket.deposit();
        }
    }

    pub(crate) fn pay_for_retry(&mut self, site: Site) -> bool {
        match site.payer() {
            Payer::Nobody => true,
            Payer::Own => {
                let granted = self.key.grants & 1 == 1;
                self.key.grants = self.key.grants.rotate_right(1);
                self.record.paid.push(Paid::Withdraw { granted });
                granted
            }
            Payer::Key => self.key.retries.as_mut().expect("the site made it").withdraw(self.now),
        }
    }

    /// A retry that was paid for does not start.
    pub(crate) fn refund_retry(&mut self, site: Site) {
        match site.payer() {
            Payer::Nobody => {}
            Payer::Own => self.record.paid.push(Paid::Refund),
            Payer::Key => self.key.retries.as_mut().expect("the site made it").refund(),
        }
    }

    fn hedge_bucket(&mut self, site: Site) -> Option<&mut Bucket> {
        site.hedge().filter(|hedge| hedge.budget.limited)?;
        self.key.hedges.as_mut()
    }

    pub(crate) fn pay_for_hedge(&mut self, site: Site) -> bool {
        let now = self.now;
        self.hedge_bucket(site).is_none_or(|bucket| bucket.withdraw(now))
    }

    pub(crate) fn refund_hedge(&mut self, site: Site) {
        if let Some(bucket) = self.hedge_bucket(site) {
            bucket.refund();
        }
    }

    /// While the hedge budget is low, only what is slow even among the slow is hedged.
    pub(crate) fn least_hedge_delay(&mut self, site: Site) -> Option<Ns> {
        let share = site.hedge()?.budget.percent;
        let is_low = self.hedge_bucket(site).is_some_and(|bucket| bucket.is_low());
        is_low.then(|| self.key.latencies.percentile(100u32.saturating_sub(share).clamp(50, 99)))?
    }
}
