//! The deadlines of a call, and those of its attempts.

use super::CallState;
use crate::context::Limits;
use crate::executor::ResolvedSite;
use crate::time::Instant;

impl CallState {
    /// The deadline around the call, if there was one when it began.
    pub(in crate::call) const fn outer(&self) -> Option<Instant> {
        self.outer
    }

    /// The call's own deadline, if it has one and its time has begun to count.
    pub(super) fn own_deadline(&self, site: &ResolvedSite) -> Option<Instant> {
        self.started.zip(site.timeout).map(|(started, timeout)| started.saturating_add(timeout))
    }

    /// True if the deadline around the call comes first. If both come at once, it is the one around: its caller is told.
    pub(in crate::call) fn outer_is_first(&self, site: &ResolvedSite) -> bool {
        let own = self.own_deadline(site);
        self.outer.is_some_and(|outer| own.is_none_or(|own| outer <= own))
    }

    /// The limits of an attempt: the deadline of the call, and its own limit. `since` is when the attempt's time began to count; time that
    /// has not begun counts from now.
    pub(in crate::call) fn limits_of(&self, site: &ResolvedSite, since: Option<Instant>) -> Limits {
        let from_now = |time: Option<_>| time.map_or(Limits::NONE, Limits::from_now);
        let call = match self.started {
            Some(_) => Limits::NONE,
            None => from_now(site.timeout),
        };
        let attempt = match (since, site.attempt_timeout) {
            (Some(since), Some(limit)) => Limits::at(Some(since.saturating_add(limit))),
            (_, limit) => from_now(limit),
        };
        Limits::at(self.deadline(site)).earlier(call).earlier(attempt)
    }
}
