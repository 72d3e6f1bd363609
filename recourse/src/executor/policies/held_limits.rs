//! The limits that operators hold, by key and pattern. They stand above every other source but the kill switch.

use crate::executor::key::entries::entries_of;
use crate::sync::{Mutex, lock};
use recourse_policy::{Key, Origin, Pattern, Patterns, Policy, Source, Sources};
use std::cell::Cell;

/// The number of keys and patterns whose limits can be held. Names may come from outside, so there is a limit.
const MOST_HELD: usize = 10_000;

/// What is held, by key and pattern.
#[derive(Debug, Default)]
pub(in crate::executor) struct HeldLimits(Mutex<Patterns<Held>>);

/// What is held under a key or pattern.
#[derive(Clone, Debug, Default)]
pub(in crate::executor) struct Held {
    /// Only `concurrency` and `rate` are set.
    pub(in crate::executor) policy: Policy,
    /// A call has met it since: kept, since keys are evicted.
    pub(in crate::executor) met: Cell<bool>,
}

impl HeldLimits {
    /// Returns what is held for a key whose sites have these templates: of each section the most specific entry.
    pub(in crate::executor) fn of(&self, key: &Key, templates: &[Option<&'static str>]) -> (Policy, Sources) {
        let (mut held, mut sources) = (Policy::new(), Sources::new());
        for (pattern, entry) in entries_of(&lock(&self.0), key, templates) {
            entry.met.set(true);
            held.fill(&entry.policy, |section| {
                sources.set(section, Source::new(Origin::Operator, Some(pattern.as_str().into())));
            });
        }
        (held, sources)
    }

    /// Returns what is held under a key or pattern itself.
    pub(in crate::executor) fn get(&self, pattern: &Pattern) -> Held {
        lock(&self.0).get(pattern).cloned().unwrap_or_default()
    }

    /// Changes what is held. Returns what was held before and what is now; `None` if there is no room.
    pub(in crate::executor) fn change(
        &self,
        pattern: &Pattern,
        change: impl FnOnce(&mut Policy),
    ) -> Option<(Policy, Policy)> {
        let mut entries = lock(&self.0);
        let known = entries.get(pattern).cloned();
        let has_room = known.is_some() || entries.len() < MOST_HELD;
        let Held { policy: before, met } = known.unwrap_or_default();
        let mut policy = before;
        change(&mut policy);
        if policy.is_empty() {
            entries.remove(pattern);
        } else if has_room {
            entries.insert(pattern.clone(), Held { policy, met });
        } else {
            return None;
        }
        Some((before, policy))
    }

    pub(in crate::executor) fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }

    pub(in crate::executor) fn list(&self) -> Vec<(Pattern, Held)> {
        let mut list: Vec<_> = lock(&self.0).iter().map(|(pattern, held)| (pattern.clone(), held.clone())).collect();
        list.sort_by(|(one, _), (other, _)| one.cmp(other));
        list
    }
}
