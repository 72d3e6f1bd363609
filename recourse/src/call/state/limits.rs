//! The deadlines of a call, and those of its attempts.

use super::CallState;
use crate::context::Limits;
use crate::executor::ResolvedSite;
use crate::time::Instant;
use std::time::Duration;

impl CallState {
    /// The deadline around the call, if there was one when it began.
    pub(in crate::call) const fn outer(&self) -> Option<Instant> {
        self.outer
    }

    /// True if the attempts of the call set nothing on their thread, but for the limits of their site.
    pub(in crate::call) const fn sets_nothing(&self) -> bool {
        self.outer.is_none() && self.cold.is_none()
    }

    /// Ends the call at this moment, if that comes before the deadline around it.
    pub(in crate::call) fn end_by(&mut self, deadline: Option<Instant>) {
        self.outer = self.outer.into_iter().chain(deadline).min();
    }

    /// Detaches the call from the deadline around it.
    pub(in crate::call) const fn detach(&mut self) {
        self.outer = None;
    }

    /// Limits the call to this time, if that is shorter than the timeout of its policy.
    pub(in crate::call) fn limit(&mut self, timeout: Duration) {
        self.cold().timeout = Some(timeout);
    }

    /// The timeout of the call: that of its policy, or the one that it was given, if that is shorter.
    pub(in crate::call) fn timeout(&self, site: &ResolvedSite) -> Option<Duration> {
        self.given_time().into_iter().chain(site.timeout).min()
    }

    /// The time that the call was given, if it was given one.
    pub(in crate::call) fn given_time(&self) -> Option<Duration> {
        self.cold.as_ref()?.timeout
    }

    /// The call's own deadline, if it has one and its time has begun to count.
    pub(super) fn own_deadline(&self, site: &ResolvedSite) -> Option<Instant> {
        self.started.zip(self.timeout(site)).map(|(started, timeout)| started.saturating_add(timeout))
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
            None => from_now(self.timeout(site)),
        };
        let attempt = match (since, site.attempt_timeout) {
            (Some(since), Some(limit)) => Limits::at(Some(since.saturating_add(limit))),
            (_, limit) => from_now(limit),
        };
        Limits::at(self.deadline(site)).earlier(call).earlier(attempt)
    }
}
