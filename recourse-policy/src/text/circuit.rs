//! The text of the circuit section: `none`, `defaults`, `sensitive`, or `N failures [in D]` or `N% of M in D`, then
//! `[, slow D] [, cooldown D[..D]] [, N probes] [, N successes]`.

use super::{
    fault::Read,
    part::{Part, Word},
    reader::Reader,
    words::counted,
};
use crate::{CircuitPolicy, DurationText, Trip, bounds, limits};
use std::{fmt, time::Duration};

const RATE: &str = "50% of 20 in 10s";
const EXAMPLES: &str = "`defaults`, `sensitive`, `none`, or such as `5 failures in 10s` or `50% of 20 in 10s`";
const COOLDOWN: &str = "cooldown 1s..30s";

/// The words that can begin a part after the first.
const PARTS: [&str; 4] = ["slow", "cooldown", "N probes", "N successes"];

pub(super) fn read(text: &str) -> Read<CircuitPolicy> {
    let mut reader = Reader::new("circuit", text);
    let mut parts = reader.parts(EXAMPLES);
    if let Some(preset) = reader.preset(&mut parts, preset, "`5 failures in 10s, cooldown 2s`") {
        return reader.done(preset, CircuitPolicy::repair);
    }
    let mut policy = CircuitPolicy::defaults();
    for (at, part) in parts.iter_mut().enumerate() {
        reader.part(part, |reader, part| {
            if at == 0 {
                policy.trip = read_trip(reader, part)?;
                return Some(());
            }
            read_part(reader, part, &mut policy)
        });
    }
    reader.done(policy, CircuitPolicy::repair)
}

fn preset(word: &str) -> Option<CircuitPolicy> {
    match word {
        "none" => Some(CircuitPolicy::none()),
        "defaults" => Some(CircuitPolicy::defaults()),
        "sensitive" => Some(CircuitPolicy::sensitive()),
        _ => None,
    }
}

/// Reads the first part, which says what opens the circuit.
fn read_trip(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Option<Trip> {
    let word = part.next()?;
    if !word.is_number() {
        if matches!(word.text, "slow" | "cooldown") {
            reader
                .fault_at(part.range(), "does not say what opens the circuit; begin with such as `5 failures in 10s`");
        } else {
            reader.unknown(word, &["defaults", "sensitive", "none", "N failures", "N% of M in D"]);
        }
        return None;
    }
    if let Some(number) = word.text.strip_suffix('%') {
        return read_rate(reader, part, word, number);
    }
    let failures = reader.count(word, word.text, bounds::FAILURES, "5 failures in 10s")?;
    match part.next() {
        Some(next) if matches!(next.text, "failure" | "failures") => {}
        Some(next) if next.text == "%" => {
            reader.fault_at(part.seen(), format!("has a blank before its `%`; write `{RATE}`"));
            return None;
        }
        Some(next) => {
            reader.unknown(next, &["failures"]);
            return None;
        }
        None => {
            reader.fault_at(
                word.range(),
                format!("does not say what it counts; write `{failures} failures` or `{failures}% of 20 in 10s`"),
            );
            return None;
        }
    }
    reader.bound(&bounds::FAILURES.about, bounds::FAILURES.allows(failures), part.seen());
    let mut window = None;
    if part.peek().is_some() {
        reader.expect(part, "in", "5 failures in 10s")?;
        window = Some(reader.duration(part, bounds::WINDOW, "5 failures in 10s")?);
    }
    Some(Trip::Failures { failures, window })
}

fn read_rate(reader: &mut Reader<'_>, part: &mut Part<'_>, word: Word<'_>, number: &str) -> Option<Trip> {
    let percent = reader.count(word, number, bounds::RATE, RATE)?;
    reader.bound(&bounds::RATE.about, bounds::RATE.allows(percent), word.range());
    reader.expect(part, "of", RATE)?;
    let Some(calls) = part.next() else {
        reader.fault_at(part.seen(), format!("is not complete; write `{RATE}`"));
        return None;
    };
    let min_calls = reader.count(calls, calls.text, bounds::CALLS, RATE)?;
    reader.bound(&bounds::CALLS.about, bounds::CALLS.allows(min_calls), calls.range());
    reader.expect(part, "in", RATE)?;
    let window = reader.duration(part, bounds::WINDOW, RATE)?;
    Some(Trip::Rate { percent, min_calls, window })
}

/// Reads a part after the first.
fn read_part(reader: &mut Reader<'_>, part: &mut Part<'_>, policy: &mut CircuitPolicy) -> Option<()> {
    let word = part.next()?;
    match word.text {
        "slow" => {
            policy.slow = Some(reader.duration(part, bounds::SLOW, "slow 2s")?);
            reader.once("`slow`", part.seen());
        }
        "cooldown" => {
            (policy.cooldown, policy.max_cooldown) = read_cooldown(reader, part)?;
            reader.once("cooldown", part.seen());
        }
        _ if word.is_number() => {
            let noun = part.next();
            match noun.map_or("", |noun| noun.text) {
                "probe" | "probes" => {
                    policy.probes = reader.count(word, word.text, bounds::PROBES, "2 probes")?;
                    reader.once("number of probes", part.seen());
                    reader.bound(&bounds::PROBES.about, bounds::PROBES.allows(policy.probes), part.seen());
                }
                "success" | "successes" => {
                    policy.successes = reader.count(word, word.text, bounds::SUCCESSES, "3 successes")?;
                    reader.once("number of successes", part.seen());
                    reader.bound(&bounds::SUCCESSES.about, bounds::SUCCESSES.allows(policy.successes), part.seen());
                }
                "failure" | "failures" | "of" => {
                    reader.fault_at(part.range(), "comes after another condition to open; keep one of them");
                    return None;
                }
                "" => {
                    let text = word.text;
                    let says = format!("does not say what it counts; write `{text} probes` or `{text} successes`");
                    reader.fault_at(word.range(), says);
                    return None;
                }
                _ => {
                    reader.unknown(noun.unwrap_or(word), &["probes", "successes"]);
                    return None;
                }
            }
        }
        _ => {
            reader.unknown(word, &PARTS);
            return None;
        }
    }
    Some(())
}

/// Reads a cooldown: `D`, `D..D`, or `..D`.
fn read_cooldown(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Option<(Option<Duration>, Option<Duration>)> {
    let start = part.peek().map_or(part.seen().end, |word| word.start);
    let has_first = part.peek().is_none_or(|word| word.text != "..");
    let first = if has_first { reader.duration(part, bounds::COOLDOWN, COOLDOWN) } else { None };
    // Read on after a bad first duration, so that a bad second one is reported, too.
    let mut max = None;
    if part.peek().is_some_and(|word| word.text.starts_with("..")) {
        reader.dots(part, COOLDOWN)?;
        max = Some(reader.duration(part, bounds::MAX_COOLDOWN, COOLDOWN)?);
    }
    if has_first && first.is_none() {
        return None;
    }
    reader.place(bounds::COOLDOWN_ORDER.place, start..part.seen().end);
    Some((first, max))
}

/// Writes the shortest text that is read as this section.
impl fmt::Display for CircuitPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::defaults() {
            return f.write_str("defaults");
        }
        if *self == Self::sensitive() {
            return f.write_str("sensitive");
        }
        match self.trip {
            Trip::Never => return f.write_str("none"),
            Trip::Failures { failures, window } => {
                counted(f, failures, "failure", "failures")?;
                if let Some(window) = window {
                    write!(f, " in {}", DurationText(window))?;
                }
            }
            Trip::Rate { percent, min_calls, window } => {
                write!(f, "{percent}% of {min_calls} in {}", DurationText(window))?;
            }
        }
        if let Some(slow) = self.slow {
            write!(f, ", slow {}", DurationText(slow))?;
        }
        match (self.cooldown, self.max_cooldown) {
            (None, None) => {}
            (Some(cooldown), None) => write!(f, ", cooldown {}", DurationText(cooldown))?,
            (None, Some(max)) => write!(f, ", cooldown ..{}", DurationText(max))?,
            (Some(cooldown), Some(max)) => write!(f, ", cooldown {}..{}", DurationText(cooldown), DurationText(max))?,
        }
        if self.probes != limits::DEFAULT_PROBES {
            f.write_str(", ")?;
            counted(f, self.probes, "probe", "probes")?;
        }
        if self.successes != limits::DEFAULT_SUCCESSES {
            f.write_str(", ")?;
            counted(f, self.successes, "success", "successes")?;
        }
        Ok(())
    }
}
