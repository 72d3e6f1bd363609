//! A number with its unit, the piece that a duration is made of, and the fault that a piece can have.

use std::ops::Range;

pub(super) const TOO_LONG: &str = "is longer than any duration can be; the longest that is allowed anywhere is `24h`";

/// What is wrong with a duration. The message does not name the section yet.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
}

/// A number with its unit.
pub(super) struct Piece<'a> {
    pub(super) whole: &'a str,
    /// The digits after a point; `None` if there is no point.
    pub(super) fraction: Option<&'a str>,
    /// Blanks between number and unit, which are a fault.
    pub(super) gap: &'a str,
    pub(super) unit: &'a str,
    /// The whole piece.
    pub(super) text: &'a str,
    /// The text after the piece.
    pub(super) behind: &'a str,
}

impl<'a> Piece<'a> {
    /// Cuts the first piece off a text. Never fails: parts that are missing are empty.
    pub(super) fn split(text: &'a str) -> Self {
        let (whole, rest) = split_while(text, |letter| letter.is_ascii_digit());
        let (fraction, rest) =
            match rest.strip_prefix('.').map(|rest| split_while(rest, |letter| letter.is_ascii_digit())) {
                Some((fraction, rest)) => (Some(fraction), rest),
                None => (None, rest),
            };
        let (gap, unit_on) = split_while(rest, char::is_whitespace);
        let (unit, behind) = split_while(unit_on, char::is_alphabetic);
        // Without a unit after them, the blanks belong to what follows.
        let (gap, behind) = if unit.is_empty() { ("", rest) } else { (gap, behind) };
        let text = text.get(..text.len() - behind.len()).unwrap_or_default();
        Self { whole, fraction, gap, unit, text, behind }
    }

    /// Returns the number as it was written, without the unit.
    pub(super) fn number(&self) -> &'a str {
        let end = self.text.len() - self.unit.len() - self.gap.len();
        self.text.get(..end).unwrap_or_default()
    }

    /// Returns the piece in nanoseconds, `size` for each unit; the error completes a sentence about the piece.
    pub(super) fn nanos(&self, size: u128) -> Result<u128, &'static str> {
        const TOO_FINE: &str = "is finer than a nanosecond; write fewer decimals";
        let whole = self.whole.parse::<u128>().ok().and_then(|whole| whole.checked_mul(size)).ok_or(TOO_LONG)?;
        let decimals = self.fraction.unwrap_or_default().trim_end_matches('0');
        if decimals.is_empty() {
            return Ok(whole);
        }
        // An hour has 2^13 * 3^2 * 5^11 nanoseconds, so at most 13 decimals of it can be exact; of smaller units fewer.
        let power = u32::try_from(decimals.len()).ok().filter(|length| *length <= 13).ok_or(TOO_FINE)?;
        let part = decimals.parse::<u128>().map_err(|_| TOO_FINE)? * size;
        let ten = 10_u128.pow(power);
        if part % ten == 0 { whole.checked_add(part / ten).ok_or(TOO_LONG) } else { Err(TOO_FINE) }
    }
}

/// Splits a text before the first character that `keep` refuses.
fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|letter| !keep(letter)).unwrap_or(text.len()))
}
