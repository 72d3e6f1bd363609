//! The text grammars: how each section is written, read and explained.
//!
//! | section | text |
//! |---|---|
//! | duration | `250ms`, `1.5s`, `2m`, `1m30s`, `500us`: a number and a unit (us, ms, s, m, h), the larger unit first |
//! | retry | `defaults`, `none`, or `N attempts [, delay] [, jitter]` |
//! | delay | `no delay`, `fixed D`, `linear D..D`, `exponential D..D [xF]` |
//! | jitter | `no jitter`, `full jitter`, `equal jitter`, `decorrelated jitter` |
//! | hedge | `none`, or `p50`..`p99` `[or D]` or a delay, then `[, at most N] [, budget B] [, fail slow]` |
//! | circuit | `none`, `defaults`, `sensitive`, or `N failures [in D]` or `N% of M in D`, then `[, slow D] [, cooldown C] [, N probes] [, N successes]` |
//! | cooldown | `D`; `D..D` doubles at each reopening up to the second; `..D` begins with the default |
//! | budget | `none`, `defaults`, or `N% [+ N/s]` |
//!
//! What begins a text stands first; the parts behind it may stand in any order, each once. Singular and plural are both read.
//! A section displays as the shortest text that is read as itself.
//!
//! Two doors: [`strict`] reports every fault at once, values out of bounds too (the attribute's). `str::parse` refuses only
//! what cannot be read and keeps values out of bounds, for [`Policy::normalize`](crate::Policy::normalize) to clamp and report.
//!
//! ```
//! use recourse_policy::{RetryPolicy, text};
//!
//! let faults = text::strict::<RetryPolicy>("50 attempts, exponental 10ms..250ms").unwrap_err();
//! assert_eq!(faults.len(), 2);
//! assert!(faults[0].is_bound());
//! assert_eq!(faults[1].to_string(), "retry: unknown word `exponental`; did you mean `exponential`?");
//! assert_eq!(faults[1].range(), 13..23);
//! ```

mod budget;
mod circuit;
mod duration;
mod hedge;
mod part;
mod reader;
mod retry;
mod suggest;

pub use duration::{DurationText, duration, strict_duration};
pub use suggest::did_you_mean;

use crate::{BudgetPolicy, CircuitPolicy, HedgePolicy, RetryPolicy};
use std::{error::Error, fmt, ops::Range, str::FromStr};

/// One fault of a text: what is wrong, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    range: Range<usize>,
    message: String,
    bound: bool,
}

impl TextError {
    fn new(range: Range<usize>, message: String, bound: bool) -> Self {
        Self { range, message, bound }
    }

    /// The bytes of the text that are wrong; always within the text, and on the borders of characters.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The fault as a sentence that begins with the section.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// True where the text can be read, but says a value that is out of bounds.
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

/// A text that was read to its end, whatever was found on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Read<T> {
    /// What it says, also where that is out of bounds; `None` where it cannot be read.
    pub value: Option<T>,
    /// Every fault, in the order of the text.
    pub faults: Vec<TextError>,
}

mod sealed {
    pub trait Sealed {}
}

/// A section that is written as text: [`RetryPolicy`], [`HedgePolicy`], [`CircuitPolicy`] and [`BudgetPolicy`].
pub trait Text: Sized + sealed::Sealed {
    /// The name of the section, with which each message begins.
    const SECTION: &'static str;

    /// Reads a text to its end and collects every fault: what cannot be read, and what is out of bounds.
    ///
    /// ```
    /// use recourse_policy::{BudgetPolicy, text::Text};
    ///
    /// let read = BudgetPolicy::read("200%");
    /// assert_eq!(read.value, Some(BudgetPolicy::percent(200)));
    /// assert!(read.faults[0].is_bound());
    /// ```
    fn read(text: &str) -> Read<Self>;
}

/// Reads a section, and refuses whatever is wrong with it: all faults at once, values out of bounds too.
///
/// # Errors
///
/// Every fault of the text, in its order; never empty.
///
/// ```
/// use recourse_policy::{RetryPolicy, text};
///
/// assert_eq!(text::strict("5 attempts"), Ok(RetryPolicy::attempts(5)));
///
/// let faults = text::strict::<RetryPolicy>("0 attempts").unwrap_err();
/// assert_eq!(
///     faults[0].message(),
///     "retry: `0 attempts` is out of bounds: attempts are 1 to 10, and the first one counts; \
///      write `none` for no retry"
/// );
/// ```
pub fn strict<T: Text>(text: &str) -> Result<T, Vec<TextError>> {
    let read = T::read(text);
    match read.value {
        Some(value) if read.faults.is_empty() => Ok(value),
        _ => Err(read.faults),
    }
}

/// Reads a section, and refuses only what cannot be read.
fn lenient<T: Text>(text: &str) -> Result<T, TextError> {
    let read = T::read(text);
    // Where there is no value, there is a fault of grammar; the empty error stands for "cannot happen".
    let fault = || read.faults.into_iter().find(|fault| !fault.bound);
    read.value.ok_or_else(|| fault().unwrap_or_else(|| TextError::new(0..0, String::new(), false)))
}

macro_rules! sections {
    ($($section:ty = $name:literal, $read:path;)*) => { $(
        impl sealed::Sealed for $section {}

        impl Text for $section {
            const SECTION: &'static str = $name;

            fn read(text: &str) -> Read<Self> {
                $read(text)
            }
        }

        /// Reads the text of the section. Values out of bounds are kept, for `Policy::normalize` to clamp and report.
        impl FromStr for $section {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                lenient(text)
            }
        }
    )* };
}

sections! {
    RetryPolicy = "retry", retry::read;
    HedgePolicy = "hedge", hedge::read;
    CircuitPolicy = "circuit", circuit::read;
    BudgetPolicy = "budget", budget::read;
}

/// Writes `1 attempt`, `2 attempts`.
fn counted(f: &mut fmt::Formatter<'_>, count: u32, one: &str, many: &str) -> fmt::Result {
    write!(f, "{count} {}", if count == 1 { one } else { many })
}
