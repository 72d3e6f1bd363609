//! Patterns: the names under which documents and programs give policies to one key, or to many.

use super::name::Key;
use super::template::KeyTemplate;
use crate::quote::Quoted;
use std::{error::Error, fmt, hash, str::FromStr, sync::Arc};

/// One key, a template, or all keys below a name: `users.get`, `t.{tenant}`, `users.*`, `*`.
///
/// A template stands for the call site that has it, whatever the values of a call. `users.*` matches every key that begins with `users.`,
/// and `*` every key. A pattern is compared, ordered, hashed and displayed as its text.
///
/// ```
/// use recourse_policy::{Pattern, PatternKind};
///
/// let pattern: Pattern = "users.*".parse()?;
/// assert_eq!(pattern.kind(), PatternKind::Below);
/// assert!(pattern.matches("users.get", None) && !pattern.matches("users", None));
///
/// let template: Pattern = "t.{tenant}".parse()?;
/// assert!(template.matches("t.acme", Some("t.{tenant}")) && !template.matches("t.acme", None));
/// # Ok::<(), recourse_policy::PatternError>(())
/// ```
#[derive(Clone)]
pub struct Pattern {
    text: Arc<str>,
    kind: PatternKind,
}

/// What a pattern stands for, the most specific kind first.
///
/// ```
/// use recourse_policy::{Pattern, PatternKind};
///
/// assert_eq!("users.get".parse::<Pattern>()?.kind(), PatternKind::Key);
/// assert_eq!("db.{shard}".parse::<Pattern>()?.kind(), PatternKind::Template);
/// assert_eq!("users.*".parse::<Pattern>()?.kind(), PatternKind::Below);
/// # Ok::<(), recourse_policy::PatternError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PatternKind {
    /// One key: `users.get`.
    Key,
    /// The call site that has the template: `t.{tenant}`.
    Template,
    /// All keys below a name: `users.*`. Of two, the longer one is more specific.
    Below,
    /// Every key: `*`.
    Any,
}

impl Pattern {
    /// Returns the pattern that matches every key: `*`.
    ///
    /// ```
    /// use recourse_policy::Pattern;
    ///
    /// assert_eq!(Pattern::any().as_str(), "*");
    /// assert!(Pattern::any().matches("whatever", None));
    /// ```
    #[must_use]
    pub fn any() -> Self {
        Self { text: "*".into(), kind: PatternKind::Any }
    }

    /// Returns the text of the pattern.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns what the pattern stands for.
    pub const fn kind(&self) -> PatternKind {
        self.kind
    }

    /// Returns the text before `.*` if the pattern stands for the keys below a name.
    ///
    /// ```
    /// use recourse_policy::Pattern;
    ///
    /// assert_eq!("users.*".parse::<Pattern>()?.below(), Some("users"));
    /// assert_eq!("users.get".parse::<Pattern>()?.below(), None);
    /// # Ok::<(), recourse_policy::PatternError>(())
    /// ```
    pub fn below(&self) -> Option<&str> {
        if self.kind == PatternKind::Below { self.text.strip_suffix(".*") } else { None }
    }

    /// Returns true if the pattern matches a key; `template` is the template of the call site, if it has one.
    ///
    /// Without a call site, ask with the template as the key: patterns match it as they match the keys that it completes to.
    pub fn matches(&self, key: &str, template: Option<&str>) -> bool {
        match self.kind {
            PatternKind::Key => self.as_str() == key,
            PatternKind::Template => self.as_str() == key || template == Some(self.as_str()),
            PatternKind::Below => {
                self.below().and_then(|name| key.strip_prefix(name)).is_some_and(|rest| rest.starts_with('.'))
            }
            PatternKind::Any => true,
        }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let kind = kind_of(text)?;
        Ok(Self { text: text.into(), kind })
    }
}

fn kind_of(text: &str) -> Result<PatternKind, PatternError> {
    if text == "*" {
        return Ok(PatternKind::Any);
    }
    if let Some(name) = text.strip_suffix(".*").filter(|name| !name.contains(['*', '{', '}'])) {
        return match Key::parse(name) {
            Ok(_) => Ok(PatternKind::Below),
            Err(fault) => Err(PatternError(fault.to_string())),
        };
    }
    if text.contains('*') {
        let message = format!(
            "key: `*` in {} is not allowed there; `*` stands alone, or as the last part of a name; write `users.*` for all keys below \
             `users`",
            Quoted(text)
        );
        return Err(PatternError(message));
    }
    if text.contains(['{', '}']) {
        return match text.parse::<KeyTemplate>() {
            Ok(_) => Ok(PatternKind::Template),
            Err(fault) => Err(PatternError(fault.to_string())),
        };
    }
    match Key::parse(text) {
        Ok(_) => Ok(PatternKind::Key),
        Err(fault) => Err(PatternError(fault.to_string())),
    }
}

impl From<&Key> for Pattern {
    fn from(key: &Key) -> Self {
        Self { text: key.as_str().into(), kind: PatternKind::Key }
    }
}

impl From<&Pattern> for Pattern {
    fn from(pattern: &Pattern) -> Self {
        pattern.clone()
    }
}

impl From<Key> for Pattern {
    fn from(key: Key) -> Self {
        Self::from(&key)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl hash::Hash for Pattern {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for Pattern {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pattern {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

/// The error of a text that is not a [`Pattern`].
///
/// ```
/// use recourse_policy::Pattern;
///
/// let error = "users*".parse::<Pattern>().unwrap_err();
/// assert!(error.to_string().contains("write `users.*` for all keys below `users`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for PatternError {}
