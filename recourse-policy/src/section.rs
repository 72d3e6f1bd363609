//! The sections of a policy, and their names in documents.

/// The sections of a policy, in the order in which they are printed.
///
/// ```
/// use recourse_policy::Section;
///
/// assert_eq!(Section::AttemptTimeout.name(), "attempt_timeout");
/// assert_eq!(Section::of_name("retry"), Some(Section::Retry));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Section {
    /// `enabled`: false turns off every mechanism but time limits and fallback.
    Enabled,
    /// `retry`
    Retry,
    /// `hedge`
    Hedge,
    /// `circuit`
    Circuit,
    /// `budget`
    Budget,
    /// `concurrency`
    Concurrency,
    /// `timeout`
    Timeout,
    /// `attempt_timeout`
    AttemptTimeout,
    /// `at_least`
    AtLeast,
    /// `classify`: the name of a registered classifier.
    Classify,
}

impl Section {
    /// All sections, in the order in which they are printed.
    pub const ALL: [Self; 10] = [
        Self::Enabled,
        Self::Retry,
        Self::Hedge,
        Self::Circuit,
        Self::Budget,
        Self::Concurrency,
        Self::Timeout,
        Self::AttemptTimeout,
        Self::AtLeast,
        Self::Classify,
    ];

    /// Returns the name of the section in a document.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Retry => "retry",
            Self::Hedge => "hedge",
            Self::Circuit => "circuit",
            Self::Budget => "budget",
            Self::Concurrency => "concurrency",
            Self::Timeout => "timeout",
            Self::AttemptTimeout => "attempt_timeout",
            Self::AtLeast => "at_least",
            Self::Classify => "classify",
        }
    }

    /// Returns the section of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }
}
