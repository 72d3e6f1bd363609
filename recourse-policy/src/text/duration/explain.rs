//! Messages about durations that cannot be read: they name the unit or the number that was probably meant.

use super::piece::{Fault, Piece};
use crate::{DurationText, duration_text::UNITS, quote::Quoted};
use std::time::Duration;

const EXAMPLE: &str = "write a number and a unit, such as `500ms`";

/// Other names that people write for a unit, in lower case.
const OTHER_NAMES: [(&str, &[&str]); 5] = [
    ("h", &["h", "hr", "hrs", "hour", "hours"]),
    ("m", &["m", "min", "mins", "minute", "minutes"]),
    ("s", &["s", "sec", "secs", "second", "seconds"]),
    ("ms", &["ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"]),
    ("us", &["us", "\u{b5}s", "\u{3bc}s", "usec", "usecs", "micro", "micros", "microsecond", "microseconds"]),
];

/// Returns true for any name of a unit, one of [`UNITS`] or another.
pub(crate) fn is_unit(text: &str) -> bool {
    let text = text.to_lowercase();
    OTHER_NAMES.iter().any(|(_, names)| names.contains(&text.as_str()))
}

/// Returns the index of a piece's unit in [`UNITS`]. The error says what is wrong with the unit, or with the number before it. `at` is
/// the position of the piece in the text, and `larger` the unit of the piece before it.
pub(super) fn unit(text: &str, at: usize, piece: &Piece<'_>, larger: Option<usize>) -> Result<usize, Fault> {
    if let Some(message) = disturbed(text, piece) {
        return Err(Fault { range: at..text.len(), message });
    }
    unit_of(piece, larger).map_err(|message| Fault { range: at..at + piece.text.len(), message })
}

/// Returns the message about text after the piece that makes the piece itself unreadable.
fn disturbed(text: &str, piece: &Piece<'_>) -> Option<String> {
    let next = piece.behind.chars().next()?;
    if piece.unit.is_empty() && piece.fraction != Some("") {
        let next = next.to_string();
        return Some(format!("{} has {} where a unit belongs; {EXAMPLE}", Quoted(text), Quoted(&next)));
    }
    let exponent = piece.unit.eq_ignore_ascii_case("e") && matches!(next, '0'..='9' | '-' | '+');
    exponent.then(|| format!("{} has an exponent; write the number in full, as in `1000s`", Quoted(text)))
}

/// Returns the index of the unit, or what is wrong with the piece alone. Checks come in the order in which a reader would notice.
fn unit_of(piece: &Piece<'_>, larger: Option<usize>) -> Result<usize, String> {
    let (shown, number) = (Quoted(piece.text), piece.number());
    let write = |unit: &str| Quoted(&format!("{number}{unit}")).to_string();
    if piece.fraction == Some("") {
        return Err(format!(
            "{shown} has no digit behind the point; write {}",
            Quoted(&format!("{}{}", piece.whole, piece.unit))
        ));
    }
    if piece.unit.is_empty() {
        return Err(match larger.and_then(|larger| UNITS.get(larger + 1)) {
            Some((unit, _)) => format!("{shown} has no unit; did you mean {}?", write(unit)),
            None if larger.is_some() || number.trim_matches(['0', '.']).is_empty() => {
                format!("{shown} has no unit; {EXAMPLE}")
            }
            None => format!("{shown} has no unit; did you mean {} or {}?", write("ms"), write("s")),
        });
    }
    let unit = piece.unit.to_lowercase();
    let known = OTHER_NAMES.iter().find(|(_, names)| names.contains(&unit.as_str())).map(|(unit, _)| *unit);
    if !piece.gap.is_empty() {
        let meant = write(known.unwrap_or(piece.unit));
        return Err(format!("{shown} has a blank between number and unit; did you mean {meant}?"));
    }
    if let Some(rank) = UNITS.iter().position(|(unit, _)| *unit == piece.unit) {
        return Ok(rank);
    }
    let unknown = Quoted(piece.unit);
    let whole = if piece.fraction.is_none() { piece.whole.parse::<u64>().ok() } else { None };
    Err(match (known, unit.as_str(), whole) {
        (Some(known), ..) => format!("{shown} has the unknown unit {unknown}; did you mean {}?", write(known)),
        (None, "d" | "day" | "days", days) => match days.and_then(|days| days.checked_mul(24)) {
            Some(hours) => format!("{shown} is in days; write hours: `{hours}h`"),
            None => format!("{shown} is in days; write hours, as in `24h`"),
        },
        (None, "ns" | "nanos" | "nanosecond" | "nanoseconds", Some(nanos)) => {
            let short = DurationText(Duration::from_nanos(nanos));
            format!("{shown} is in nanoseconds; the smallest unit is us: write `{short}`")
        }
        _ => format!("{shown} has the unknown unit {unknown}; allowed are us, ms, s, m and h"),
    })
}

/// Says why no number begins at `rest`.
pub(super) fn no_number(text: &str, rest: &str, piece: &Piece<'_>) -> String {
    let first = rest.chars().next().unwrap_or_default();
    let shown = Quoted(text);
    match first {
        '-' if rest.len() == text.len() => match text.trim_start_matches(['-', ' ']) {
            time if time.starts_with(|first: char| first.is_ascii_digit()) => {
                format!("{shown} is negative; did you mean {}?", Quoted(time))
            }
            _ => format!("{shown} is negative; {EXAMPLE}"),
        },
        '+' if rest.len() == text.len() => format!("{shown} has a sign; {EXAMPLE}"),
        '.' if piece.fraction.is_some_and(|digits| !digits.is_empty()) => {
            format!("{shown} has no digit before the point; write {}", Quoted(&format!("0{}", piece.text)))
        }
        _ if first.is_whitespace() => {
            format!("{shown} has a blank in it; write {}", Quoted(&text.split_whitespace().collect::<String>()))
        }
        _ if first.is_numeric() => format!("{shown} has a digit that is not one of 0 to 9; {EXAMPLE}"),
        _ if rest.len() == text.len() => format!("{shown} is not a duration; {EXAMPLE}"),
        _ => {
            let first = first.to_string();
            format!(
                "{shown} has {} where a number belongs; {EXAMPLE}, or a range such as `10ms..250ms`",
                Quoted(&first)
            )
        }
    }
}
