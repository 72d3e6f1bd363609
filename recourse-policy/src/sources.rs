//! Where the sections of a policy come from.

use crate::{Origin, Policy, Section};
use std::{fmt, sync::Arc};

/// Where a section comes from.
///
/// ```
/// use recourse_policy::{Origin, Source};
///
/// let source = Source::new(Origin::File, Some("policies.toml:3".into()));
/// assert_eq!(source.to_string(), "file (policies.toml:3)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The kind of the source.
    pub origin: Origin,
    /// The place in the source, for people: `policies.toml:3 users.*`.
    pub place: Option<Arc<str>>,
}

impl Source {
    /// Creates a source.
    #[must_use]
    pub const fn new(origin: Origin, place: Option<Arc<str>>) -> Self {
        Self { origin, place }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            None => self.origin.fmt(f),
            Some(place) => write!(f, "{} ({place})", self.origin),
        }
    }
}

/// Where each section of a policy comes from. Displays as a line for people.
///
/// ```
/// use recourse_policy::{Origin, Policy, Section, Source, Sources};
/// use std::time::Duration;
///
/// let mut sources = Sources::new();
/// sources.note(&Policy::defaults(), |_| Source::new(Origin::Attribute, None));
/// sources.note(&Policy::new().timeout(Duration::from_secs(1)), |_| Source::new(Origin::File, Some("p.toml:3".into())));
/// assert_eq!(sources.of(Section::Retry).unwrap().origin, Origin::Attribute);
/// assert_eq!(sources.to_string(), "retry: attribute, circuit: attribute, timeout: file (p.toml:3)");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(Vec<(Section, Source)>);

impl Sources {
    /// Creates the sources of an empty policy.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Notes the source of one section, in place of the one that was noted before.
    pub fn set(&mut self, section: Section, source: Source) {
        match self.0.binary_search_by_key(&section, |(section, _)| *section) {
            Ok(index) => self.0[index].1 = source,
            Err(index) => self.0.insert(index, (section, source)),
        }
    }

    /// Notes the source of every section that is set in `policy`, in place of those that were noted before.
    pub fn note(&mut self, policy: &Policy, source: impl Fn(Section) -> Source) {
        for section in Section::ALL {
            if policy.has(section) {
                self.set(section, source(section));
            }
        }
    }

    /// Returns the source of a section; `None` if the policy does not set it.
    pub fn of(&self, section: Section) -> Option<&Source> {
        self.iter().find(|(own, _)| *own == section).map(|(_, source)| source)
    }

    /// Returns the strongest of the kinds of sources: the kill switch, then the call, operators, remote, file, provider, code, attribute, defaults.
    ///
    /// ```
    /// use recourse_policy::{Origin, Section, Source, Sources};
    ///
    /// let mut sources = Sources::new();
    /// sources.set(Section::Retry, Source::new(Origin::Attribute, None));
    /// sources.set(Section::Timeout, Source::new(Origin::Provider, None));
    /// assert_eq!(sources.strongest(), Some(Origin::Provider));
    /// assert_eq!(sources.iter().count(), 2);
    /// ```
    pub fn strongest(&self) -> Option<Origin> {
        self.iter().map(|(_, source)| source.origin).max()
    }

    /// Iterates over the sections that are set, in the order in which they are printed.
    pub fn iter(&self) -> impl Iterator<Item = (Section, &Source)> {
        self.0.iter().map(|(section, source)| (*section, source))
    }
}

impl fmt::Display for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (section, source)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}: {source}", section.name())?;
        }
        Ok(())
    }
}
