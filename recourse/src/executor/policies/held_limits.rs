//! The limits that operators hold, by key and pattern. They stand above every other source but the kill switch.

use crate::sync::{Mutex, lock};
use recourse_policy::{Key, Origin, Pattern, Patterns, Policy, Source, Sources};

/// The number of keys and patterns whose limits can be held. Names may come from outside, so there is a limit.
const MOST_HELD: usize = 10_000;

/// What is held: policies of which only `concurrency` and `rate` are set.
#[derive(Debug, Default)]
pub(in crate::executor) struct HeldLimits(Mutex<Patterns<Policy>>);

impl HeldLimits {
    /// Returns what is held for a key: of each section the most specific entry.
    pub(in crate::executor) fn of(&self, key: &Key, template: Option<&str>) -> (Policy, Sources) {
        let (mut held, mut sources) = (Policy::new(), Sources::new());
        for (pattern, policy) in lock(&self.0).matches_with_pattern(key.as_str(), template) {
            held.fill(policy, |section| {
                sources.set(section, Source::new(Origin::Operator, Some(pattern.as_str().into())));
            });
        }
        (held, sources)
    }

    /// Returns what is held under a key or pattern itself.
    pub(in crate::executor) fn get(&self, pattern: &Pattern) -> Policy {
        lock(&self.0).get(pattern).copied().unwrap_or_default()
    }

    /// Changes what is held. Returns what was held before and what is now; `None` if there is no room.
    pub(in crate::executor) fn change(
        &self,
        pattern: &Pattern,
        change: impl FnOnce(&mut Policy),
    ) -> Option<(Policy, Policy)> {
        let mut entries = lock(&self.0);
        let before = entries.get(pattern).copied();
        let mut policy = before.unwrap_or_default();
        change(&mut policy);
        if policy.is_empty() {
            entries.remove(pattern);
        } else if before.is_some() || entries.len() < MOST_HELD {
            entries.insert(pattern.clone(), policy);
        } else {
            return None;
        }
        Some((before.unwrap_or_default(), policy))
    }

    pub(in crate::executor) fn list(&self) -> Vec<(Pattern, Policy)> {
        let mut list: Vec<_> = lock(&self.0).iter().map(|(pattern, policy)| (pattern.clone(), *policy)).collect();
        list.sort_by(|(one, _), (other, _)| one.cmp(other));
        list
    }
}
