//! The error of a text that is not a key: what is wrong, and which key was probably meant.

use super::path;
use super::text::{Fault, first_fault};
use crate::{limits, quote::Quoted};
use std::{error::Error, fmt};

/// Why a text is not a [`Key`](crate::Key).
///
/// ```
/// let error = recourse_policy::Key::parse("users/get").unwrap_err();
/// assert_eq!(error.position(), 5);
/// assert_eq!(
///     error.to_string(),
///     "key: `/` in `users/get` is not allowed; a-z, A-Z, 0-9, `_`, `-` and single dots between parts are allowed; \
///      did you mean `users.get`?"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError {
    position: usize,
    message: String,
}

impl KeyError {
    pub(super) fn of(text: &str) -> Option<Self> {
        let (position, fault) = first_fault(text)?;
        let value = Quoted(text);
        let allowed = "a-z, A-Z, 0-9, `_`, `-` and single dots between parts are allowed";
        // Only called for texts that are no longer than a key may be, so the suggestion is not shortened.
        let instead = || match path::text_of(text) {
            Some(key) => format!("did you mean {}?", Quoted(&key)),
            None => "write a name such as `users.get`".to_owned(),
        };
        let message = match fault {
            Fault::Empty => "key: the text is empty; write a name such as `users.get`".to_owned(),
            Fault::TooLong => {
                let (length, most) = (text.chars().count(), limits::MAX_KEY_LEN);
                format!("key: {value} has {length} characters, and {most} are allowed; write a shorter name")
            }
            Fault::Letter => {
                let letter: String = text.get(position..).unwrap_or_default().chars().take(1).collect();
                format!("key: {} in {value} is not allowed; {allowed}; {}", Quoted(&letter), instead())
            }
            Fault::EmptyPart => format!("key: {value} has an empty part; {allowed}; {}", instead()),
        };
        Some(Self { position, message })
    }

    /// Returns the byte at which the text stops being a key.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for KeyError {}
