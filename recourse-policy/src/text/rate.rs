//! The text of the rate section: `none`, or `N/s`, `N/m` or `N/h`, then `[, burst N] [, wait D] [, per call]`.

use super::{
    fault::Read,
    part::{Part, Word},
    reader::Reader,
};
use crate::{RatePolicy, RateUnit, bounds};

const EXAMPLES: &str = "`none`, or such as `100/s`, `90/m, burst 5` or `1000/h, wait 2s`";
const EXAMPLE: &str = "100/s";

pub(super) fn read(text: &str) -> Read<RatePolicy> {
    let mut reader = Reader::new("rate", text);
    let mut parts = reader.parts(EXAMPLES);
    let none = |word: &str| (word == "none").then(RatePolicy::none);
    if let Some(preset) = reader.preset(&mut parts, none, "`100/s, burst 20`") {
        return reader.done(preset, RatePolicy::repair);
    }
    let mut policy = RatePolicy::per_second(1);
    for (at, part) in parts.iter_mut().enumerate() {
        reader.part(part, |reader, part| {
            if at == 0 {
                policy.amount = Some(read_amount(reader, part)?);
                return Some(());
            }
            read_part(reader, part, &mut policy)
        });
    }
    reader.done(policy, RatePolicy::repair)
}

/// The unit of a word after the slash.
fn unit(word: &str) -> Option<RateUnit> {
    match word {
        "s" => Some(RateUnit::Second),
        "m" => Some(RateUnit::Minute),
        "h" => Some(RateUnit::Hour),
        _ => None,
    }
}

/// The letter of a unit that is written in another way.
fn meant(word: &str) -> Option<char> {
    match word {
        "s" | "sec" | "secs" | "second" | "seconds" => Some('s'),
        "m" | "min" | "mins" | "minute" | "minutes" => Some('m'),
        "h" | "hr" | "hour" | "hours" => Some('h'),
        _ => None,
    }
}

/// Reads the first part, which says how many in which time.
fn read_amount(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Option<(u32, RateUnit)> {
    let word = part.next()?;
    if !word.is_number() {
        if matches!(word.text, "burst" | "wait" | "per") {
            reader.fault_at(part.range(), "does not say how many in which time; begin with such as `100/s`");
        } else {
            reader.unknown(word, &["none", "N/s", "N/m", "N/h"]);
        }
        return None;
    }
    let Some((number, time)) = word.text.split_once('/') else { return no_unit(reader, part, word) };
    let Some(unit) = unit(time) else {
        let says = match meant(time) {
            Some(letter) => format!("is not how a rate is written; did you mean `{number}/{letter}`?"),
            None => format!("has no time after its `/`; write `{number}/s`, `{number}/m` or `{number}/h`"),
        };
        reader.fault_at(word.range(), says);
        return None;
    };
    let attempts = reader.count(word, number, bounds::RATE_AMOUNT, EXAMPLE)?;
    let allowed = bounds::RATE_AMOUNT.allows(attempts) && attempts <= RatePolicy::most(unit);
    let about = if attempts == 0 { &bounds::RATE_AMOUNT.about } else { bounds::RATE_MOST };
    reader.bound(about, allowed, word.range());
    Some((attempts, unit))
}

/// Reports a number without a time beside it.
fn no_unit(reader: &mut Reader<'_>, part: &mut Part<'_>, word: Word<'_>) -> Option<(u32, RateUnit)> {
    let number = reader.count(word, word.text, bounds::RATE_AMOUNT, EXAMPLE)?;
    // `100 per second`, and `100 / s`.
    let rest = part.rest();
    let after = reader.shown(&rest).trim_start_matches("per").trim_start_matches('/').trim();
    let letter = meant(after).unwrap_or('s');
    let says = if part.peek().is_some() {
        format!("is not how a rate is written; did you mean `{number}/{letter}`?")
    } else {
        format!("does not say in which time; write `{number}/s`, `{number}/m` or `{number}/h`")
    };
    reader.fault_at(part.range(), says);
    None
}

/// Reads a part after the first.
fn read_part(reader: &mut Reader<'_>, part: &mut Part<'_>, policy: &mut RatePolicy) -> Option<()> {
    let word = part.next()?;
    match word.text {
        "burst" => {
            let Some(number) = part.next() else {
                reader.fault_at(part.seen(), "is not complete; write `burst 20`");
                return None;
            };
            let burst = reader.count(number, number.text, bounds::BURST, "burst 20")?;
            reader.once("`burst`", part.seen());
            reader.bound(&bounds::BURST.about, bounds::BURST.allows(burst), part.seen());
            policy.burst = Some(burst);
        }
        "wait" => {
            policy.wait = Some(reader.duration(part, bounds::RATE_WAIT, "wait 500ms")?);
            reader.once("`wait`", part.seen());
        }
        "per" => {
            reader.expect(part, "call", "per call")?;
            reader.once("`per call`", part.seen());
            policy.per_call = true;
        }
        _ if word.is_number() => {
            let says = "comes after the rate, and does not say what it is; write `burst 20` or `wait 500ms`";
            reader.fault_at(part.range(), says);
            return None;
        }
        _ => {
            reader.unknown(word, &["burst", "wait", "per call"]);
            return None;
        }
    }
    Some(())
}
