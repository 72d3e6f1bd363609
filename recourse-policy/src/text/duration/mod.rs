//! Durations: a number and a unit, exact to the nanosecond, without floats.

mod explain;
mod piece;
mod read;

pub(super) use explain::is_unit;
pub(super) use read::read;

use super::TextError;
use crate::{bounds, quote::Quoted};
use std::{fmt, ops::Range, time::Duration};

/// The units, from large to small, in nanoseconds.
const UNITS: [(&str, u128); 5] =
    [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)];

/// A duration that displays as it is written in a policy.
///
/// ```
/// use recourse_policy::{DurationText, text};
/// use std::time::Duration;
///
/// assert_eq!(DurationText(Duration::from_millis(1500)).to_string(), "1.5s");
/// assert_eq!(DurationText(Duration::from_secs(90)).to_string(), "1m30s");
/// assert_eq!(text::duration("1m30s"), Ok(Duration::from_secs(90)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DurationText(pub Duration);

impl fmt::Display for DurationText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        match nanos {
            0 => f.write_str("0s"),
            1..1_000_000 => write_in(f, nanos, 1_000, "us"),
            1_000_000..1_000_000_000 => write_in(f, nanos, 1_000_000, "ms"),
            _ => {
                let mut rest = nanos;
                for (unit, size) in UNITS.into_iter().take(2) {
                    if rest >= size {
                        write!(f, "{}{unit}", rest / size)?;
                    }
                    rest %= size;
                }
                if rest > 0 { write_in(f, rest, 1_000_000_000, "s") } else { Ok(()) }
            }
        }
    }
}

/// Writes a number of nanoseconds in one unit, with as many decimals as it needs.
fn write_in(f: &mut fmt::Formatter<'_>, nanos: u128, size: u128, unit: &str) -> fmt::Result {
    let (whole, fraction) = (nanos / size, nanos % size);
    if fraction == 0 {
        return write!(f, "{whole}{unit}");
    }
    // Adding the size keeps the zeros in front; the 1 it brings is cut off again.
    let digits = (fraction + size).to_string();
    write!(f, "{whole}.{}{unit}", digits.strip_prefix('1').unwrap_or_default().trim_end_matches('0'))
}

/// Reads a duration; zero is one.
///
/// # Errors
///
/// Where the text is not a duration, is finer than a nanosecond, or longer than a [`Duration`] can be.
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

/// Reads a timeout, and refuses one that is out of bounds; `section` is `timeout` or `attempt_timeout`.
///
/// # Errors
///
/// Every fault of the text; never empty.
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
    let rule = if section == bounds::ATTEMPT_TIMEOUT.about.field { bounds::ATTEMPT_TIMEOUT } else { bounds::TIMEOUT };
    if rule.clamp(time).is_none() {
        return Ok(time);
    }
    let message = format!("{section}: {} is out of bounds: {}", Quoted(text.trim()), rule.about.reason);
    Err(vec![TextError::new(trimmed(text), message, true)])
}

fn within(section: &str, text: &str) -> Result<Duration, TextError> {
    let trimmed = trimmed(text);
    read(text.trim()).map_err(|fault| {
        let range = trimmed.start + fault.range.start..trimmed.start + fault.range.end;
        TextError::new(range, format!("{section}: {}", fault.message), false)
    })
}

/// Where the text stands between its blanks.
fn trimmed(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}
