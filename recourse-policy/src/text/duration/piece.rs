//! One number with its unit.

use super::read::TOO_LONG;

/// One number with its unit.
pub(super) struct Piece<'a> {
    pub(super) whole: &'a str,
    /// The digits behind a point.
    pub(super) fraction: Option<&'a str>,
    /// Blanks between number and unit, which are a mistake.
    pub(super) gap: &'a str,
    pub(super) unit: &'a str,
    /// All of it.
    pub(super) text: &'a str,
    /// What comes behind it.
    pub(super) behind: &'a str,
}

impl<'a> Piece<'a> {
    pub(super) fn split(text: &'a str) -> Self {
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
    pub(super) fn number(&self) -> &'a str {
        let end = self.text.len() - self.unit.len() - self.gap.len();
        self.text.get(..end).unwrap_or_default()
    }

    /// The nanoseconds; the error says why not.
    pub(super) fn nanos(&self, size: u128) -> Result<u128, &'static str> {
        const TOO_FINE: &str = "is finer than a nanosecond; write fewer decimals";
        let whole = self.whole.parse::<u128>().ok().and_then(|whole| whole.checked_mul(size)).ok_or(TOO_LONG)?;
        let decimals = self.fraction.unwrap_or_default().trim_end_matches('0');
        if decimals.is_empty() {
            return Ok(whole);
        }
        // An hour has 2^13 * 3^2 * 5^11 nanoseconds: 13 decimals of it can be exact, more cannot; fewer of any smaller unit.
        let power = u32::try_from(decimals.len()).ok().filter(|length| *length <= 13).ok_or(TOO_FINE)?;
        let part = decimals.parse::<u128>().map_err(|_| TOO_FINE)? * size;
        let ten = 10_u128.pow(power);
        if part.is_multiple_of(ten) { whole.checked_add(part / ten).ok_or(TOO_LONG) } else { Err(TOO_FINE) }
    }
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|letter| !keep(letter)).unwrap_or(text.len()))
}
