//! How a duration is written in policies and messages: exact to the nanosecond, without floats. `text::duration` reads it back.

use std::{fmt, time::Duration};

/// The units from large to small, in nanoseconds.
pub(crate) const UNITS: [(&str, u128); 5] =
    [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)];

/// A duration that displays as it is written in a policy text.
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
        // One unit with decimals below a minute, hours and minutes above: `1.5s`, but `1m30s`.
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
    // Adding the size keeps leading zeros; the 1 that it adds in front is cut off again.
    let digits = (fraction + size).to_string();
    write!(f, "{whole}.{}{unit}", digits.strip_prefix('1').unwrap_or_default().trim_end_matches('0'))
}
