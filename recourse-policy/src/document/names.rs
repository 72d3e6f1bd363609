//! Names in documents: of triggers, budgets and classifiers that the program has registered.

use std::convert::Infallible;

/// The kinds of things that a document can name.
///
/// ```
/// use recourse_policy::document::NameKind;
///
/// assert_eq!(NameKind::Trigger.noun(), "trigger");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// A trigger of hedges: `hedge.trigger`.
    Trigger,
    /// A budget that several keys share: `budget`, `hedge.budget`.
    Budget,
    /// A classifier of errors: `classify`.
    Classifier,
}

impl NameKind {
    /// Returns the noun for messages: `trigger`, `budget`, `classifier`.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Budget => "budget",
            Self::Classifier => "classifier",
        }
    }
}

/// The registries of a program. A name that is not in them refuses a document.
///
/// ```
/// use recourse_policy::document::{NameKind, Names};
///
/// struct Budgets;
///
/// impl Names for Budgets {
///     type Handle = &'static str;
///
///     fn resolve(&self, kind: NameKind, name: &str) -> Option<&'static str> {
///         (kind == NameKind::Budget && name == "search").then_some("the budget of all searches")
///     }
///
///     fn names(&self, kind: NameKind) -> Vec<String> {
///         if kind == NameKind::Budget { vec!["search".to_owned()] } else { vec![] }
///     }
/// }
///
/// assert!(Budgets.resolve(NameKind::Budget, "somebody").is_none());
/// ```
pub trait Names {
    /// What a name is resolved to. [`Documents`](super::Documents) keep it beside the policy.
    type Handle: Clone;

    /// Returns the thing that has the name.
    fn resolve(&self, kind: NameKind, name: &str) -> Option<Self::Handle>;

    /// Returns all names of a kind, for messages.
    fn names(&self, kind: NameKind) -> Vec<String>;

    /// Returns what to write in place of a name, if there can be no names of this kind.
    ///
    /// ```
    /// use recourse_policy::document::{NameKind, Names, NoNames};
    ///
    /// assert_eq!(NoNames.instead(NameKind::Budget), None);
    /// ```
    fn instead(&self, kind: NameKind) -> Option<&'static str> {
        let _ = kind;
        None
    }
}

impl<N: Names> Names for &N {
    type Handle = N::Handle;

    fn resolve(&self, kind: NameKind, name: &str) -> Option<N::Handle> {
        (*self).resolve(kind, name)
    }

    fn names(&self, kind: NameKind) -> Vec<String> {
        (*self).names(kind)
    }

    fn instead(&self, kind: NameKind) -> Option<&'static str> {
        (*self).instead(kind)
    }
}

/// No names: every name in a document is unknown.
///
/// ```
/// use recourse_policy::document::{NameKind, Names, NoNames};
///
/// assert!(NoNames.names(NameKind::Budget).is_empty());
/// assert!(NoNames.resolve(NameKind::Budget, "shared").is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoNames;

impl Names for NoNames {
    type Handle = Infallible;

    fn resolve(&self, _: NameKind, _: &str) -> Option<Infallible> {
        None
    }

    fn names(&self, _: NameKind) -> Vec<String> {
        Vec::new()
    }
}

/// Names without what they stand for, to check documents outside of the program that has the registries.
///
/// ```
/// use recourse_policy::document::{KnownNames, NameKind, Names};
///
/// let names = KnownNames::new().with(NameKind::Trigger, "adaptive");
/// assert!(names.resolve(NameKind::Trigger, "adaptive").is_some());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownNames {
    names: Vec<(NameKind, String)>,
}

impl KnownNames {
    /// Creates a list without names.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a name.
    #[must_use]
    pub fn with(mut self, kind: NameKind, name: impl Into<String>) -> Self {
        self.names.push((kind, name.into()));
        self
    }
}

impl Names for KnownNames {
    type Handle = ();

    fn resolve(&self, kind: NameKind, name: &str) -> Option<()> {
        self.names.iter().any(|(other, known)| *other == kind && known == name).then_some(())
    }

    fn names(&self, kind: NameKind) -> Vec<String> {
        self.names.iter().filter(|(other, _)| *other == kind).map(|(_, name)| name.clone()).collect()
    }
}
