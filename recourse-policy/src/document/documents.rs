//! All documents of one source together: what they say about a key.

use super::document::Document;
use super::entry::{Entry, Resolution};
use super::fault::{Fault, Refused};
use super::kind::FaultKind;
use crate::section::Section;
use crate::{OperatorBounds, Patterns, Policy};
use std::{collections::HashSet, sync::Arc};

/// The documents of one source, such as a folder: what they say about a key, section by section, the most specific entry first.
///
/// ```
/// use recourse_policy::OperatorBounds;
/// use recourse_policy::document::{DocumentReader, Documents, Format, Section};
/// use std::time::Duration;
///
/// let text = r#"
/// ["users.*"]
/// retry = "3 attempts"
/// timeout = "2s"
///
/// [users.get]
/// timeout = "500ms"
/// "#;
/// let document = DocumentReader::new().read("policies.toml", Format::Toml, text.as_bytes())?;
/// let documents = Documents::new([document], &OperatorBounds::new())?;
///
/// let found = documents.resolve("users.get", None);
/// assert_eq!(found.policy().timeout, Some(Duration::from_millis(500)));
/// assert_eq!(found.policy().retry, Some("3 attempts".parse()?));
/// let source = found.source(Section::Retry).unwrap();
/// assert_eq!((source.pattern().as_str(), source.line_of(Section::Retry)), ("users.*", Some(3)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Documents<H> {
    patterns: Patterns<Entry<H>>,
    versions: Vec<(Arc<str>, Option<u64>)>,
}

impl<H> Default for Documents<H> {
    fn default() -> Self {
        Self { patterns: Patterns::new(), versions: Vec::new() }
    }
}

impl<H> Documents<H> {
    /// Puts documents together.
    ///
    /// # Errors
    ///
    /// Returns an error if two of them have the same key or pattern, or if there are more keys than the bounds allow.
    pub fn new(documents: impl IntoIterator<Item = Document<H>>, bounds: &OperatorBounds) -> Result<Self, Refused> {
        let mut all = Self::default();
        let (mut faults, mut count) = (Vec::new(), 0);
        for document in documents {
            all.versions.push((document.file.clone(), document.header.version));
            for entry in document.entries {
                count += 1;
                if count == bounds.max_keys + 1 {
                    faults.push(too_many(&entry, bounds.max_keys));
                }
                if count > bounds.max_keys {
                    continue;
                }
                if let Some(first) = all.patterns.get(&entry.pattern) {
                    faults.push(twice(&entry, first));
                } else {
                    all.patterns.insert(entry.pattern.clone(), entry);
                }
            }
        }
        let more = faults.len().saturating_sub(crate::limits::DOCUMENT_FAULTS);
        faults.truncate(crate::limits::DOCUMENT_FAULTS);
        if faults.is_empty() { Ok(all) } else { Err(Refused::new(faults, more)) }
    }

    /// Returns what the documents say about a key: for each section, the most specific entry that has it. `template` is the template of
    /// the call site, if it has one.
    pub fn resolve<'d>(&'d self, key: &'d str, template: Option<&'d str>) -> Resolved<'d, H> {
        let mut resolved = Resolved { policy: Policy::new(), sources: [None; Section::ALL.len()] };
        for entry in self.patterns.matches(key, template) {
            resolved.policy = resolved.policy.over(entry.policy);
            for (section, source) in Section::ALL.into_iter().zip(&mut resolved.sources) {
                if source.is_none() && entry.line_of(section).is_some() {
                    *source = Some(entry);
                }
            }
        }
        // A budget by name is as much the section as one with values, which a less specific entry may have.
        if resolved.source(Section::Budget).is_some_and(|entry| entry.policy.budget.is_none()) {
            resolved.policy.budget = None;
        }
        resolved
    }

    /// Returns all entries, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry<H>> {
        self.patterns.iter().map(|(_, entry)| entry)
    }

    /// Returns the number of keys and patterns.
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Returns true if there is no key and no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns the files and the versions they name, in the order in which they were given.
    ///
    /// ```
    /// use recourse_policy::OperatorBounds;
    /// use recourse_policy::document::{DocumentReader, Documents, Format};
    ///
    /// let document = DocumentReader::new().read("p.toml", Format::Toml, b"version = 7\n[users.gte]\ntimeout = '2s'\n")?;
    /// let documents = Documents::new([document], &OperatorBounds::new())?;
    /// assert_eq!(documents.versions().map(|(_, version)| version).collect::<Vec<_>>(), [Some(7)]);
    /// assert_eq!((documents.len(), documents.is_empty(), documents.entries().count()), (1, false, 1));
    /// assert_eq!(documents.unmatched(["users.get"]).len(), 1, "nothing is called `users.gte`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn versions(&self) -> impl Iterator<Item = (&Arc<str>, Option<u64>)> {
        self.versions.iter().map(|(file, version)| (file, *version))
    }

    /// Returns the entries that match none of the known keys, by file and line. `known` are keys and, for call sites that have one, their
    /// templates.
    pub fn unmatched<'d>(&'d self, known: impl IntoIterator<Item = &'d str>) -> Vec<Unmatched<'d, H>> {
        let known: Vec<&str> = known.into_iter().collect();
        let mut matched: HashSet<&str> = HashSet::new();
        for key in &known {
            matched.extend(self.patterns.matches(key, None).map(|entry| entry.pattern.as_str()));
        }
        let mut rest: Vec<_> = self.entries().filter(|entry| !matched.contains(entry.pattern.as_str())).collect();
        rest.sort_by_key(|entry| (entry.file.clone(), entry.line));
        // The search compares each entry with each key. Far more entries than keys are a file for another program.
        let searched = (2_000_000 / known.len().max(1)).max(10);
        let nearest = |(index, entry): (usize, &'d Entry<H>)| {
            let name = entry.pattern.below().unwrap_or(entry.pattern.as_str());
            let near = if index < searched { near(name, &known, entry.pattern.below().is_some()) } else { None };
            Unmatched { entry, nearest: near }
        };
        rest.into_iter().enumerate().map(nearest).collect()
    }
}

/// Returns the known key nearest to a name, or for a pattern the nearest name above a key.
fn near<'d>(name: &str, known: &[&'d str], below: bool) -> Option<&'d str> {
    if !below {
        return crate::text::did_you_mean(name, known);
    }
    let mut names: Vec<&str> = known.iter().filter_map(|key| key.rsplit_once('.')).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    crate::text::did_you_mean(name, &names)
}

fn too_many<H>(entry: &Entry<H>, most: usize) -> Fault {
    let message = format!(
        "the documents have more than {most} keys and patterns; write fewer, or raise `max_keys` of `OperatorBounds`"
    );
    fault(FaultKind::TooLarge, entry, message, "write fewer, or raise `max_keys` of `OperatorBounds`".to_owned())
}

fn twice<H>(entry: &Entry<H>, first: &Entry<H>) -> Fault {
    let message = format!(
        "`{}` is there twice, first in {}, line {}; leave one of them out",
        entry.pattern, first.file, first.line
    );
    fault(FaultKind::Duplicate, entry, message, "leave one of them out".to_owned())
}

fn fault<H>(kind: FaultKind, entry: &Entry<H>, message: String, instead: String) -> Fault {
    Fault {
        kind,
        file: entry.file.clone(),
        line: entry.line,
        column: 1,
        key: entry.pattern.as_str().into(),
        field: String::new(),
        value: entry.pattern.to_string(),
        message,
        allowed: String::new(),
        instead,
    }
}

/// An entry that matches no known key.
///
/// ```
/// use recourse_policy::OperatorBounds;
/// use recourse_policy::document::{DocumentReader, Documents, Format};
///
/// let document = DocumentReader::new().read("p.toml", Format::Toml, b"[users.gte]\ntimeout = '2s'\n")?;
/// let documents = Documents::new([document], &OperatorBounds::new())?;
/// let unmatched = documents.unmatched(["users.get", "users.list"]);
/// assert_eq!(unmatched[0].nearest, Some("users.get"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Unmatched<'d, H> {
    /// The entry.
    pub entry: &'d Entry<H>,
    /// The known key that was probably meant; for `users.*`, a name that known keys begin with.
    pub nearest: Option<&'d str>,
}

/// What documents say about one key.
///
/// ```
/// use recourse_policy::OperatorBounds;
/// use recourse_policy::document::{DocumentReader, Documents, Format, Section};
///
/// let document = DocumentReader::new().read("p.toml", Format::Toml, b"[\"users.*\"]\ntimeout = '2s'\nenabled = false\n")?;
/// let documents = Documents::new([document], &OperatorBounds::new())?;
/// let users = documents.resolve("users.get", None);
/// assert!(users.policy().timeout.is_some());
/// assert_eq!(users.enabled(), Some(false));
/// assert_eq!(users.source(Section::Timeout).map(|entry| entry.pattern().as_str()), Some("users.*"));
/// assert!(users.trigger().is_none() && users.budget().is_none() && users.hedge_budget().is_none() && users.classify().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Resolved<'d, H> {
    policy: Policy,
    sources: [Option<&'d Entry<H>>; Section::ALL.len()],
}

impl<'d, H> Resolved<'d, H> {
    /// Returns the settings, each section from the most specific entry that has it. What no entry has is not set.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns the entry that decides a section.
    pub fn source(&self, section: Section) -> Option<&'d Entry<H>> {
        self.sources.get(section as usize).copied().flatten()
    }

    /// Returns whether the mechanisms are on; `None` if no entry says.
    pub fn enabled(&self) -> Option<bool> {
        self.source(Section::Enabled).and_then(|entry| entry.enabled)
    }

    /// Returns the named trigger of hedges.
    pub fn trigger(&self) -> Option<&'d Resolution<H>> {
        self.source(Section::Hedge)?.names()?.trigger.as_ref()
    }

    /// Returns the named budget of hedges.
    pub fn hedge_budget(&self) -> Option<&'d Resolution<H>> {
        self.source(Section::Hedge)?.names()?.hedge_budget.as_ref()
    }

    /// Returns the named budget of retries.
    pub fn budget(&self) -> Option<&'d Resolution<H>> {
        self.source(Section::Budget)?.names()?.budget.as_ref()
    }

    /// Returns the named classifier.
    pub fn classify(&self) -> Option<&'d Resolution<H>> {
        self.source(Section::Classify)?.names()?.classify.as_ref()
    }
}
