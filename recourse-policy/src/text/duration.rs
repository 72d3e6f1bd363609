//! Durations: a number and a unit, exact to the nanosecond, without floats.

use super::TextError;
use crate::{bounds, quote::Quoted};
use std::{fmt, ops::Range, time::Duration};

/// The units, from large to small, in nanoseconds.
const UNITS: [(&str, u128); 5] =
    [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)];

/// What else people write for a unit, in lower case.
const OTHER_NAMES: [(&str, &[&str]); 5] = [
    ("h", &["h", "hr", "hrs", "hour", "hours"]),
    ("m", &["m", "min", "mins", "minute", "minutes"]),
    ("s", &["s", "sec", "secs", "second", "seconds"]),
    ("ms", &["ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"]),
    ("us", &["us", "\u{b5}s", "\u{3bc}s", "usec", "usecs", "micro", "micros", "microsecond", "microseconds"]),
];

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
    write!(f, "{whole}.{}{unit}", digits.trim_start_matches('1').trim_end_matches('0'))
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

/// What is wrong with a duration; the message has no section yet.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

/// One number with its unit.
struct Piece<'a> {
    whole: &'a str,
    /// The digits behind a point.
    fraction: Option<&'a str>,
    /// Blanks between number and unit, which are a mistake.
    gap: &'a str,
    unit: &'a str,
    /// All of it.
    text: &'a str,
    /// What comes behind it.
    behind: &'a str,
}

impl<'a> Piece<'a> {
    fn split(text: &'a str) -> Self {
        let (whole, rest) = split_while(text, |letter| letter.is_ascii_digit());
        let (fraction, rest) =
            match rest.strip_prefix('.').map(|rest| split_while(rest, |letter| letter.is_ascii_digit())) {
                Some((fraction, rest)) => (Some(fraction), rest),
                None => (None, rest),
            };
        let (gap, unit_on) = split_while(rest, char::is_whitespace);
        let (unit, behind) = split_while(unit_on, char::is_alphabetic);
        let (gap, behind) = if unit.is_empty() { ("", rest) } else { (gap, behind) };
        let text = text.get(..text.len() - behind.len()).unwrap_or_default();
        Self { whole, fraction, gap, unit, text, behind }
    }

    /// The number as it was written, without the unit.
    fn number(&self) -> &'a str {
        let end = self.text.len() - self.unit.len() - self.gap.len();
        self.text.get(..end).unwrap_or_default()
    }

    /// The nanoseconds; the error says why not.
    fn nanos(&self, size: u128) -> Result<u128, &'static str> {
        const TOO_FINE: &str = "is finer than a nanosecond; write fewer decimals";
        const TOO_LONG: &str = "is longer than any duration can be; write a shorter one";
        let whole = self.whole.parse::<u128>().ok().and_then(|whole| whole.checked_mul(size)).ok_or(TOO_LONG)?;
        let decimals = self.fraction.unwrap_or_default().trim_end_matches('0');
        if decimals.is_empty() {
            return Ok(whole);
        }
        // An hour has 3.6e12 nanoseconds, 3600 of them divisible by 16 more: 16 decimals can be exact, more cannot.
        let power = u32::try_from(decimals.len()).ok().filter(|length| *length <= 16).ok_or(TOO_FINE)?;
        let part = decimals.parse::<u128>().map_err(|_| TOO_FINE)? * size;
        let ten = 10_u128.pow(power);
        if part % ten == 0 { whole.checked_add(part / ten).ok_or(TOO_LONG) } else { Err(TOO_FINE) }
    }
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|letter| !keep(letter)).unwrap_or(text.len()))
}

/// True for the name of a unit, ours or another one.
pub(super) fn is_unit(text: &str) -> bool {
    let text = text.to_lowercase();
    OTHER_NAMES.iter().any(|(_, names)| names.contains(&text.as_str()))
}

/// Reads a duration without blanks around it.
pub(super) fn read(text: &str) -> Result<Duration, Fault> {
    let fault = |range: Range<usize>, message: String| Err(Fault { range, message });
    if text.is_empty() {
        return fault(0..0, "a duration is missing; write a number and a unit, such as `500ms`".to_owned());
    }
    let (mut total, mut rest) = (0_u128, text);
    let mut before: Option<(usize, Piece<'_>)> = None;
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let piece = Piece::split(rest);
        let range = at..at + piece.text.len();
        if piece.whole.is_empty() {
            let range = if at == 0 { 0..text.len() } else { at..at + rest.chars().next().map_or(0, char::len_utf8) };
            return fault(range, no_number(text, rest, &piece));
        }
        let rank = match rank(&piece, before.as_ref().map(|(rank, _)| *rank)) {
            Ok(rank) => rank,
            Err(message) => return fault(range, message),
        };
        if let Some((larger, last)) = &before {
            if last.fraction.is_some() {
                let message = "has a fraction before its last part; write whole numbers, as in `1m30.5s`";
                return fault(0..text.len(), format!("{} {message}", Quoted(text)));
            }
            if *larger >= rank {
                let message = format!(
                    "{} has `{}` after `{}`; each unit stands once, the larger first, as in `1m30s`",
                    Quoted(text),
                    piece.unit,
                    last.unit
                );
                return fault(range, message);
            }
        }
        let size = UNITS.get(rank).map_or(1, |(_, size)| *size);
        let sum =
            piece.nanos(size).and_then(|nanos| total.checked_add(nanos).ok_or("is too long; write a shorter one"));
        total = match sum {
            Ok(total) => total,
            Err(why) => return fault(range, format!("{} {why}", Quoted(piece.text))),
        };
        rest = piece.behind;
        before = Some((rank, piece));
    }
    let nanos = u32::try_from(total % 1_000_000_000).unwrap_or_default();
    match u64::try_from(total / 1_000_000_000) {
        Ok(seconds) => Ok(Duration::new(seconds, nanos)),
        Err(_) => {
            let message = format!("{} is longer than any duration can be; write a shorter one", Quoted(text));
            fault(0..text.len(), message)
        }
    }
}

/// The place of the unit in [`UNITS`]; the error says what is wrong with it, or with the number before it.
fn rank(piece: &Piece<'_>, larger: Option<usize>) -> Result<usize, String> {
    let (text, number) = (Quoted(piece.text), piece.number());
    let write = |unit: &str| format!("did you mean {}?", Quoted(&format!("{number}{unit}")));
    if piece.fraction == Some("") {
        return Err(format!("{text} has no digit behind the point; write `{}{}`", piece.whole, piece.unit));
    }
    if piece.unit.is_empty() {
        let next = larger.and_then(|larger| UNITS.get(larger + 1));
        return Err(match next {
            Some((unit, _)) => format!("{text} has no unit; {}", write(unit)),
            None if number.trim_matches(['0', '.']).is_empty() || larger.is_some() => {
                format!("{text} has no unit; write a number and a unit, such as `500ms`")
            }
            None => format!(
                "{text} has no unit; did you mean {} or {}?",
                Quoted(&format!("{number}ms")),
                Quoted(&format!("{number}s"))
            ),
        });
    }
    let unit = piece.unit.to_lowercase();
    let known = OTHER_NAMES.iter().find(|(_, names)| names.contains(&unit.as_str())).map(|(unit, _)| *unit);
    if !piece.gap.is_empty() {
        let unit = known.unwrap_or(piece.unit);
        return Err(format!(
            "{text} has a blank between number and unit; did you mean {}?",
            Quoted(&format!("{number}{unit}"))
        ));
    }
    if let Some(rank) = UNITS.iter().position(|(unit, _)| *unit == piece.unit) {
        return Ok(rank);
    }
    let whole = if piece.fraction.is_none() { piece.whole.parse::<u32>().ok() } else { None };
    Err(match (known, unit.as_str(), whole) {
        (Some(known), ..) => format!("{text} has the unknown unit {}; {}", Quoted(piece.unit), write(known)),
        (None, "d" | "day" | "days", Some(days)) => {
            format!("{text} is in days; write hours: `{}h`", u64::from(days) * 24)
        }
        (None, "ns" | "nanos" | "nanosecond" | "nanoseconds", Some(nanos)) => {
            let short = DurationText(Duration::from_nanos(nanos.into()));
            format!("{text} is in nanoseconds; the smallest unit is us: write `{short}`")
        }
        (None, "e", _)
            if piece.behind.starts_with(|next: char| next.is_ascii_digit() || next == '-' || next == '+') =>
        {
            format!("{text} begins an exponent; write the number in full, as in `1000s`")
        }
        _ => format!("{text} has the unknown unit {}; allowed are us, ms, s, m and h", Quoted(piece.unit)),
    })
}

/// Why no number begins at `rest`.
fn no_number(text: &str, rest: &str, piece: &Piece<'_>) -> String {
    let first = rest.chars().next().unwrap_or_default();
    let shown = Quoted(text);
    let example = "write a number and a unit, such as `500ms`";
    match first {
        '-' if rest.len() == text.len() => format!("{shown} is negative; a duration is not: {example}"),
        '+' if rest.len() == text.len() => format!("{shown} has a sign; {example}"),
        '.' if piece.fraction.is_some_and(|digits| !digits.is_empty()) => {
            format!("{shown} has no digit before the point; write {}", Quoted(&format!("0{}", piece.text)))
        }
        _ if first.is_whitespace() => {
            format!("{shown} has a blank in it; write {}", Quoted(&text.split_whitespace().collect::<String>()))
        }
        _ if first.is_numeric() => format!("{shown} has a digit that is not one of 0 to 9; {example}"),
        _ if rest.len() == text.len() => format!("{shown} is not a duration; {example}"),
        _ => {
            let first = first.to_string();
            format!(
                "{shown} has {} where a number belongs; {example}, or a range such as `10ms..250ms`",
                Quoted(&first)
            )
        }
    }
}
