//! One key or pattern of a document, with its sections.

use crate::section::Section;
use crate::{Pattern, Policy};
use std::sync::Arc;

/// A name in a document, and what it was resolved to.
///
/// ```
/// use recourse_policy::document::{DocumentReader, Format, KnownNames, NameKind};
///
/// let names = KnownNames::new().with(NameKind::Budget, "shared");
/// let document = DocumentReader::new().names(names).read("p.toml", Format::Toml, b"[users.get]\nbudget = 'shared'\n")?;
/// let budget = document.entries()[0].names().and_then(|names| names.budget.as_ref());
/// assert_eq!(budget.map(|budget| &*budget.name), Some("shared"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolution<H> {
    /// The name.
    pub name: Arc<str>,
    /// What [`Names::resolve`](super::Names::resolve) returned for it.
    pub handle: H,
}

/// The names of an entry.
///
/// ```
/// use recourse_policy::document::{DocumentReader, Format, KnownNames, NameKind};
///
/// let names = KnownNames::new().with(NameKind::Trigger, "adaptive");
/// let text = b"[search]\nhedge = { trigger = 'adaptive' }\n";
/// let document = DocumentReader::new().names(names).read("p.toml", Format::Toml, text)?;
/// let names = document.entries()[0].names().ok_or("no names")?;
/// assert!(names.trigger.is_some() && names.hedge_budget.is_none() && names.classify.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolutions<H> {
    /// `hedge.trigger`
    pub trigger: Option<Resolution<H>>,
    /// `hedge.budget`
    pub hedge_budget: Option<Resolution<H>>,
    /// `budget`
    pub budget: Option<Resolution<H>>,
    /// `classify`
    pub classify: Option<Resolution<H>>,
}

impl<H> Resolutions<H> {
    pub(super) fn is_empty(&self) -> bool {
        self.trigger.is_none() && self.hedge_budget.is_none() && self.budget.is_none() && self.classify.is_none()
    }
}

/// One key or pattern of a document, with its sections, every value within its bounds.
///
/// ```
/// use recourse_policy::document::{DocumentReader, Format, Section};
///
/// let document = DocumentReader::new().read("p.toml", Format::Toml, b"[users.get]\ntimeout = '2s'\nenabled = false\n")?;
/// let entry = &document.entries()[0];
/// assert_eq!((entry.pattern().as_str(), &**entry.file(), entry.line()), ("users.get", "p.toml", 1));
/// assert_eq!((entry.enabled(), entry.line_of(Section::Timeout)), (Some(false), Some(2)));
/// assert!(entry.policy().timeout.is_some() && entry.names().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<H> {
    pub(super) pattern: Pattern,
    pub(super) policy: Policy,
    pub(super) enabled: Option<bool>,
    /// Boxed, because hardly any entry has names.
    pub(super) names: Option<Box<Resolutions<H>>>,
    pub(super) file: Arc<str>,
    pub(super) line: u32,
    /// The line of each section, in the order of [`Section::ALL`]; 0 if it is not there.
    pub(super) lines: [u32; Section::ALL.len()],
}

impl<H> Entry<H> {
    /// Returns the key or pattern.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Returns the settings. A hedge with a named trigger has the delay that holds without the trigger, and a section whose budget is
    /// named has none: see [`Self::names`].
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns whether the mechanisms are on; `None` if the entry does not say.
    pub fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    /// Returns the names of the entry and what they were resolved to.
    pub fn names(&self) -> Option<&Resolutions<H>> {
        self.names.as_deref()
    }

    /// Returns the file, or wherever the entry is from.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Returns the line of the entry, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Returns the line of a section, from 1; `None` if the entry does not have it.
    pub fn line_of(&self, section: Section) -> Option<u32> {
        let line = self.lines.get(section as usize).copied().unwrap_or_default();
        (line > 0).then_some(line)
    }
}
