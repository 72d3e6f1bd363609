//! A percentile of recent attempts in a text: `p50` to `p99`, then `[or D]`.

use super::{
    part::{Part, Word},
    reader::Reader,
};
use crate::{bounds::Rule, quote::Quoted};
use std::time::Duration;

/// A percentile, and the time that counts until there are enough samples.
pub(super) type Percentile = (u32, Option<Duration>);

/// The bounds of the percentile, and of the time.
pub(super) type Rules<'a> = (&'a Rule<u32>, &'a Rule<Duration>);

/// Returns true if the part begins with a percentile, however it is written.
pub(super) fn begins(part: &Part<'_>) -> bool {
    part.peek().is_some_and(|word| digits(word.text).is_some() || is_like_a_percentile(word.text))
}

/// Reads a percentile from a part that begins with one; `None` if it has a fault, which was added. `example` shows how a time is added, as in
/// `p99 or 200ms`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    part: &mut Part<'_>,
    rules: Rules<'_>,
    example: &str,
) -> Option<Percentile> {
    let word = part.peek()?;
    if let Some(digits) = digits(word.text) {
        part.next();
        return read_or(reader, part, (word, digits), rules, example);
    }
    let digits: String = word.text.chars().filter(char::is_ascii_digit).collect();
    let meant = digits.parse().is_ok_and(|percentile| rules.0.allows(percentile));
    let says = if meant {
        format!("is not a percentile; did you mean `p{digits}`?")
    } else {
        let alone = example.split(' ').next().unwrap_or(example);
        format!("is not a percentile; p50 to p99 are allowed, as in `{alone}`")
    };
    reader.fault_at(word.range(), says);
    None
}

/// Returns what follows the `p` of a percentile.
fn digits(word: &str) -> Option<&str> {
    word.strip_prefix('p').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// Reads what follows the word of a percentile.
fn read_or(
    reader: &mut Reader<'_>,
    part: &mut Part<'_>,
    (word, digits): (Word<'_>, &str),
    (percentiles, times): Rules<'_>,
    example: &str,
) -> Option<Percentile> {
    let percentile = read_percentile(reader, word, digits, percentiles);
    let or = if part.eat("or") { Some(reader.duration(part, times, example)?) } else { None };
    if let Some(time) = part.peek().filter(|word| word.is_number()) {
        let says = format!("lacks an `or` before it; write {}", Quoted(&format!("{} or {}", word.text, time.text)));
        reader.fault_at(time.range(), says);
        return None;
    }
    Some((percentile?, or))
}

/// Returns true for other ways to write a percentile: `P99`, `99th`, `99%`, `p`, `median`.
fn is_like_a_percentile(word: &str) -> bool {
    let word = word.to_lowercase();
    let bare = word.trim_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    matches!(bare, "p" | "%" | "th" | "pct" | "percent" | "percentile" | "median" | "p%")
}

fn read_percentile(reader: &mut Reader<'_>, word: Word<'_>, digits: &str, rule: &Rule<u32>) -> Option<u32> {
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    let Some(percentile) = digits.parse().ok().filter(|_| whole) else {
        let says = if whole {
            format!("is out of bounds: {}", rule.about.reason)
        } else {
            "is not a percentile; allowed are the whole ones, p50 to p99".to_owned()
        };
        reader.fault_at(word.range(), says);
        return None;
    };
    reader.bound(&rule.about, rule.allows(percentile), word.range());
    Some(percentile)
}
