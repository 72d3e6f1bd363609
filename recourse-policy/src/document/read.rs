//! Reads one document: limits first, then the tree, then its shape and the entries.

use super::content;
use super::document::{Document, Header};
use super::encoding::text_of;
use super::entry::{Entry, Resolution, Resolutions};
use super::fault::Refused;
use super::findings::{faults, tree_fault};
use super::folder::key_of;
use super::format::Format;
use super::kind::FaultKind;
use super::lines::Lines;
use super::names::{NameKind, Names, NoNames};
use super::reading::Reading;
use super::section::Name;
use super::shape::{self, Asked, Found};
use super::tree::{self, Node, TreeFaultKind};
use crate::section::Section;
use crate::{Key, OperatorBounds, Pattern};
use std::{collections::HashMap, path::Path, sync::Arc};

/// Reads documents, within the bounds of an operator.
///
/// ```
/// use recourse_policy::document::{DocumentReader, Format};
///
/// let text = r#"
/// [users.get]
/// retry = "3 attempts, exponential 10ms..250ms"
/// timeout = "2 s"
/// "#;
/// let refused = DocumentReader::new().read("policies.toml", Format::Toml, text.as_bytes()).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "policies.toml:4:12: [users.get] timeout: `2 s` has a blank between number and unit; did you mean `2s`?"
/// );
/// ```
#[derive(Clone, Debug, Default)]
pub struct DocumentReader<N = NoNames> {
    bounds: OperatorBounds,
    names: N,
}

impl DocumentReader {
    /// Creates a reader with the default bounds, and without names.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<N: Names> DocumentReader<N> {
    /// Sets the bounds of all documents.
    #[must_use]
    pub fn bounds(mut self, bounds: OperatorBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Sets the registries that resolve names in documents.
    #[must_use]
    pub fn names<M: Names>(self, names: M) -> DocumentReader<M> {
        DocumentReader { bounds: self.bounds, names }
    }

    /// Returns the bounds that were set.
    pub fn max(&self) -> &OperatorBounds {
        &self.bounds
    }

    /// Reads a document of many keys, or of one that names its key. `file` is for messages.
    ///
    /// # Errors
    ///
    /// Returns every fault of the document at once if it cannot be used.
    pub fn read(&self, file: &str, format: Format, bytes: &[u8]) -> Result<Document<N::Handle>, Refused> {
        self.read_as(Asked::Nothing, file, format, bytes)
    }

    /// Reads a document of a folder. If it has the sections of one key and does not name the key, the path below the folder says the key:
    /// `users.get` for `users/get.toml`. Otherwise it is read as by [`Self::read`].
    ///
    /// ```
    /// use recourse_policy::document::{DocumentReader, Format};
    /// use std::path::Path;
    ///
    /// let path = Path::new("users/get.toml");
    /// let document = DocumentReader::new().read_in_folder(path, "policies/users/get.toml", Format::Toml, b"timeout = '2s'").unwrap();
    /// assert_eq!(document.entries()[0].pattern().as_str(), "users.get");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns every fault of the document at once if it cannot be used.
    pub fn read_in_folder(
        &self,
        path: &Path,
        file: &str,
        format: Format,
        bytes: &[u8],
    ) -> Result<Document<N::Handle>, Refused> {
        let key = key_of(path);
        self.read_as(key.as_ref().map_or(Asked::Nothing, Asked::Unnamed), file, format, bytes)
    }

    /// Reads the document of one key, as it is found under the key's name. If the document names a key, it has to be this one.
    ///
    /// # Errors
    ///
    /// Returns every fault of the document at once if it cannot be used.
    ///
    /// ```
    /// use recourse_policy::{Key, OperatorBounds, document::{DocumentReader, Format, NoNames}};
    /// let reader = DocumentReader::new().bounds(OperatorBounds::new().max_attempts(4)).names(NoNames);
    /// assert_eq!(reader.max().max_keys, OperatorBounds::new().max_keys);
    /// let document = reader.read_key(&Key::from_static("users.get"), "answer", Format::Json, br#"{ "retry": "9 attempts" }"#).unwrap();
    /// assert_eq!(document.entries()[0].policy().retry, Some("4 attempts".parse().unwrap()));
    /// ```
    pub fn read_key(
        &self,
        key: &Key,
        file: &str,
        format: Format,
        bytes: &[u8],
    ) -> Result<Document<N::Handle>, Refused> {
        self.read_as(Asked::Only(key), file, format, bytes)
    }

    /// Reads the document of one key that comes from far away: it has to name this key, since it may be an answer to another question.
    ///
    /// ```
    /// use recourse_policy::Key;
    /// use recourse_policy::document::{DocumentReader, Format};
    ///
    /// let (reader, key) = (DocumentReader::new(), Key::from_static("users.get"));
    /// let answer = br#"{ "key": "orders.get", "timeout": "2s" }"#;
    /// let refused = reader.read_named_key(&key, "answer", Format::Json, answer).unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "answer:1:10: key: `orders.get` is another key than the document was asked for, `users.get`; write \"users.get\""
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// Returns every fault of the document at once if it cannot be used.
    pub fn read_named_key(
        &self,
        key: &Key,
        file: &str,
        format: Format,
        bytes: &[u8],
    ) -> Result<Document<N::Handle>, Refused> {
        self.read_as(Asked::Named(key), file, format, bytes)
    }

    fn read_as(
        &self,
        asked: Asked<'_>,
        file: &str,
        format: Format,
        bytes: &[u8],
    ) -> Result<Document<N::Handle>, Refused> {
        let file: Arc<str> = file.into();
        let mut reading = Reading::default();
        let text = text_of(bytes, &self.bounds, &mut reading);
        let lines = Lines::new(text);
        let mut document = Document {
            file: file.clone(),
            header: Header::default(),
            entries: Vec::new(),
            reports: Vec::new(),
            more: 0,
        };
        if reading.findings.is_empty() {
            let (root, faults) = match format {
                Format::Toml => tree::read_toml(text, self.bounds.max_depth),
                Format::Json => tree::read_json(text, self.bounds.max_depth),
            };
            // What is found in a tree with a hole in it may be no fault.
            let whole = faults.iter().all(|fault| fault.kind == TreeFaultKind::Duplicate);
            for fault in faults {
                tree_fault(fault, format, &mut reading);
            }
            if whole {
                self.read_tree(root, asked, &mut document, &lines, &mut reading);
            }
        }
        let refused = reading.refusing > 0;
        let more = (reading.refusing + reading.reports).saturating_sub(reading.findings.len());
        let faults = faults(reading.findings, &file, &lines);
        if refused {
            return Err(Refused::new(faults, more));
        }
        (document.reports, document.more) = (faults, more);
        Ok(document)
    }

    fn read_tree(
        &self,
        root: Node<'_>,
        asked: Asked<'_>,
        document: &mut Document<N::Handle>,
        lines: &Lines<'_>,
        reading: &mut Reading,
    ) {
        let (header, found) = shape::find(root, asked, reading);
        document.header = header;
        if found.len() > self.bounds.max_keys {
            let most = self.bounds.max_keys;
            let value = (found.len().to_string(), "");
            let says = format!("the document has {} keys and patterns, and {most} are allowed", found.len());
            let instead = "write fewer, or raise `max_keys` of `OperatorBounds`";
            return reading.find(FaultKind::TooLarge, 0..0, "", value, says, instead);
        }
        let mut seen: HashMap<Arc<str>, u32> = HashMap::with_capacity(found.len());
        document.entries.reserve_exact(found.len());
        for entry in found {
            let text: Arc<str> = entry.name.as_str().into();
            // A text that is no key is not shown as one.
            reading.begin("".into());
            let Some(pattern) = shape::pattern(&entry, reading) else { continue };
            reading.begin(text.clone());
            let (line, _) = lines.place(entry.span.start);
            if let Some(first) = seen.insert(text.clone(), line) {
                let says = format!("{} is there twice, first in line {first}", crate::quote::Quoted(&text));
                let value = (text.to_string(), "");
                reading.find(FaultKind::Duplicate, entry.span, "", value, says, "leave one of them out");
                continue;
            }
            let entry = self.read_entry(&entry, pattern, document.file.clone(), lines, reading);
            document.entries.push(Entry { line, ..entry });
        }
        reading.begin("".into());
    }

    fn read_entry(
        &self,
        found: &Found<'_>,
        pattern: Pattern,
        file: Arc<str>,
        lines: &Lines<'_>,
        reading: &mut Reading,
    ) -> Entry<N::Handle> {
        let before = reading.findings.len();
        let read = content::read(&found.members, found.fields, reading);
        let resolve = |kind, name: &Option<Name>, reading: &mut Reading| {
            name.as_ref().and_then(|name| self.resolve(kind, name, reading))
        };
        let names = Resolutions {
            trigger: resolve(NameKind::Trigger, &read.trigger, reading),
            hedge_budget: resolve(NameKind::Budget, &read.hedge_budget, reading),
            budget: resolve(NameKind::Budget, &read.budget, reading),
            classify: resolve(NameKind::Classifier, &read.classify, reading),
        };
        let (policy, changes) = self.bounds.apply(read.policy);
        reading.clamped(&changes);
        // Half of a contradiction may be missing because it could not be read.
        if reading.findings.iter().skip(before).all(|finding| !finding.kind.refuses()) {
            reading.conflicts(&policy.conflicts());
        }
        let mut at = [0; Section::ALL.len()];
        for (section, line) in Section::ALL.into_iter().zip(&mut at) {
            if let Some(member) = found.members.iter().find(|member| member.name == section.name()) {
                *line = lines.place(member.span.start).0;
            }
        }
        let names = (!names.is_empty()).then(|| Box::new(names));
        Entry { pattern, policy, enabled: read.enabled, names, file, line: 0, lines: at }
    }

    fn resolve(&self, kind: NameKind, name: &Name, reading: &mut Reading) -> Option<Resolution<N::Handle>> {
        let handle = self.names.resolve(kind, &name.text);
        if handle.is_none() {
            let known = self.names.names(kind);
            let mut words: Vec<&str> = known.iter().map(String::as_str).collect();
            // The words of the field are as likely to be meant.
            match kind {
                NameKind::Trigger => words.extend(["none", "p50", "p90", "p95", "p99"]),
                NameKind::Budget => words.extend(["none", "defaults"]),
                NameKind::Classifier => {}
            }
            let noun = kind.noun();
            let instead = match crate::text::did_you_mean(&name.text, &words) {
                _ if known.is_empty() && self.names.instead(kind).is_some() => {
                    self.names.instead(kind).unwrap_or_default().to_owned()
                }
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None if known.is_empty() => format!("register the {noun} before the document is read"),
                None => format!("registered are {}", known.join(", ")),
            };
            let shown = crate::quote::Quoted(&name.text).to_string();
            let says = format!("no {noun} has the name {shown}");
            let value = (shown, &*words.join(", "));
            reading.find(FaultKind::UnknownName, name.span.clone(), name.field, value, says, instead);
        }
        Some(Resolution { name: name.text.as_str().into(), handle: handle? })
    }
}
