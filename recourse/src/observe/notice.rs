//! What observers are told outside of calls.

use super::key_event::{BreakerEvent, LostState};
use super::observer::Observer;
use super::outage::OutageEvent;
use super::policy_change::PolicyChange;
use recourse_policy::{Effective, Key};

/// Something that happened outside of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Notice<'a> {
    /// Something happened to a breaker.
    Breaker(&'a Key, BreakerEvent),
    /// State that said something was lost.
    Evicted(&'a Key, &'a LostState),
    /// A policy was registered, or taken back.
    PolicyChanged(&'a Key, &'a PolicyChange),
    /// A policy is not applied as it was written.
    PolicyResolved(&'a Key, &'a Effective),
    /// A state of a provider was refused.
    PoliciesRefused(&'a str),
    /// The source of a provider has an outage, or has it no more.
    PoliciesOutage(&'a OutageEvent),
    /// Entries of providers match no key.
    PoliciesUnmatched(&'a [String]),
}

impl Notice<'_> {
    /// Calls the method of an observer that is for it.
    pub(super) fn tell(self, observer: &dyn Observer) {
        match self {
            Self::Breaker(key, event) => observer.breaker(key, event),
            Self::Evicted(key, lost) => observer.evicted(key, lost),
            Self::PolicyChanged(key, change) => observer.policy_changed(key, change),
            Self::PolicyResolved(key, effective) => observer.policy_resolved(key, effective),
            Self::PoliciesRefused(why) => observer.policies_refused(why),
            Self::PoliciesOutage(event) => observer.policies_outage(event),
            Self::PoliciesUnmatched(entries) => observer.policies_unmatched(entries),
        }
    }
}
