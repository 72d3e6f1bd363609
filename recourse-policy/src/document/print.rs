//! Prints documents, in a form that is read as the same document.

use super::document::Document;
use super::entry::Entry;
use super::format::Format;
use crate::section::Section;
use crate::{BudgetPolicy, DurationText, HedgeWhen};
use std::fmt::Write as _;

/// A value, as both formats write it.
enum Printed {
    Scalar(String),
    Fields(Vec<(&'static str, String)>),
}

impl<H> Document<H> {
    /// Prints the document, one table for each entry. What is printed is read as the same entries.
    ///
    /// ```
    /// use recourse_policy::document::{DocumentReader, Format};
    ///
    /// let text = r#"{ "key": "users.get", "retry": { "max_attempts": 4 }, "timeout": "2s" }"#;
    /// let document = DocumentReader::new().read("get.json", Format::Json, text.as_bytes())?;
    /// assert_eq!(document.print(Format::Toml), "[\"users.get\"]\nretry = \"4 attempts\"\ntimeout = \"2s\"\n");
    /// # Ok::<(), recourse_policy::document::Refused>(())
    /// ```
    pub fn print(&self, format: Format) -> String {
        let header = [("version", self.header.version), ("schema", self.header.schema)];
        let header = header.into_iter().filter_map(|(name, number)| Some((name, number?)));
        match format {
            Format::Toml => {
                let mut text = String::new();
                for (name, number) in header {
                    // Writing to a String cannot fail.
                    let _ = writeln!(text, "{name} = {number}");
                }
                for entry in &self.entries {
                    let gap = if text.is_empty() { "" } else { "\n" };
                    let _ = writeln!(text, "{gap}[{}]", quoted(entry.pattern.as_str()));
                    for (name, value) in sections(entry) {
                        let _ = writeln!(text, "{name} = {}", value.print(" = ", false));
                    }
                }
                text
            }
            Format::Json => {
                let mut members: Vec<String> = header.map(|(name, number)| format!("  \"{name}\": {number}")).collect();
                for entry in &self.entries {
                    let sections = sections(entry);
                    let sections =
                        sections.iter().map(|(name, value)| format!("\n    \"{name}\": {}", value.print(": ", true)));
                    let sections = sections.collect::<Vec<_>>().join(",");
                    members.push(format!("  {}: {{{sections}\n  }}", quoted(entry.pattern.as_str())));
                }
                format!("{{\n{}\n}}\n", members.join(",\n"))
            }
        }
    }
}

impl Printed {
    fn print(&self, is: &str, quotes: bool) -> String {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::Fields(fields) => {
                let quote = if quotes { "\"" } else { "" };
                let fields = fields.iter().map(|(name, value)| format!("{quote}{name}{quote}{is}{value}"));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Texts, keys and names have no character that either format would have to escape.
fn quoted(text: impl std::fmt::Display) -> String {
    format!("\"{text}\"")
}

fn sections<H>(entry: &Entry<H>) -> Vec<(&'static str, Printed)> {
    let policy = &entry.policy;
    let budget = entry.names().and_then(|names| names.budget.as_ref()).map(|budget| quoted(&budget.name));
    let classify = entry.names().and_then(|names| names.classify.as_ref()).map(|classify| quoted(&classify.name));
    let section = |section: Section| {
        let value = match section {
            Section::Enabled => Printed::Scalar(entry.enabled?.to_string()),
            Section::Retry => Printed::Scalar(quoted(policy.retry?)),
            Section::Hedge => hedge(entry)?,
            Section::Circuit => Printed::Scalar(quoted(policy.circuit?)),
            Section::Budget => Printed::Scalar(budget.clone().or_else(|| policy.budget.map(quoted))?),
            Section::Timeout => Printed::Scalar(quoted(DurationText(policy.timeout?))),
            Section::AttemptTimeout => Printed::Scalar(quoted(DurationText(policy.attempt_timeout?))),
            Section::Classify => Printed::Scalar(classify.clone()?),
        };
        Some((section.name(), value))
    };
    Section::ALL.into_iter().filter_map(section).collect()
}

/// Prints the hedge section: its text, or fields if there are names in it.
fn hedge<H>(entry: &Entry<H>) -> Option<Printed> {
    let hedge = entry.policy.hedge?;
    let (trigger, budget) = match entry.names() {
        Some(names) => (names.trigger.as_ref(), names.hedge_budget.as_ref()),
        None => (None, None),
    };
    if trigger.is_none() && budget.is_none() {
        return Some(Printed::Scalar(quoted(hedge)));
    }
    let mut fields = Vec::new();
    let mut field = |name, value| fields.push((name, value));
    match (trigger, hedge.when) {
        (Some(trigger), _) => field("trigger", quoted(&trigger.name)),
        (None, HedgeWhen::Never) => field("trigger", quoted("none")),
        (None, HedgeWhen::Percentile { percentile, .. }) => field("trigger", quoted(format_args!("p{percentile}"))),
        (None, HedgeWhen::After(_)) => {}
    }
    if let HedgeWhen::After(delay) | HedgeWhen::Percentile { or: Some(delay), .. } = hedge.when {
        field("delay", quoted(DurationText(delay)));
    }
    field("max_hedges", hedge.max_hedges.to_string());
    field("budget", budget.map_or_else(|| values(hedge.budget), |budget| quoted(&budget.name)));
    field("fail_slow", hedge.fail_slow.to_string());
    Some(Printed::Fields(fields))
}

/// Prints a budget by its values: `defaults` means another one in a hedge section.
fn values(budget: BudgetPolicy) -> String {
    if budget.limited { quoted(format_args!("{}% + {}/s", budget.percent, budget.per_second)) } else { quoted("none") }
}
