//! The text of the hedge section: `none`, or a percentile `[or D]` or a delay, then `[, at most N] [, budget N% [+ N/s]] [, fail slow]`.

use super::{budget, fault::Read, part::Part, percentile, reader::Reader, words::did_you_mean};
use crate::{BudgetPolicy, DurationText, HedgePolicy, HedgeWhen, bounds, quote::Quoted};
use std::fmt;

const EXAMPLES: &str = "`none`, a percentile such as `p99`, or a delay such as `200ms`";
const BUDGET_EXAMPLE: &str = "budget 5% + 1/s";

pub(super) fn read(text: &str) -> Read<HedgePolicy> {
    let mut reader = Reader::new("hedge", text);
    let mut parts = reader.parts(EXAMPLES);
    let none = |word: &str| (word == "none").then(HedgePolicy::none);
    if let Some(preset) = reader.preset(&mut parts, none, "`p99, at most 1`") {
        return reader.done(preset, HedgePolicy::repair);
    }
    // A percentile within its bounds, in case the first part cannot be read: the others are read all the same.
    let mut policy = HedgePolicy::percentile(99);
    for (at, part) in parts.iter_mut().enumerate() {
        reader.part(part, |reader, part| {
            if at == 0 {
                policy.when = read_when(reader, part)?;
                return Some(());
            }
            read_part(reader, part, &mut policy)
        });
    }
    reader.done(policy, HedgePolicy::repair)
}

fn read_when(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Option<HedgeWhen> {
    let word = part.peek()?;
    if percentile::begins(part) {
        let (percentile, or) =
            percentile::read(reader, part, (bounds::PERCENTILE, bounds::HEDGE_DELAY), "p99 or 200ms")?;
        return Some(HedgeWhen::Percentile { percentile, or });
    }
    if !word.is_number() {
        match word.text {
            "at" | "budget" | "fail" | "or" => {
                reader.fault_at(part.range(), format!("stands where the delay belongs; begin with {EXAMPLES}"));
            }
            _ => reader.fault(word.range(), unknown_when(word.text)),
        }
        return None;
    }
    let delay = reader.duration(part, bounds::HEDGE_DELAY, "200ms")?;
    if let Some(or) = part.peek().filter(|word| word.text == "or") {
        reader.fault(
            or.start..part.range().end,
            "only a percentile has an `or`, the delay until there are samples; write `p99 or 200ms`, or the delay alone",
        );
        return None;
    }
    Some(HedgeWhen::After(delay))
}

fn unknown_when(word: &str) -> String {
    let word_shown = Quoted(word);
    match did_you_mean(word, &["none"]) {
        Some(meant) => format!("unknown word {word_shown}; did you mean `{meant}`?"),
        None => format!(
            "unknown word {word_shown}; allowed are `none`, a percentile from p50 to p99, or a delay such as `200ms`"
        ),
    }
}

/// Reads a part after the first.
fn read_part(reader: &mut Reader<'_>, part: &mut Part<'_>, policy: &mut HedgePolicy) -> Option<()> {
    let word = part.next()?;
    match word.text {
        "at" => {
            reader.expect(part, "most", "at most 1")?;
            let Some(number) = part.next() else {
                reader.fault_at(part.seen(), "lacks a number; write `at most 1`");
                return None;
            };
            policy.max_hedges = reader.count(number, number.text, bounds::HEDGES, "at most 1")?;
            reader.once("`at most`", part.seen());
            reader.bound(&bounds::HEDGES.about, bounds::HEDGES.allows(policy.max_hedges), part.seen());
        }
        "budget" => {
            policy.budget = if part.eat("none") {
                BudgetPolicy::none()
            } else if let Some(word) = part.peek().filter(|word| word.text == "defaults") {
                reader.fault_at(
                    word.range(),
                    "does not stand in a hedge text; leave the budget out for `budget 5% + 1/s`",
                );
                return None;
            } else {
                budget::read_words(reader, part, bounds::HEDGE_BUDGET, BUDGET_EXAMPLE)?
            };
            reader.once("budget", part.seen());
        }
        "fail" => {
            reader.expect(part, "slow", "fail slow")?;
            policy.fail_slow = true;
            reader.once("`fail slow`", part.seen());
        }
        _ if word.is_number() && part.peek().is_some_and(|next| matches!(next.text, "hedge" | "hedges")) => {
            reader.fault_at(part.range(), format!("is not how hedges are counted; write `at most {}`", word.text));
            return None;
        }
        _ => {
            reader.unknown(word, &["at most N", "budget", "fail slow"]);
            return None;
        }
    }
    Some(())
}

/// Writes the shortest text that is read as this section.
impl fmt::Display for HedgePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.when {
            HedgeWhen::Never => return f.write_str("none"),
            HedgeWhen::After(delay) => DurationText(delay).fmt(f)?,
            HedgeWhen::Percentile { percentile, or: None } => write!(f, "p{percentile}")?,
            HedgeWhen::Percentile { percentile, or: Some(delay) } => {
                write!(f, "p{percentile} or {}", DurationText(delay))?;
            }
        }
        let defaults = Self::none();
        if self.max_hedges != defaults.max_hedges {
            write!(f, ", at most {}", self.max_hedges)?;
        }
        if self.budget != defaults.budget {
            write!(f, ", budget {}", budget::Amounts(self.budget))?;
        }
        if self.fail_slow { f.write_str(", fail slow") } else { Ok(()) }
    }
}
