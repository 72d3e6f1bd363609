//! Texts that are never shown.

use std::fmt::{self, Debug};
use zeroize::Zeroizing;

/// A text that is never shown: a token, a password, a private key. It is overwritten when it is dropped; copies that the HTTP client makes to
/// send it are not.
///
/// ```
/// use recourse::providers::remote::Secret;
///
/// let token = Secret::new("of-the-team");
/// assert_eq!(format!("{token:?}"), "***");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text, to show it never again.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
