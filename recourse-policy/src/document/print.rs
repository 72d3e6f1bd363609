//! Prints documents, in a form that is read as the same document.

use super::document::{Document, Header};
use super::documents::{Documents, Resolved};
use super::entry::{Entry, Resolutions};
use super::format::Format;
use crate::section::Section;
use crate::{BudgetPolicy, DurationText, HedgeWhen, Key, Pattern};

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
        print(self.header, None, self.entries.iter(), format)
    }
}

impl<H: Clone> Documents<H> {
    /// Prints all entries as one document, in the order of their patterns, whatever the files are in which they stand.
    ///
    /// ```
    /// use recourse_policy::OperatorBounds;
    /// use recourse_policy::document::{DocumentReader, Documents, Format};
    ///
    /// let reader = DocumentReader::new();
    /// let users = reader.read("users.toml", Format::Toml, b"['users.*']\ntimeout = '2s'")?;
    /// let cart = reader.read("cart.toml", Format::Toml, b"[cart.add]\ntimeout = '1s'")?;
    /// let documents = Documents::new([users, cart], &OperatorBounds::new())?;
    /// assert_eq!(
    ///     documents.print(7, Format::Toml),
    ///     "version = 7\n\n[\"cart.add\"]\ntimeout = \"1s\"\n\n[\"users.*\"]\ntimeout = \"2s\"\n"
    /// );
    /// # Ok::<(), recourse_policy::document::Refused>(())
    /// ```
    pub fn print(&self, version: u64, format: Format) -> String {
        print(Header::of(version), None, in_order(self.entries().collect()).into_iter(), format)
    }

    /// Prints the entries of one namespace as a document, which says nothing about any other: the keys and patterns that begin with it. What
    /// `*` says stands in the entry for all keys of the namespace.
    ///
    /// ```
    /// use recourse_policy::document::{DocumentReader, Documents, Format};
    /// use recourse_policy::{Key, OperatorBounds};
    ///
    /// let text = "['*']\ntimeout = '9s'\n[users.get]\ntimeout = '2s'\n[cart.add]\ntimeout = '1s'";
    /// let document = DocumentReader::new().read("all.toml", Format::Toml, text.as_bytes())?;
    /// let documents = Documents::new([document], &OperatorBounds::new())?;
    /// assert_eq!(
    ///     documents.print_namespace(&Key::from_static("users"), 7, Format::Toml),
    ///     "version = 7\n\n[\"users.*\"]\ntimeout = \"9s\"\n\n[\"users.get\"]\ntimeout = \"2s\"\n"
    /// );
    /// # Ok::<(), recourse_policy::document::Refused>(())
    /// ```
    pub fn print_namespace(&self, namespace: &Key, version: u64, format: Format) -> String {
        let of_all = format!("{namespace}.*");
        let is_of_it = |entry: &&Entry<H>| {
            let rest = entry.pattern.as_str().strip_prefix(namespace.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut entries: Vec<_> = self.entries().filter(is_of_it).collect();
        let found = self.resolve(&of_all, None);
        let for_all = of_all.parse().ok().map(|pattern| Entry { pattern, ..found.as_entry() });
        if let Some(entry) = for_all.as_ref().filter(|entry| !sections(entry).is_empty()) {
            entries.retain(|other| other.pattern != entry.pattern);
            entries.push(entry);
        }
        print(Header::of(version), None, in_order(entries).into_iter(), format)
    }
}

fn in_order<H>(mut entries: Vec<&Entry<H>>) -> Vec<&Entry<H>> {
    entries.sort_by(|a, b| a.pattern.cmp(&b.pattern));
    entries
}

impl<H: Clone> Resolved<'_, H> {
    /// Prints the policy as the document of one key: what a server answers for the key.
    ///
    /// ```
    /// use recourse_policy::document::{DocumentReader, Documents, Format};
    /// use recourse_policy::{Key, OperatorBounds};
    ///
    /// let text = "[users.get]\nretry = '4 attempts'\n['users.*']\ntimeout = '2s'";
    /// let document = DocumentReader::new().read("users.toml", Format::Toml, text.as_bytes())?;
    /// let documents = Documents::new([document], &OperatorBounds::new())?;
    /// let key = Key::from_static("users.get");
    /// assert_eq!(
    ///     documents.resolve(key.as_str(), None).print(&key, 7, Format::Json),
    ///     "{\n  \"version\": 7,\n  \"key\": \"users.get\",\n  \"retry\": \"4 attempts\",\n  \"timeout\": \"2s\"\n}\n"
    /// );
    /// # Ok::<(), recourse_policy::document::Refused>(())
    /// ```
    pub fn print(&self, key: &Key, version: u64, format: Format) -> String {
        let entry = self.as_entry();
        print(Header::of(version), Some(key), std::iter::once(&entry), format)
    }

    /// Returns the sections that the documents have, each as it is written in TOML and without quotes, for people.
    ///
    /// ```
    /// use recourse_policy::document::{DocumentReader, Documents, Format, Section};
    /// use recourse_policy::OperatorBounds;
    ///
    /// let text = "['users.*']\ntimeout = '2000ms'\nretry.max_attempts = 4";
    /// let document = DocumentReader::new().read("users.toml", Format::Toml, text.as_bytes())?;
    /// let documents = Documents::new([document], &OperatorBounds::new())?;
    /// let sections = documents.resolve("users.get", None).sections();
    /// assert_eq!(sections, [(Section::Retry, "4 attempts".to_owned()), (Section::Timeout, "2s".to_owned())]);
    /// # Ok::<(), recourse_policy::document::Refused>(())
    /// ```
    pub fn sections(&self) -> Vec<(Section, String)> {
        let text = |(section, value): (_, Printed)| (section, value.print(" = ", false).trim_matches('"').to_owned());
        sections(&self.as_entry()).into_iter().map(text).collect()
    }

    /// All that holds for the key, as if it stood in one entry. Its pattern and its places are nobody's.
    fn as_entry(&self) -> Entry<H> {
        let names = Resolutions {
            trigger: self.trigger().cloned(),
            hedge_budget: self.hedge_budget().cloned(),
            budget: self.budget().cloned(),
            classify: self.classify().cloned(),
        };
        Entry {
            pattern: Pattern::any(),
            policy: *self.policy(),
            enabled: self.enabled(),
            names: Some(Box::new(names)),
            file: "".into(),
            line: 0,
            lines: [0; Section::ALL.len()],
        }
    }
}

/// Prints a document: of one key if there is one, otherwise with a table for each entry.
fn print<'e, H: 'e>(
    header: Header,
    one: Option<&Key>,
    entries: impl Iterator<Item = &'e Entry<H>>,
    format: Format,
) -> String {
    let header = [
        ("version", header.version.map(|number| number.to_string())),
        ("schema", header.schema.map(|number| number.to_string())),
        ("key", one.map(quoted)),
    ];
    let header = header.into_iter().filter_map(|(name, value)| Some((name, Printed::Scalar(value?))));
    let mut top: Vec<_> = header.collect();
    let mut tables = Vec::new();
    for entry in entries {
        let members = sections(entry).into_iter().map(|(section, value)| (section.name(), value));
        match one {
            Some(_) => top.extend(members),
            None => tables.push((quoted(entry.pattern.as_str()), members.collect::<Vec<_>>())),
        }
    }
    match format {
        Format::Toml => {
            let lines = |members: &[(&str, Printed)]| {
                let lines = members.iter().map(|(name, value)| format!("{name} = {}\n", value.print(" = ", false)));
                lines.collect::<Vec<_>>().concat()
            };
            let tables = tables.iter().map(|(name, members)| format!("[{name}]\n{}", lines(members)));
            let parts = Some(lines(&top)).filter(|top| !top.is_empty()).into_iter().chain(tables);
            parts.collect::<Vec<_>>().join("\n")
        }
        Format::Json => {
            let member = |(name, value): &(&str, Printed)| format!("\"{name}\": {}", value.print(": ", true));
            let top = top.iter().map(member);
            let tables = tables.iter().map(|(name, members)| {
                let members: Vec<_> = members.iter().map(|one| format!("\n    {}", member(one))).collect();
                format!("{name}: {{{}\n  }}", members.join(","))
            });
            let members: Vec<_> = top.chain(tables).map(|member| format!("  {member}")).collect();
            format!("{{\n{}\n}}\n", members.join(",\n"))
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

fn sections<H>(entry: &Entry<H>) -> Vec<(Section, Printed)> {
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
            Section::Concurrency => Printed::Scalar(quoted(policy.concurrency?)),
            Section::Rate => Printed::Scalar(quoted(policy.rate?)),
            Section::Timeout => Printed::Scalar(quoted(DurationText(policy.timeout?))),
            Section::AttemptTimeout => Printed::Scalar(quoted(DurationText(policy.attempt_timeout?))),
            Section::AtLeast => Printed::Scalar(quoted(policy.at_least?)),
            Section::Classify => Printed::Scalar(classify.clone()?),
        };
        Some((section, value))
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
