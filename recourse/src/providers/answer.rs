//! What documents say, as the answers of a provider.

use super::names::Named;
use super::provided::Provided;
use crate::sync::Arc;
use recourse_policy::document::{Documents, Entry, Unmatched};
use recourse_policy::{Key, Section};

/// Returns what documents say about a key. `place` says where a section stands.
pub(super) fn provided(
    documents: &Documents<Named>,
    key: &Key,
    template: Option<&str>,
    place: impl Fn(&Entry<Named>, Section) -> Arc<str>,
) -> Provided {
    let found = documents.resolve(key.as_str(), template);
    let place = |section| Some((section, place(found.source(section)?, section)));
    Provided {
        policy: *found.policy(),
        enabled: found.enabled(),
        trigger: found.trigger().and_then(|named| named.handle.trigger()),
        hedge_budget: found.hedge_budget().and_then(|named| named.handle.budget()),
        budget: found.budget().and_then(|named| named.handle.budget()),
        places: Section::ALL.into_iter().filter_map(place).collect(),
    }
}

/// Returns the entries that match no known key, one line each. `place` says where an entry stands.
pub(super) fn unmatched(
    documents: &Documents<Named>,
    known: &[&str],
    place: impl Fn(&Entry<Named>) -> String,
) -> Vec<String> {
    let line = |Unmatched { entry, nearest, .. }: Unmatched<'_, Named>| {
        let (place, pattern) = (place(entry), entry.pattern());
        let dots = if pattern.below().is_some() { ".*" } else { "" };
        let meant = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}{dots}`?"));
        format!("{place}: `{pattern}` matches no key that was called{meant}")
    };
    documents.unmatched(known.iter().copied()).into_iter().map(line).collect()
}
