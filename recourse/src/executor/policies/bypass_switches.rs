//! The switches of the kill switch, by key and pattern.

use crate::sync::{Mutex, lock};
use recourse_policy::{Key, Origin, Pattern, Patterns, Source};

/// The number of keys and patterns that can be switched off.
const MOST_BYPASSED: usize = 10_000;

/// What is switched off.
#[derive(Debug, Default)]
pub(in crate::executor) struct Bypass(Mutex<Patterns<()>>);

impl Bypass {
    /// Returns the switch that concerns a key, as a source.
    pub(in crate::executor) fn source(&self, key: &Key, template: Option<&str>) -> Option<Source> {
        let switches = lock(&self.0);
        let (pattern, ()) = switches.matches_with_pattern(key.as_str(), template).next()?;
        Some(Source::new(Origin::Bypass, Some(pattern.as_str().into())))
    }

    /// True if that changed something.
    pub(in crate::executor) fn set(&self, pattern: &Pattern, on: bool) -> bool {
        let mut switches = lock(&self.0);
        // Names may come from outside, so there is a limit, as for what operators hold.
        let has_room = switches.len() < MOST_BYPASSED || switches.get(pattern).is_some();
        if on { has_room && switches.insert(pattern.clone(), ()).is_none() } else { switches.remove(pattern).is_some() }
    }

    pub(in crate::executor) fn list(&self) -> Vec<Pattern> {
        let mut patterns: Vec<Pattern> = lock(&self.0).iter().map(|(pattern, ())| pattern.clone()).collect();
        patterns.sort();
        patterns
    }
}
