//! Faults of a text, and the result of reading one.

use crate::quote::harmless;
use std::{error::Error, fmt, ops::Range};

/// One fault of a text: what is wrong, in which place, and what to write instead.
///
/// ```
/// use recourse_policy::RetryPolicy;
///
/// let text = "3 attempts, exponental 10ms..1s";
/// let error = text.parse::<RetryPolicy>().unwrap_err();
/// assert_eq!(&text[error.range()], "exponental");
/// assert!(error.message().ends_with("did you mean `exponential`?"));
/// assert!(!error.is_bound(), "the text cannot be read: no value is merely too large");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    range: Range<usize>,
    message: String,
    bound: bool,
}

impl TextError {
    pub(super) fn new(range: Range<usize>, message: String, bound: bool) -> Self {
        // Some messages repeat a word of the text, which may have come from anywhere.
        Self { range, message: harmless(message), bound }
    }

    /// Returns the bytes of the text that are wrong, always within the text and on the borders of characters.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Returns the fault as a sentence that begins with the section.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns true if the text can be read, but a value in it is out of bounds.
    pub fn is_bound(&self) -> bool {
        self.bound
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for TextError {}

/// The result of reading a text to its end, with every fault that was found.
///
/// ```
/// use recourse_policy::RetryPolicy;
/// use recourse_policy::text::Text;
///
/// let read = RetryPolicy::read("500 attempts, fast");
/// assert_eq!(read.faults.len(), 2, "one value is out of bounds, and one word is unknown: {:?}", read.faults);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Read<T> {
    /// The value, even if it is out of bounds; `None` if the text cannot be read.
    pub value: Option<T>,
    /// Every fault, in the order of the text.
    pub faults: Vec<TextError>,
}
