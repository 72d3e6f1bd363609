//! Waiting while all attempts are pending: for the limit of an attempt, for that of the call, or for a hedge.

use super::World;
use super::attempts::{Drop, Who};
use super::call::{Call, Next, PaidFor};
use super::circuit::Circuit;
use super::nanos;
use crate::record::{Happened, MS, Ns};
use recourse::policy::{HedgePolicy, HedgeWhen};

/// How soon a percentile without enough samples is asked again.
const ASK_AGAIN: Ns = 25 * MS;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    Attempt(Who),
    Call,
}

enum Hedge {
    Starts,
    AskAt(Ns),
    Never,
}

impl Call<'_> {
    pub(super) fn wait(&mut self, world: &mut World) -> Next {
        let site = self.site;
        self.begin_to_count(world.now);
        if !site.waits() {
            return Next::Pending;
        }
        loop {
            let limit = self.first_limit();
            let hedge = site.hedge().map_or(Hedge::Never, |hedge| self.hedge(world, hedge, limit.map(|(at, _)| at)));
            match (hedge, limit) {
                (Hedge::Starts, _) => return self.launch(world, true),
                // A hedge at a limit, or after it, is of no use.
                (Hedge::AskAt(at), limit) if limit.is_none_or(|(limit, _)| at < limit) => {
                    self.timer = Some(at);
                    if !world.is_due(at) {
                        return Next::Pending;
                    }
                }
                (_, Some((at, limit))) => {
                    self.timer = Some(at);
                    if !world.is_due(at) {
                        return Next::Pending;
                    }
                    return match limit {
                        Limit::Call => self.timed_out(world),
                        Limit::Attempt(who) => {
                            self.attempt_over(world, who, "attempt_timeout", None, Drop::Lost);
                            self.group_over_if_none_runs(world)
                        }
                    };
                }
                (_, None) => return Next::Pending,
            }
        }
    }

    /// The limit that comes first. Of the attempts only the oldest can reach its own next.
    fn first_limit(&self) -> Option<(Ns, Limit)> {
        let policy = self.site.policy;
        let call = self.started.zip(policy.timeout).map(|(started, timeout)| (started + nanos(timeout), Limit::Call));
        let oldest = self.group.oldest().zip(policy.attempt_timeout);
        let attempt = oldest.map(|((who, since), timeout)| (since + nanos(timeout), Limit::Attempt(who)));
        match (attempt, call) {
            (Some(attempt), Some(call)) if attempt.0 < call.0 => Some(attempt),
            (attempt, call) => call.or(attempt),
        }
    }

    /// Does a hedge start now?
    fn hedge(&mut self, world: &mut World, policy: HedgePolicy, limit: Option<Ns>) -> Hedge {
        let group = &self.group;
        let is_late = limit.is_some_and(|limit| world.now >= limit);
        if group.hedges_no_more || self.is_probe || group.hedged >= policy.max_hedges || is_late {
            return Hedge::Never;
        }
        let last = group.last_hedge.or(group.since).expect("time counts");
        let ran = world.now - last;
        if ran < group.least_hedge_delay {
            return Hedge::AskAt(last + group.least_hedge_delay);
        }
        // The dependency asked everybody to wait, not only the attempt that it told.
        if let Some(not_before) = group.not_before.filter(|not_before| world.now < *not_before) {
            return Hedge::AskAt(not_before);
        }
        let Some(delay) = delay(world, policy) else { return Hedge::AskAt(world.now + ASK_AGAIN) };
        if ran < delay {
            return Hedge::AskAt(last + delay);
        }
        if let Some(least) = world.least_hedge_delay(self.site).filter(|least| ran < *least) {
            return Hedge::AskAt(last + least);
        }
        // The circuit before the budget: what the circuit refuses is not paid for. Hedges do not probe.
        if self.site.has_circuit() {
            if !world.key.circuit.as_ref().is_some_and(Circuit::is_closed) {
                self.group.hedges_no_more = true;
                self.event(world, Happened::HedgeDenied { reason: "circuit" });
                return Hedge::Never;
            }
            let (answer, _) = world.ask_circuit();
            self.admission = answer.ok();
        }
        // It takes what is free at once, or does not start. The budget last: a hedge that has no room costs nothing.
        let reason = match self.claim_for_hedge(world) {
            Err(reason) => reason,
            Ok(()) if world.pay_for_hedge(self.site) => {
                self.paid = Some(PaidFor::Hedge);
                return Hedge::Starts;
            }
            Ok(()) => "budget",
        };
        self.give_back(world);
        // Ordinary calls have ended when this one has run twice as long.
        self.group.least_hedge_delay = ran * 2;
        self.event(world, Happened::HedgeDenied { reason });
        Hedge::AskAt(last + ran * 2)
    }
}

/// How long the newest attempt has to run before a hedge starts; `None` if that is not known yet.
fn delay(world: &World, policy: HedgePolicy) -> Option<Ns> {
    match policy.when {
        HedgeWhen::After(delay) => Some(nanos(delay)),
        HedgeWhen::Percentile { percentile, or } => match world.key.latencies.percentile(percentile) {
            // Half a tick less, since timers round up.
            Some(slow) => Some(slow.max(MS) - MS / 2),
            None => or.map(nanos),
        },
        _ => None,
    }
}
