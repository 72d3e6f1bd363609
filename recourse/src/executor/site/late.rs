//! Calls that come too late: their time is over before they begin, or they have less left than it takes.

#[cfg(feature = "tower")]
use crate::context;
use crate::context::Limits;
use crate::executor::site::least_time::LeastTime;
use crate::executor::site::resolved::ResolvedSite;
use crate::time::Instant;
use std::time::Duration;

impl ResolvedSite {
    /// True if the time of a call that begins now is over, or less is left of it than the call is to begin with.
    pub(crate) fn is_late(&self, limits: Limits) -> bool {
        if self.at_least.is_some() {
            return self.expired
                || self.rejects && limits.remaining(Instant::now).is_some_and(|left| self.is_too_little(left));
        }
        self.expired || self.rejects && limits.moment().is_some_and(|moment| moment <= Instant::now())
    }

    /// True if this is less than a call is to have left.
    pub(crate) fn is_too_little(&self, left: Duration) -> bool {
        left.is_zero() || self.at_least.as_ref().is_some_and(|least| least.is_more_than(left))
    }

    /// True if a call that has less left than it is to have begins all the same. To be asked once for each such call.
    #[cold]
    pub(crate) fn begins_all_the_same(&self, left: Option<Duration>) -> bool {
        let has_time = !self.expired && left.is_some_and(|left| !left.is_zero());
        has_time && self.at_least.as_ref().is_some_and(LeastTime::lets_begin)
    }

    /// True if a call is certain to be refused now: by its circuit, or because of its time. What was learnt does not refuse every call.
    #[cfg(feature = "tower")]
    pub(crate) fn refuses(&self) -> bool {
        let is_short = |left: Duration| match &self.at_least {
            Some(LeastTime::Written(least)) => left < *least,
            _ => false,
        };
        let is_late = |left: Duration| left.is_zero() || is_short(left);
        self.expired
            || self.rejects && context::limits().remaining(Instant::now).is_some_and(is_late)
            || self.circuit.as_ref().is_some_and(|circuit| circuit.refuses(Instant::now).is_some())
    }
}
