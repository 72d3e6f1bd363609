//! The fields of an entry: its sections, each read into a policy.

use super::fields::Fields;
use super::reading::Reading;
use super::section::{self, Name, Named};
use super::tree::Member;
use crate::section::Section;
use crate::{Policy, bounds};

/// The content of an entry, with names that are not resolved yet.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) policy: Policy,
    pub(super) enabled: Option<bool>,
    pub(super) trigger: Option<Name>,
    pub(super) hedge_budget: Option<Name>,
    pub(super) budget: Option<Name>,
    pub(super) classify: Option<Name>,
}

/// Reads the fields of an entry. `members` are only those that belong to it; `allowed` are for messages.
pub(super) fn read(members: &[Member<'_>], allowed: &[&'static str], reading: &mut Reading) -> Content {
    let fields = Fields::new("", members, allowed, reading);
    let mut content = Content::default();
    let policy = &mut content.policy;
    for section in Section::ALL {
        let Some(node) = fields.get(section.name()) else { continue };
        // A section that cannot be read is a finding, and stays unset.
        match section {
            Section::Enabled => content.enabled = reading.flag(node, section.name()),
            Section::Retry => policy.retry = section::retry(node, reading),
            Section::Circuit => policy.circuit = section::circuit(node, reading),
            Section::Concurrency => policy.concurrency = section::concurrency(node, reading),
            Section::Rate => policy.rate = section::rate(node, reading),
            Section::Timeout => policy.timeout = reading.duration(node, bounds::TIMEOUT),
            Section::AttemptTimeout => policy.attempt_timeout = reading.duration(node, bounds::ATTEMPT_TIMEOUT),
            Section::AtLeast => policy.at_least = section::at_least(node, reading),
            Section::Classify => content.classify = section::name(node, section.name(), reading),
            Section::Hedge => {
                if let Some(hedge) = section::hedge(node, reading) {
                    policy.hedge = Some(hedge.policy);
                    (content.trigger, content.hedge_budget) = (hedge.trigger, hedge.budget);
                }
            }
            Section::Budget => match section::budget(node, section.name(), bounds::BUDGET, reading) {
                Some(Named::Policy(budget)) => policy.budget = Some(budget),
                Some(Named::Name(name)) => content.budget = Some(name),
                None => {}
            },
        }
    }
    content
}
