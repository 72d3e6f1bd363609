//! The name of an operation, checked once and cheap to share.

use super::error::KeyError;
use super::path;
use super::text::{Fault, first_fault};
use std::{
    borrow::Borrow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

/// The stable, low-cardinality name of an operation: `users.get`, `db.shard-7`.
///
/// Parts of `[A-Za-z0-9_-]` joined by single dots, at most [`MAX_KEY_LEN`](crate::limits::MAX_KEY_LEN) characters. The first part is
/// the namespace. A key is cheap to clone, and is compared, ordered, hashed, displayed and parsed as its text.
///
/// ```
/// use recourse_policy::Key;
///
/// const USERS: Key = Key::from_static("users.get");
///
/// let read: Key = "users.get".parse()?;
/// assert_eq!(read, USERS);
/// assert_eq!(read.to_string(), "users.get");
/// assert_eq!(read.namespace(), "users");
/// # Ok::<(), recourse_policy::KeyError>(())
/// ```
#[derive(Clone)]
pub struct Key(Text);

#[derive(Clone)]
enum Text {
    /// Written in the source.
    Static(&'static str),
    Shared(Arc<str>),
}

impl Key {
    /// Creates a key that is written in the source.
    ///
    /// # Panics
    ///
    /// Panics if the text is not a key. In a constant or a static that is a compile error.
    ///
    /// ```compile_fail
    /// const BAD: recourse_policy::Key = recourse_policy::Key::from_static("users/get");
    /// ```
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        match first_fault(text) {
            None => Self(Text::Static(text)),
            Some((_, Fault::Empty)) => panic!("a key is empty; write a name such as `users.get`"),
            Some((_, Fault::TooLong)) => panic!("a key is longer than 200 characters; write a shorter one"),
            Some((_, Fault::Letter)) => {
                panic!(
                    "a key has a character that is not allowed; allowed are a-z, A-Z, 0-9, `_`, `-` and dots between parts"
                )
            }
            Some((_, Fault::EmptyPart)) => {
                panic!("a key has an empty part; parts are joined by single dots, as in `users.get`")
            }
        }
    }

    /// Creates a key from a text that is only known at run time.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a key.
    ///
    /// ```
    /// use recourse_policy::Key;
    ///
    /// let tenant = 7;
    /// assert_eq!(Key::new(format!("tenants.{tenant}"))?.as_str(), "tenants.7");
    /// assert!(Key::new("a b").is_err());
    /// # Ok::<(), recourse_policy::KeyError>(())
    /// ```
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        let text = text.into();
        match KeyError::of(&text) {
            None => Ok(Self(Text::Shared(text.into()))),
            Some(error) => Err(error),
        }
    }

    /// Reads a key from a text.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        match KeyError::of(text) {
            None => Ok(Self(Text::Shared(text.into()))),
            Some(error) => Err(error),
        }
    }

    /// Creates the key of a Rust path, as `std::any::type_name` prints it. Every text gives a key.
    ///
    /// `::` becomes a dot, and `r#` and `{{closure}}` are left out. Characters that a key cannot have separate parts; letters outside
    /// ASCII become `u` and their number, so that different names stay different. A path that is too long keeps its last parts, after
    /// a hash of the whole.
    ///
    /// ```
    /// use recourse_policy::Key;
    ///
    /// assert_eq!(Key::from_path("shop::users::get").as_str(), "shop.users.get");
    /// assert_eq!(Key::from_path("<shop::B as shop::T>::r#match::{{closure}}").as_str(), "shop.B.as.shop.T.match");
    /// assert_eq!(Key::from_path("shop::straße").as_str(), "shop.strau00dfe");
    /// ```
    #[must_use]
    pub fn from_path(path: &str) -> Self {
        match path::text_of(path) {
            Some(text) => Self(Text::Shared(text.into())),
            None => Self(Text::Static("unnamed")),
        }
    }

    /// Creates a key from a text that is known to be one.
    pub(super) fn from_checked(text: String) -> Self {
        Self(Text::Shared(text.into()))
    }

    /// Returns the text of the key.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }

    /// Returns true if the text is written in the program's source, so that the number of such keys is fixed.
    ///
    /// ```
    /// use recourse_policy::Key;
    ///
    /// assert!(Key::from_static("users.get").is_static());
    /// assert!(!Key::parse("users.get").unwrap().is_static());
    /// ```
    pub const fn is_static(&self) -> bool {
        matches!(self.0, Text::Static(_))
    }

    /// Returns the first part.
    pub fn namespace(&self) -> &str {
        self.as_str().split('.').next().unwrap_or_default()
    }
}

impl From<&Key> for Key {
    fn from(key: &Key) -> Self {
        key.clone()
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Key {
    type Error = KeyError;

    fn try_from(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Key {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        Self::new(text)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// A map by `Key` can be looked up with a `&str`.
impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Key {}

impl PartialEq<str> for Key {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Key {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}
