//! The text of the retry section: `defaults`, `none`, or `N attempts` or `forever`, then `[, delay] [, jitter] [, pushback up to D]
//! [, fresh after D] [, over nested]`.

use super::{
    attempts::{read_attempts, read_endless},
    duration::duration,
    fault::Read,
    part::{Part, Word},
    reader::Reader,
    words::{counted, did_you_mean},
};
use crate::{
    Delay, DurationText, Factor, Jitter, RetryPolicy,
    bounds::{self, About, Rule},
    origin_bounds::RETRY,
};
use std::{fmt, time::Duration};

const EXAMPLE: &str = "3 attempts, exponential 10ms..250ms";
const EXAMPLES: &str = "`defaults`, `none`, or such as `3 attempts, exponential 10ms..250ms`";
const LINEAR: &str = "linear 10ms..250ms";
const EXPONENTIAL: &str = "exponential 10ms..250ms";
const PUSHBACK: &str = "pushback up to 5m";
const FRESH: &str = "fresh after 5m";
const OVER: &str = "over nested";
const RANGE: (&Rule<Duration>, &Rule<Duration>, &About) = (bounds::INITIAL, bounds::MAX, bounds::DELAY_ORDER);

/// The beginnings of a text.
const HEADS: [&str; 4] = ["defaults", "none", "forever", "N attempts"];

/// The words that can begin a part after the first.
const PARTS: [&str; 10] =
    ["exponential", "linear", "fixed", "no", "full", "equal", "decorrelated", "pushback", "fresh", "over"];

const JITTERS: [(&str, Jitter); 4] =
    [("no", Jitter::None), ("full", Jitter::Full), ("equal", Jitter::Equal), ("decorrelated", Jitter::Decorrelated)];

pub(super) fn read(text: &str) -> Read<RetryPolicy> {
    let mut reader = Reader::new("retry", text);
    let mut policy = RetryPolicy::defaults();
    let mut parts = reader.parts(EXAMPLES);
    let preset = reader.preset(&mut parts, preset, "`3 attempts, no jitter`");
    if let Some(preset) = preset {
        return reader.done(preset, |retry| retry.repair(RETRY));
    }
    let mut jitter = None;
    for (at, part) in parts.iter_mut().enumerate() {
        reader.part(part, |reader, part| read_part(reader, part, at == 0, &mut policy, &mut jitter));
    }
    // Last, because a delay that is written after the jitter would replace it by its own.
    if let Some(jitter) = jitter {
        policy.jitter = jitter;
    }
    reader.done(policy, |retry| retry.repair(RETRY))
}

fn preset(word: &str) -> Option<RetryPolicy> {
    match word {
        "defaults" => Some(RetryPolicy::defaults()),
        "none" => Some(RetryPolicy::none()),
        _ => None,
    }
}

fn read_part(
    reader: &mut Reader<'_>,
    part: &mut Part<'_>,
    first: bool,
    policy: &mut RetryPolicy,
    jitter: &mut Option<Jitter>,
) -> Option<()> {
    let word = part.next()?;
    if let Some(endless) = read_endless(reader, part, word) {
        endless.ok()?;
        policy.max_attempts = None;
        return Some(());
    }
    if word.is_number() {
        policy.max_attempts = Some(read_attempts(reader, part, word)?);
        return Some(());
    }
    // A text that begins with a delay lacks its number of attempts. The rest of it is read all the same, for further faults.
    let headless = first && did_you_mean(word.text, &[&HEADS[..], &PARTS[..]].concat()).is_some_and(is_part);
    if headless {
        reader.fault_at(part.range(), format!("stands where the number of attempts belongs; write `{EXAMPLE}`"));
    }
    // `no` begins a jitter, but also `no delay`.
    let is_no_delay = word.text == "no" && part.peek().is_some_and(|next| next.text == "delay");
    if let Some((_, found)) = JITTERS.iter().find(|(name, _)| *name == word.text && !is_no_delay) {
        read_jitter(reader, part, word)?;
        reader.once("jitter", part.seen());
        *jitter = Some(*found);
        return Some(());
    }
    let (delay, brought) = match word.text {
        "pushback" => {
            reader.expect(part, "up", &with_next(part, PUSHBACK))?;
            reader.expect(part, "to", &with_next(part, PUSHBACK))?;
            policy.max_pushback = Some(reader.duration(part, bounds::PUSHBACK, PUSHBACK)?);
            reader.once("pushback", part.seen());
            return Some(());
        }
        "fresh" => {
            reader.expect(part, "after", &with_next(part, FRESH))?;
            policy.fresh_after = Some(reader.duration(part, bounds::FRESH_AFTER, FRESH)?);
            reader.once("fresh after", part.seen());
            return Some(());
        }
        "over" => {
            reader.expect(part, "nested", OVER)?;
            policy.over_nested = true;
            reader.once("over nested", part.seen());
            return Some(());
        }
        "no" => {
            part.next();
            reader.place(bounds::ENDLESS_WITHOUT_DELAY.place, part.seen());
            (Delay::None, Jitter::None)
        }
        "fixed" => (Delay::Fixed(reader.duration(part, bounds::DELAY, "fixed 50ms")?), Jitter::None),
        "linear" => {
            let (initial, max) = reader.range(part, RANGE, LINEAR)?;
            (Delay::Linear { initial, max }, Jitter::Full)
        }
        "exponential" => {
            let (initial, max) = reader.range(part, RANGE, EXPONENTIAL)?;
            (Delay::Exponential { initial, max, factor: read_factor(reader, part)? }, Jitter::Full)
        }
        _ => {
            unknown(reader, word, first && !headless);
            return None;
        }
    };
    reader.once("delay", part.seen());
    (policy.delay, policy.jitter) = (delay, brought);
    Some(())
}

/// Returns an example with the duration that comes next in its place, if that is one.
fn with_next(part: &Part<'_>, example: &str) -> String {
    match (part.peek(), example.rsplit_once(' ')) {
        (Some(word), Some((words, _))) if duration(word.text).is_ok() => format!("{words} {}", word.text),
        _ => example.to_owned(),
    }
}

fn is_part(word: &str) -> bool {
    PARTS.contains(&word)
}

fn unknown(reader: &mut Reader<'_>, word: Word<'_>, first: bool) {
    match word.text {
        "attempts" | "attempt" => reader.fault_at(word.range(), "lacks its number before it; write `3 attempts`"),
        "defaults" | "none" => reader.fault_at(word.range(), "stands alone; leave it out, or leave out the rest"),
        _ if first => reader.unknown(word, &HEADS),
        _ => reader.unknown(word, &PARTS),
    }
}

fn read_jitter(reader: &mut Reader<'_>, part: &mut Part<'_>, word: Word<'_>) -> Option<()> {
    match part.next() {
        Some(next) if next.text == "jitter" => return Some(()),
        Some(next) if word.text == "no" => reader.unknown(next, &["delay", "jitter"]),
        Some(next) => reader.unknown(next, &["jitter"]),
        None if word.text == "no" => reader.fault_at(word.range(), "is not complete; write `no delay` or `no jitter`"),
        None => reader.fault_at(word.range(), format!("is not complete; write `{} jitter`", word.text)),
    }
    None
}

/// Reads a factor, `xF` with at most three decimals; `x2` if there is none.
fn read_factor(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Option<Factor> {
    let Some(word) = part.peek() else { return Some(Factor::TWO) };
    let Some(number) = word.text.strip_prefix('x') else {
        if word.is_number() || word.text.starts_with(['X', '*', '\u{d7}']) {
            let number = word.text.trim_matches(|letter: char| !letter.is_ascii_digit());
            let number = if number.is_empty() { "2" } else { number };
            reader.fault_at(word.range(), format!("is not a factor; write an `x` and a number, as in `x{number}`"));
            part.next();
            return None;
        }
        return Some(Factor::TWO);
    };
    part.next();
    let (whole, decimals) = number.split_once('.').map_or((number, None), |(whole, decimals)| (whole, Some(decimals)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !decimals.is_none_or(digits) {
        reader.fault_at(word.range(), "is not a factor; write an `x` and a number, as in `x2` or `x1.5`");
        return None;
    }
    let decimals = decimals.unwrap_or_default();
    if decimals.len() > 3 {
        reader.fault_at(word.range(), "has more than three decimals; write fewer, as in `x1.5`");
        return None;
    }
    let Ok(factor) = format!("{whole}{decimals:0<3}").parse().map(Factor::from_thousandths) else {
        reader.fault_at(word.range(), format!("is out of bounds: {}", bounds::FACTOR.about.reason));
        return None;
    };
    reader.bound(&bounds::FACTOR.about, bounds::FACTOR.allows(factor), word.range());
    Some(factor)
}

/// Writes `no delay`, `fixed 5ms`, `linear 10ms..250ms`, `exponential 10ms..250ms x1.5`.
impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::None => f.write_str("no delay"),
            Self::Fixed(delay) => write!(f, "fixed {}", DurationText(delay)),
            Self::Linear { initial, max } => write!(f, "linear {}..{}", DurationText(initial), DurationText(max)),
            Self::Exponential { initial, max, factor } => {
                write!(f, "exponential {}..{}", DurationText(initial), DurationText(max))?;
                if factor == Factor::TWO { Ok(()) } else { write!(f, " {factor}") }
            }
        }
    }
}

/// Writes such as `full jitter`.
impl fmt::Display for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = JITTERS.iter().find(|(_, jitter)| jitter == self).map_or("no", |(name, _)| name);
        write!(f, "{name} jitter")
    }
}

/// Writes the shortest text that is read as this section.
impl fmt::Display for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::defaults() {
            return f.write_str("defaults");
        }
        if *self == Self::none() {
            return f.write_str("none");
        }
        match self.max_attempts {
            Some(attempts) => counted(f, attempts, "attempt", "attempts")?,
            None => f.write_str("forever")?,
        }
        if self.delay != Self::defaults().delay {
            write!(f, ", {}", self.delay)?;
        }
        let brought = match self.delay {
            Delay::None | Delay::Fixed(_) => Jitter::None,
            Delay::Linear { .. } | Delay::Exponential { .. } => Jitter::Full,
        };
        if self.jitter != brought {
            write!(f, ", {}", self.jitter)?;
        }
        if let Some(pushback) = self.max_pushback {
            write!(f, ", pushback up to {}", DurationText(pushback))?;
        }
        if let Some(fresh) = self.fresh_after {
            write!(f, ", fresh after {}", DurationText(fresh))?;
        }
        if self.over_nested {
            f.write_str(", over nested")?;
        }
        Ok(())
    }
}
