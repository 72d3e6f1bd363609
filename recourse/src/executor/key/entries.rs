//! What is held by key and pattern for the sites of one key.

use recourse_policy::{Key, Pattern, Patterns};
use std::cmp::Reverse;

/// Returns the entries for a key, the most specific first. `templates` are what the sites of the key complete the key from; `None` stands for sites
/// that name the key as it is. They share the state of the key, so an entry for one of them is an entry for all.
pub(in crate::executor) fn entries_of<'a, T>(
    entries: &'a Patterns<T>,
    key: &'a Key,
    templates: &'a [Option<&'static str>],
) -> Vec<(&'a Pattern, &'a T)> {
    // A key that no call has met yet has no template.
    let templates = if templates.is_empty() { &[None] } else { templates };
    let mut matching: Vec<_> =
        templates.iter().flat_map(|template| entries.matches_with_pattern(key.as_str(), *template)).collect();
    // Of two templates, the one that a site had first.
    matching.sort_by_key(|(pattern, _)| (pattern.kind(), pattern.below().map(|name| Reverse(name.len()))));
    matching
}
