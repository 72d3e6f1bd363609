//! The texts of the headers: times and numbers, read from bytes and written to text.
//!
//! Whatever the bytes are, nothing is allocated to read them, and no number overflows.

use crate::context::Priority;
use std::time::Duration;

/// The most digits that gRPC allows for a time.
const GRPC_DIGITS: usize = 8;
/// The most digits of other numbers: all of them fit into 64 bits.
const DIGITS: usize = 19;
const GRPC_LARGEST: u128 = 99_999_999;

/// The units of gRPC, from the finest, with their nanoseconds.
const UNITS: [(u8, u128); 6] = [
    (b'n', 1),
    (b'u', 1_000),
    (b'm', 1_000_000),
    (b'S', 1_000_000_000),
    (b'M', 60_000_000_000),
    (b'H', 3_600_000_000_000),
];

/// Reads `grpc-timeout`: at most 8 digits and a unit, `H`, `M`, `S`, `m`, `u` or `n`, as the [specification of gRPC over HTTP/2] says. Zero
/// is not in its grammar, and is what some clients send for a time that is over.
///
/// [specification of gRPC over HTTP/2]: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
pub(super) fn grpc_timeout(value: &[u8]) -> Option<Duration> {
    let (unit, digits) = value.split_last()?;
    let (_, nanos) = UNITS.iter().find(|(name, _)| name == unit)?;
    let time = u128::from(number(digits, GRPC_DIGITS)?) * nanos;
    Some(duration(time))
}

/// Reads `x-envoy-expected-rq-timeout-ms`. Zero is not sent by Envoy, and would mean "without a limit" there.
pub(super) fn envoy_timeout(value: &[u8]) -> Option<Duration> {
    number(value, DIGITS).filter(|ms| *ms > 0).map(Duration::from_millis)
}

/// Reads a count of attempts.
pub(super) fn count(value: &[u8]) -> Option<u32> {
    number(value, DIGITS).and_then(|count| u32::try_from(count).ok())
}

/// Reads a priority: one of its words, as it is written in the attribute.
pub(super) fn priority(value: &[u8]) -> Option<Priority> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// Reads 1 to `most` decimal digits. No sign, no space.
fn number(digits: &[u8], most: usize) -> Option<u64> {
    if digits.is_empty() || digits.len() > most || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}

/// Writes `grpc-timeout` in the finest unit that has room for it: never longer than `left`, and at least the smallest time there is.
pub(super) fn to_grpc_timeout(left: Duration) -> String {
    let left = left.as_nanos().max(1);
    let fits = UNITS.iter().find(|(_, nanos)| left / nanos <= GRPC_LARGEST);
    let (unit, nanos) = fits.unwrap_or(&UNITS[UNITS.len() - 1]);
    format!("{}{}", (left / nanos).min(GRPC_LARGEST), char::from(*unit))
}

/// Returns the whole milliseconds for `x-envoy-expected-rq-timeout-ms`: never longer than `left`, and at least 1.
pub(super) fn to_envoy_timeout(left: Duration) -> u64 {
    u64::try_from(left.as_millis()).unwrap_or(u64::MAX).clamp(1, 10_u64.pow(18))
}

fn duration(nanos: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let seconds = u64::try_from(nanos / SECOND).unwrap_or(u64::MAX);
    Duration::new(seconds, u32::try_from(nanos % SECOND).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{count, envoy_timeout, grpc_timeout, priority, to_envoy_timeout, to_grpc_timeout};
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn every_unit_of_grpc_is_read_and_written() {
        let rows = [
            ("1n", Duration::from_nanos(1)),
            ("99999999n", Duration::from_nanos(99_999_999)),
            ("100000u", Duration::from_millis(100)),
            ("100000m", Duration::from_secs(100)),
            ("100000S", Duration::from_secs(100_000)),
            ("1666666M", Duration::from_secs(99_999_960)),
            ("99999999H", Duration::from_secs(99_999_999 * 3_600)),
        ];
        for (text, time) in rows {
            assert_eq!(grpc_timeout(text.as_bytes()), Some(time), "{text}");
        }
        for text in ["1n", "99999999n", "100000u", "100000m", "100000S"] {
            let time = grpc_timeout(text.as_bytes()).expect("it was read above");
            assert_eq!(to_grpc_timeout(time), text);
        }
        assert_eq!(to_grpc_timeout(Duration::ZERO), "1n");
        assert_eq!(to_grpc_timeout(Duration::MAX), "99999999H");
        assert_eq!(to_envoy_timeout(Duration::ZERO), 1);
        assert_eq!(
            envoy_timeout(to_envoy_timeout(Duration::MAX).to_string().as_bytes()),
            Some(Duration::from_millis(10_u64.pow(18)))
        );
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in
            ["", "S", "5", "5s", "123456789S", "+5S", "-5S", " 5S", "5S ", "5.0S", "5e3S", "0x5S", "5mS", "٥S", "5S\n"]
        {
            assert_eq!(grpc_timeout(text.as_bytes()), None, "{text:?}");
        }
        for text in ["", "0", "000", "+5", "-5", " 5", "5 ", "5ms", "5.0", "1e3", "99999999999999999999", "５"] {
            assert_eq!(envoy_timeout(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!((count(b"4294967295"), count(b"4294967296"), count(b"x")), (Some(u32::MAX), None, None));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_never_longer(nanos in 0_u128..=u128::from(u64::MAX) * 1_000) {
            let time = super::duration(nanos);
            let read = grpc_timeout(to_grpc_timeout(time).as_bytes()).expect("what is written is read");
            prop_assert!(read <= time.max(Duration::from_nanos(1)));
            // Eight digits: less than a millionth is cut off, above a few days a minute or an hour.
            prop_assert!(time.saturating_sub(read) <= time / 100_000 || time > Duration::from_secs(99_999_999 * 3_600));
            let read = envoy_timeout(to_envoy_timeout(time).to_string().as_bytes()).expect("what is written is read");
            prop_assert!(read <= time.max(Duration::from_millis(1)));
            prop_assert!(time.as_millis().max(1) == read.as_millis());
        }

        #[test]
        fn no_bytes_are_too_much(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (grpc_timeout(&bytes), envoy_timeout(&bytes), count(&bytes), priority(&bytes));
        }
    }
}
