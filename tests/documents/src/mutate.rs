//! Mutations of documents: bytes that change, and pieces that move, repeat, or come from elsewhere.

use crate::rng::Rng;

/// Pieces that mean something in either format, or to a careless reader.
const PIECES: [&str; 60] = [
    "{",
    "}",
    "[",
    "]",
    "[[",
    "]]",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    ",",
    ":",
    "=",
    ".",
    "\n",
    "\r\n",
    "\\",
    "\\u0000",
    "\\ud800",
    "#",
    "//",
    "null",
    "true",
    "false",
    "nan",
    "inf",
    "-",
    "0",
    "-1",
    "1e308",
    "1e400",
    "0x1f",
    "1_000",
    "18446744073709551616",
    "99999999999999999999",
    "1.5",
    "2026-01-01",
    "\u{feff}",
    "\0",
    "\u{202e}",
    "é",
    "*",
    ".*",
    "{tenant}",
    "users.get",
    "version",
    "schema",
    "schema = 2\n",
    "key",
    "retry",
    "hedge",
    "circuit",
    "budget",
    "timeout",
    "enabled",
    "trigger",
    "adaptive",
    "max_attempts",
    "defaults",
    "none",
];

/// Texts of values.
const TEXTS: [&str; 12] = [
    "3 attempts, exponential 10ms..250ms x1.5, equal jitter",
    "p99 or 200ms, at most 1, budget 5% + 1/s, fail slow",
    "50% of 20 in 10s, slow 1s, cooldown 1s..30s, 2 probes, 5 successes",
    "5 failures in 10s",
    "20% + 10/s",
    "1m30.5s",
    "999999999999h",
    "0 attempts",
    "101%",
    "10",
    "-5ms",
    "\u{b5}s",
];

/// Changes a document in one to four places. `other` is a document from which pieces are taken.
pub fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=rng.below(4) {
        let (from, to) = range(rng, bytes.len());
        match rng.below(9) {
            0 => {
                bytes.drain(from..to);
            }
            1 => {
                let piece = bytes.get(from..to).unwrap_or_default().to_vec();
                let at = rng.below(bytes.len() + 1);
                bytes.splice(at..at, piece);
            }
            2 => {
                let (start, end) = range(rng, other.len());
                bytes.splice(from..to, other.get(start..end).unwrap_or_default().iter().copied());
            }
            3 => {
                let at = rng.below(bytes.len().max(1));
                let byte = u8::try_from(rng.below(256)).unwrap_or_default();
                if let Some(old) = bytes.get_mut(at) {
                    *old = byte;
                }
            }
            4 => bytes.truncate(from),
            5 | 6 => {
                bytes.splice(from..from, rng.pick(&PIECES).bytes());
            }
            7 => {
                bytes.splice(from..to, rng.pick(&PIECES).bytes());
            }
            _ => {
                let text = rng.pick(&TEXTS);
                bytes.splice(from..to, format!("\"{text}\"").bytes());
            }
        }
    }
}

/// Returns a range, mostly a short one.
fn range(rng: &mut Rng, length: usize) -> (usize, usize) {
    let from = rng.below(length + 1);
    let most = if rng.one_in(8) { length } else { 24 };
    let to = (from + rng.below(most + 1)).min(length);
    (from, to)
}
