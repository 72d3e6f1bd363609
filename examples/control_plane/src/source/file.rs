//! One document as it is kept, and why it is not written.

use recourse_policy::document::Format;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The longest name of a document that is made here.
const MOST_LETTERS: usize = 200;

/// One document as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// The path below the folder, with `/`, or the key below the prefix.
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) bytes: Vec<u8>,
    /// When it was changed last, for people.
    pub(crate) changed: String,
}

/// Why a document was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// Somebody else has changed the document: what it is now, if it is still there.
    #[error("somebody else has changed the document meanwhile")]
    Conflict(Option<Vec<u8>>),
    #[error("{0}")]
    Failed(String),
}

impl SourceFile {
    /// Names these very bytes, for everybody who edits them: who names others has read something else.
    pub(crate) fn tag(&self) -> String {
        tag_of(&self.bytes)
    }

    /// The text, with a replacement character for what is none.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

/// Returns the first half of the SHA-256 of some bytes, as hexadecimal digits.
pub(crate) fn tag_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).fold(String::new(), |mut tag, byte| {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
        tag
    })
}

/// True for a name that a new document may have: `users.toml`, `users/get.json`. Such a name leads nowhere but below the folder.
pub(crate) fn is_new_name(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        !part.is_empty() && !part.starts_with('.') && part.chars().all(is_letter)
    };
    Format::of_file(name).is_some()
        && name.len() <= MOST_LETTERS
        && name.split('/').count() <= 8
        && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::is_new_name;

    #[test]
    fn names_of_new_documents() {
        for name in ["users.toml", "users/get.json", "eu-1/users_v2/get.v3.toml"] {
            assert!(is_new_name(name), "{name}");
        }
        let bad =
            ["", "users", "users.yaml", "/users.toml", "../users.toml", "a/../b.toml", ".toml", "a/.toml", "a//b.toml"];
        for name in bad.into_iter().chain([
            "a b.toml",
            "a\\b.toml",
            "a\0.toml",
            "é.toml",
            "C:/a.toml",
            "a/b/c/d/e/f/g/h/i.toml",
        ]) {
            assert!(!is_new_name(name), "{name}");
        }
        assert!(!is_new_name(&format!("{}.toml", "x".repeat(200))));
    }
}
