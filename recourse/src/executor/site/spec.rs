//! What a call site says about itself.

use crate::budget::Budget;
use crate::circuit::MakeBreaker;
use crate::hedge::Trigger;
use crate::observe::RedactFn;
use recourse_policy::{Capabilities, Policy};

/// A call site's own policy, what its function can do, and which values of the user's it names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) policy: Policy,
    pub(crate) capabilities: Capabilities,
    pub(crate) budget: Option<&'static dyn Budget>,
    pub(crate) trigger: Option<&'static dyn Trigger>,
    /// Makes the circuit breaker of the key.
    pub(crate) breaker: Option<MakeBreaker>,
    /// Changes the texts of the function's errors before the executor's own redaction does.
    pub(crate) redact: Option<RedactFn>,
    /// What the key of a call was completed from: `db.{shard}`.
    pub(crate) template: Option<&'static str>,
    /// The key stands in the program's text, so its state is never evicted.
    pub(crate) pinned: bool,
    /// Its attempts are shown to their bodies, and to the code below.
    pub(crate) shows: bool,
    /// The function has a fallback.
    pub(crate) falls_back: bool,
}

impl Spec {
    /// The spec of a closure. A closure can be called again, and hedged if its author names `hedge`.
    pub(crate) const fn closure(policy: &Policy) -> Self {
        let capabilities = Capabilities { repeat: true, hedge: policy.hedge.is_some(), reject: true };
        Self {
            policy: *policy,
            capabilities,
            budget: None,
            trigger: None,
            breaker: None,
            redact: None,
            template: None,
            pinned: false,
            shows: false,
            falls_back: false,
        }
    }

    /// The spec of one future. It cannot be made again.
    pub(crate) const fn future(policy: &Policy) -> Self {
        Self { capabilities: Capabilities::none(), ..Self::closure(policy) }
    }

    /// True if two sites can use the same [`ResolvedSite`](crate::executor::ResolvedSite). `pinned` is ignored.
    pub(in crate::executor) fn resolves_like(&self, other: &Self) -> bool {
        same_value(self.budget, other.budget)
            && same_value(self.trigger, other.trigger)
            && same_function(self.breaker, other.breaker)
            && same_redaction(self.redact, other.redact)
            && self.policy == other.policy
            && self.capabilities == other.capabilities
            && self.template == other.template
            && self.shows == other.shows
            && self.falls_back == other.falls_back
    }
}

/// Compares by address and type: values without a size may share their address.
fn same_value<T: ?Sized>(one: Option<&T>, other: Option<&T>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Compares addresses. One function may have two, and then each site gets a `ResolvedSite` of its own, which does no harm.
fn same_function(one: Option<MakeBreaker>, other: Option<MakeBreaker>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::fn_addr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// As [`same_function`], for another type of function.
fn same_redaction(one: Option<RedactFn>, other: Option<RedactFn>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::fn_addr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}
