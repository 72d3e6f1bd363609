//! The text of a budget: `none`, `defaults`, or `N% [+ N/s]`.

use super::{
    fault::Read,
    part::{Part, Word},
    reader::Reader,
};
use crate::{
    BudgetPolicy,
    bounds::{self, BudgetRules},
};
use std::fmt;

const EXAMPLE: &str = "20% + 10/s";

pub(super) fn read(text: &str) -> Read<BudgetPolicy> {
    let mut reader = Reader::new("budget", text);
    let mut parts = reader.parts("`defaults`, `none`, or such as `20% + 10/s`");
    let repair = |policy: BudgetPolicy| policy.repair(bounds::BUDGET);
    if let Some(preset) = reader.preset(&mut parts, preset, "`20% + 10/s`") {
        return reader.done(preset, repair);
    }
    let mut policy = BudgetPolicy::defaults();
    let mut parts = parts.iter_mut();
    if let Some(part) = parts.next() {
        reader.part(part, |reader, part| {
            policy = read_words(reader, part, bounds::BUDGET, EXAMPLE)?;
            Some(())
        });
    }
    for part in parts {
        reader.fault_at(part.range(), format!("is too much; a budget has one part, as in `{EXAMPLE}`"));
    }
    reader.done(policy, repair)
}

fn preset(word: &str) -> Option<BudgetPolicy> {
    match word {
        "defaults" => Some(BudgetPolicy::defaults()),
        "none" => Some(BudgetPolicy::none()),
        _ => None,
    }
}

/// Reads `N% [+ N/s]`, in this section or in the hedge section.
pub(super) fn read_words(
    reader: &mut Reader<'_>,
    part: &mut Part<'_>,
    rules: &BudgetRules,
    example: &str,
) -> Option<BudgetPolicy> {
    let Some(word) = part.next() else {
        reader.fault_at(part.seen(), format!("is not complete; write `{example}`"));
        return None;
    };
    if !word.is_number() {
        reader.unknown(word, &["defaults", "none", "N%", "N% + N/s"]);
        return None;
    }
    let percent = read_percent(reader, part, word, rules, example)?;
    let mut per_second = 0;
    if part.eat("+") {
        let Some(word) = part.next() else {
            reader.fault_at(part.seen(), format!("ends with its `+`; write `{example}`"));
            return None;
        };
        let Some(number) = word.text.strip_suffix("/s") else {
            reader.fault_at(word.range(), format!("is not a number per second; write `{example}`"));
            return None;
        };
        per_second = reader.count(word, number, rules.per_second, example)?;
        reader.bound(&rules.per_second.about, rules.per_second.allows(per_second), word.range());
    }
    if let Some(floor) = part.peek().filter(|word| word.text.ends_with("/s")) {
        reader.fault_at(floor.range(), format!("lacks a `+` before it; write `{example}`"));
        return None;
    }
    reader.place(rules.nothing.place, word.start..part.seen().end);
    Some(BudgetPolicy::percent(percent).per_second(per_second))
}

/// Returns the percentage that was probably meant: `20` for `20`, and `20` for `0.2`, a share of one.
fn in_percent(number: &str) -> String {
    match number.strip_prefix("0.") {
        Some(decimals) => {
            let percent: String = decimals.chars().chain("00".chars()).take(2).filter(char::is_ascii_digit).collect();
            percent.trim_start_matches('0').to_owned()
        }
        None => number.chars().take_while(char::is_ascii_digit).collect(),
    }
}

fn read_percent(
    reader: &mut Reader<'_>,
    part: &mut Part<'_>,
    word: Word<'_>,
    rules: &BudgetRules,
    example: &str,
) -> Option<u32> {
    let Some(number) = word.text.strip_suffix('%') else {
        let says = if word.text.ends_with("/s") {
            format!("has no share before it; write `0% + {}`, or such as `{example}`", word.text)
        } else if part.peek().is_some_and(|next| next.text == "%") {
            format!("has a blank before its `%`; write `{example}`")
        } else {
            format!("lacks a `%`; did you mean `{}%`?", in_percent(word.text))
        };
        reader.fault_at(word.range(), says);
        return None;
    };
    let percent = reader.count(word, number, rules.percent, example)?;
    reader.bound(&rules.percent.about, rules.percent.allows(percent), word.range());
    Some(percent)
}

/// Displays as `20%`, `20% + 10/s` or `none`, never as the name of a preset, which a hedge text cannot have.
pub(super) struct Amounts(pub(super) BudgetPolicy);

impl fmt::Display for Amounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            BudgetPolicy { limited: false, .. } => f.write_str("none"),
            BudgetPolicy { percent, per_second: 0, .. } => write!(f, "{percent}%"),
            BudgetPolicy { percent, per_second, .. } => write!(f, "{percent}% + {per_second}/s"),
        }
    }
}

/// Writes the shortest text that is read as this section.
impl fmt::Display for BudgetPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::defaults() { f.write_str("defaults") } else { Amounts(*self).fmt(f) }
    }
}
