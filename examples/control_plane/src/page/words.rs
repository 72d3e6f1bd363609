//! The worst case of a policy in words.

use crate::check::Checked;
use recourse_policy::document::Resolved;
use recourse_policy::{DurationText, Pattern, Section};

/// The most that one call can cost. What no document sets is the program's, so there may be more of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Worst {
    pub(super) attempts: String,
    pub(super) delays: String,
    pub(super) time: String,
}

impl Worst {
    pub(super) fn of(found: &Resolved<'_, ()>) -> Self {
        if found.enabled() == Some(false) {
            let time = found.policy().timeout.map_or("no limit here".to_owned(), |time| DurationText(time).to_string());
            return Self { attempts: "1, switched off".to_owned(), delays: "none".to_owned(), time };
        }
        let (policy, worst) = (found.policy(), found.policy().worst_case());
        let attempts = match (policy.retry, policy.hedge, worst.attempts) {
            (None, None, _) => "as the program says".to_owned(),
            (None, Some(_), Some(most)) => format!("{most} for each the program makes"),
            (_, _, Some(most)) => most.to_string(),
            (_, _, None) => "without end".to_owned(),
        };
        let delays = match (policy.retry, worst.delays) {
            (None, _) => "as the program says".to_owned(),
            (Some(_), Some(delays)) if delays.is_zero() => "none".to_owned(),
            (Some(_), Some(delays)) => DurationText(delays).to_string(),
            (Some(_), None) => "without end".to_owned(),
        };
        let more = policy.timeout.is_none() && policy.retry.is_some_and(|retry| retry.repeats());
        let time = match worst.time {
            Some(time) if more => format!("{}, more if a server asks for longer delays", DurationText(time)),
            Some(time) => DurationText(time).to_string(),
            None => "no limit here".to_owned(),
        };
        Self { attempts, delays, time }
    }

    const NAMES: [&str; 3] = ["most attempts", "longest delays", "longest time"];

    pub(super) fn rows(&self) -> [(&'static str, &str); 3] {
        let [attempts, delays, time] = Self::NAMES;
        [(attempts, &self.attempts), (delays, &self.delays), (time, &self.time)]
    }
}

/// What one policy is before an edit and after it, line by line: sections, then the worst case.
#[derive(Debug)]
pub(super) struct Change<'c> {
    pub(super) pattern: &'c Pattern,
    pub(super) sections: Vec<Row>,
    pub(super) worst: Vec<Row>,
}

/// A value before and after.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Row {
    pub(super) fn is_same(&self) -> bool {
        self.before == self.after
    }
}

/// One policy before an edit, or after it.
struct Side {
    sections: Vec<(Section, String)>,
    worst: Worst,
}

impl Side {
    /// Returns nothing if the documents say nothing.
    fn of(checked: &Checked, pattern: &Pattern) -> Option<Self> {
        let found = checked.resolve(pattern);
        let sections = found.sections();
        (!sections.is_empty()).then(|| Self { sections, worst: Worst::of(&found) })
    }
}

/// Returns the policies that an edit changes, those that only inherit from the edited ones included.
pub(super) fn changes<'c>(before: Option<&'c Checked>, after: &'c Checked) -> Vec<Change<'c>> {
    let mut patterns = after.patterns();
    patterns.extend(before.iter().flat_map(|before| before.patterns()));
    patterns.sort();
    patterns.dedup();
    let change = |pattern: &'c Pattern| {
        let (old, new) = (before.and_then(|before| Side::of(before, pattern)), Side::of(after, pattern));
        let (old, new) = (old.as_ref(), new.as_ref());
        let section = |section: Section| {
            let text =
                |side: &Side| side.sections.iter().find(|(name, _)| *name == section).map(|(_, text)| text.clone());
            Row { name: section.name(), before: old.and_then(text), after: new.and_then(text) }
        };
        let worst = |(at, name): (usize, &'static str)| {
            let text = |side: &Side| side.worst.rows()[at].1.to_owned();
            Row { name, before: old.map(text), after: new.map(text) }
        };
        Change {
            pattern,
            sections: Section::ALL.map(section).into_iter().filter(|row| !row.is_same()).collect(),
            worst: Worst::NAMES.into_iter().enumerate().map(worst).collect(),
        }
    };
    patterns.into_iter().map(change).filter(|change| !change.sections.is_empty()).collect()
}
