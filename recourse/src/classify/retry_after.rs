//! The header `Retry-After`, in both of its forms.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Reads an HTTP `Retry-After` header: seconds (`"120"`), or a date (`"Fri, 31 Dec 1999 23:59:59 GMT"`, also in the two
/// older forms of RFC 9110, section 5.6.7). Returns zero for a date that has passed, and `None` for anything else.
///
/// A call waits as long as its retry section says (`pushback up to D`), or else as long as its timeout leaves time, or without a timeout up
/// to 30 s. A call that is told to wait longer ends at once, with its own error.
///
/// ```
/// use recourse::classify::retry_after;
/// use std::time::Duration;
///
/// assert_eq!(retry_after("5"), Some(Duration::from_secs(5)));
/// assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
/// assert_eq!(retry_after("soon"), None);
/// ```
#[must_use]
pub fn retry_after(header: &str) -> Option<Duration> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    retry_after_at(header, now.as_secs())
}

fn retry_after_at(header: &str, now: u64) -> Option<Duration> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        // A number with too many digits still means "not for a long time".
        return Some(Duration::from_secs(header.parse().unwrap_or(u64::MAX)));
    }
    http_date(header).map(|date| Duration::from_secs(date.saturating_sub(now)))
}

/// Returns the seconds since 1970 of an HTTP date. The day of the week, which comes first, is skipped.
fn http_date(date: &str) -> Option<u64> {
    let rest = date.split_once([' ', ',']).map(|(_, rest)| rest.trim_start_matches([' ', ',']))?;
    // Two of the three forms have the same order of parts; asctime's has no zone and the year at the end.
    let parts: Vec<&str> = rest.split([' ', '-']).filter(|part| !part.is_empty()).collect();
    let ([day, month, year, time, "GMT"] | [month, day, time, year]) = parts.as_slice() else { return None };
    let year = match (year.len(), digits(year)?) {
        (4, year) => year,
        // The only form with two digits is older than this century, but clocks that use it may still run: 1970 to 2069.
        (2, year) => {
            if year < 70 {
                2000 + year
            } else {
                1900 + year
            }
        }
        _ => return None,
    };
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .iter()
        .position(|name| name == month)?;
    let mut clock = time.split(':').map(digits);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let day = digits(day)?;
    if clock.next().is_some() || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 || year < 1970 {
        return None;
    }
    let days = days_before(year, u64::try_from(month).ok()?) + day - 1;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Reads a number of one to four digits.
fn digits(text: &str) -> Option<u64> {
    let all_digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    all_digits.then(|| text.parse().ok())?
}

/// Returns the days from 1970-01-01 to the first of a month (0 is January), in the Gregorian calendar.
fn days_before(year: u64, month: u64) -> u64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = year - 1;
    let years =
        (year - 1970) * 365 + (before / 4 - 1969 / 4) - (before / 100 - 1969 / 100) + (before / 400 - 1969 / 400);
    let months: u64 = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30]
        .iter()
        .zip(0..month)
        .map(|(days, _)| days)
        .sum();
    years + months
}

#[cfg(test)]
mod tests {
    use super::retry_after_at;
    use std::time::Duration;

    const NOW: u64 = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110

    fn secs(header: &str) -> Option<u64> {
        retry_after_at(header, NOW).map(|after| after.as_secs())
    }

    /// retry-8.
    #[test]
    fn both_forms_are_read_and_anything_else_is_refused() {
        for (header, expected) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("999999", Some(999_999)),
            ("9223372036854775808", Some(1 << 63)),
            ("99999999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:39 GMT", Some(2)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sun Nov  6 09:49:37 1994", Some(3_600)),
            ("Thu, 29 Feb 1996 00:00:00 GMT", Some(825_552_000 - NOW)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799 - NOW)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Wed, 01 Jan 1969 00:00:00 GMT", None),
            ("-5", None),
            ("1.5", None),
            ("+3", None),
            ("", None),
            ("120, 240", None),
            ("soon", None),
            ("Sun, 06 Nov 1994 08:49 GMT", None),
            ("Sun, 06 Nov 1994 25:00:00 GMT", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nuv 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 06 Nov 19945 08:49:37 GMT", None),
        ] {
            assert_eq!(secs(header), expected, "{header:?}");
        }
    }

    #[test]
    fn the_longest_answer_is_a_duration_like_any_other() {
        assert_eq!(retry_after_at("18446744073709551615", 0), Some(Duration::from_secs(u64::MAX)));
    }
}
