//! Durations as text: a number and a unit, read exactly to the nanosecond, without floats.
//!
//! `piece.rs` cuts a number with its unit off a text, `read.rs` adds the pieces up, and `explain.rs` says what is wrong with a piece.

mod explain;
mod piece;
mod read;

pub(super) use explain::is_unit;
pub(super) use read::read;

use super::fault::TextError;
use crate::{DurationText, bounds, quote::Quoted};
use std::{ops::Range, str::FromStr, time::Duration};

/// Reads a duration; zero is allowed.
///
/// # Errors
///
/// Returns an error if the text is not a duration, is finer than a nanosecond, or is longer than a [`Duration`] can be.
///
/// ```
/// use recourse_policy::text;
///
/// let error = text::duration("500").unwrap_err();
/// assert_eq!(error.to_string(), "duration: `500` has no unit; did you mean `500ms` or `500s`?");
/// ```
pub fn duration(text: &str) -> Result<Duration, TextError> {
    within("duration", text)
}

/// Reads a duration; zero is allowed.
///
/// ```
/// use recourse_policy::DurationText;
/// use std::time::Duration;
///
/// assert_eq!("1m30s".parse(), Ok(DurationText(Duration::from_secs(90))));
/// ```
impl FromStr for DurationText {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        duration(text).map(Self)
    }
}

/// Reads a timeout, and refuses one that is out of bounds; `section` is `timeout` or `attempt_timeout`.
///
/// # Errors
///
/// Returns every fault of the text; the list is never empty.
///
/// ```
/// use recourse_policy::text;
///
/// let faults = text::strict_duration("timeout", "0s").unwrap_err();
/// assert!(faults[0].is_bound());
/// assert_eq!(
///     faults[0].message(),
///     "timeout: `0s` is out of bounds: a timeout is 1ms to 24h; leave it out for none"
/// );
/// ```
pub fn strict_duration(section: &'static str, text: &str) -> Result<Duration, Vec<TextError>> {
    let time = within(section, text).map_err(|fault| vec![fault])?;
    let rule = bounds::of_time(section);
    if rule.clamp(time).is_none() {
        return Ok(time);
    }
    let message = format!("{section}: {} is out of bounds: {}", Quoted(text.trim()), rule.about.reason);
    Err(vec![TextError::new(trimmed(text), message, true)])
}

/// Reads a duration; a fault begins with `section` and has its place in the untrimmed text.
fn within(section: &str, text: &str) -> Result<Duration, TextError> {
    let trimmed = trimmed(text);
    read(text.trim()).map_err(|fault| {
        let range = trimmed.start + fault.range.start..trimmed.start + fault.range.end;
        TextError::new(range, format!("{section}: {}", fault.message), false)
    })
}

/// Returns the range of the text without the blanks around it.
fn trimmed(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}
