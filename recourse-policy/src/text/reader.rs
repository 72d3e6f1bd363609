//! Collects what was found in a text: its faults, and where each value stands.

use super::{
    Read, TextError, did_you_mean, duration,
    part::{Part, Word},
};
use crate::{
    bounds::{About, Rule},
    quote::Quoted,
    repair::Repair,
};
use std::{fmt, fmt::Write as _, ops::Range, time::Duration};

/// Collects faults, and where each value stands.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    section: &'static str,
    text: &'a str,
    faults: Vec<TextError>,
    /// What was read: the kinds of parts, and pairs of values.
    places: Vec<(&'static str, Range<usize>)>,
    /// The values whose bounds were looked at where they stand, and those of them that are out of bounds.
    checked: Vec<&'static str>,
    refused: Vec<&'static str>,
}

/// What may be written into the text of another by mistake.
const SECTIONS: [&str; 5] = ["timeout", "attempt_timeout", "circuit", "budget", "retry"];

impl<'a> Reader<'a> {
    pub(super) fn new(section: &'static str, text: &'a str) -> Self {
        Self { section, text, faults: Vec::new(), places: Vec::new(), checked: Vec::new(), refused: Vec::new() }
    }

    /// The parts between the commas; `examples` is what an empty text could have been.
    pub(super) fn parts(&mut self, examples: &str) -> Vec<Part<'a>> {
        if self.text.trim().is_empty() {
            self.fault(0..self.text.len(), format!("the text is empty; write {examples}"));
            return Vec::new();
        }
        let mut parts = Vec::new();
        let mut start = 0;
        for piece in self.text.split(',') {
            let end = start + piece.len();
            if let Some(part) = Part::cut(piece, start) {
                parts.push(part);
            } else {
                // The comma that is too much: the one behind, or at the end of the text the one before.
                let comma = if end < self.text.len() { end } else { start.saturating_sub(1) };
                self.fault(comma..comma + 1, "nothing stands beside this comma; leave it out");
            }
            start = end + 1;
        }
        parts
    }

    /// A word that stands for the whole section.
    pub(super) fn preset<T>(
        &mut self,
        parts: &mut [Part<'_>],
        find: impl Fn(&str) -> Option<T>,
        instead: &str,
    ) -> Option<T> {
        let (first, others) = parts.split_first_mut()?;
        let word = first.peek()?;
        let preset = find(word.text)?;
        first.next();
        let end = others.last().map_or(first.range().end, |last| last.range().end);
        if end > word.range().end {
            self.fault(
                word.start..end,
                format!("`{}` stands alone; leave out the rest, or write it all, as in {instead}", word.text),
            );
        }
        Some(preset)
    }

    pub(super) fn fault(&mut self, range: Range<usize>, message: impl fmt::Display) {
        self.faults.push(TextError::new(range, format!("{}: {message}", self.section), false));
    }

    /// A fault about a text: `says` follows it.
    pub(super) fn fault_at(&mut self, range: Range<usize>, says: impl fmt::Display) {
        let message = format!("{} {says}", Quoted(self.slice(&range)));
        self.fault(range, message);
    }

    /// A word that is none of `words`.
    pub(super) fn unknown(&mut self, word: Word<'_>, words: &[&str]) {
        let mut message = format!("unknown word {}; ", Quoted(word.text));
        let off = matches!(word.text, "off" | "never" | "disabled" | "no" | "false") && words.contains(&"none");
        if let Some(meant) = if off { Some("none") } else { did_you_mean(word.text, words) } {
            // Writing to a String cannot fail.
            let _ = write!(message, "did you mean `{meant}`?");
        } else if SECTIONS.contains(&word.text) && word.text != self.section {
            let _ = write!(message, "`{0}` is a section of its own, beside `{1}`", word.text, self.section);
        } else {
            message.push_str(if words.len() == 1 { "allowed is " } else { "allowed are " });
            message.push_str(&listed(words));
        }
        self.fault(word.range(), message);
    }

    /// The next word must be `expected`; `example` shows where it belongs.
    pub(super) fn expect(&mut self, part: &mut Part<'_>, expected: &str, example: &str) -> Option<()> {
        if part.eat(expected) {
            return Some(());
        }
        match part.peek() {
            Some(word) => self.fault_at(word.range(), format!("stands where `{expected}` belongs; write `{example}`")),
            None => self.fault_at(part.seen(), format!("is not complete; write `{example}`")),
        }
        None
    }

    /// Reads one part to its end. `None` from `read` says that it cannot be read, and that what is left of it means nothing.
    pub(super) fn part<'p>(&mut self, part: &mut Part<'p>, read: impl FnOnce(&mut Self, &mut Part<'p>) -> Option<()>) {
        if read(self, part).is_some() {
            self.end(part);
        }
    }

    /// Whatever is left over in a part is a fault.
    fn end(&mut self, part: &Part<'_>) {
        if part.peek().is_some() {
            let before = Quoted(self.slice(&part.seen())).to_string();
            let is_word = part.peek().is_some_and(|word| word.text.starts_with(char::is_alphanumeric));
            let or = if is_word { ", or put a comma before it" } else { "" };
            self.fault_at(part.rest(), format!("is too much after {before}; leave it out{or}"));
        }
    }

    /// Notes that `kind` was read; a second one is a fault.
    pub(super) fn once(&mut self, kind: &'static str, range: Range<usize>) {
        if self.places.iter().any(|(place, _)| *place == kind) {
            self.fault_at(range, format!("comes after another {kind}; keep one of them"));
        } else {
            self.place(kind, range);
        }
    }

    /// A value that was read, and whether it is within its bounds.
    pub(super) fn bound(&mut self, about: &About, allowed: bool, range: Range<usize>) {
        self.checked.push(about.place);
        if !allowed {
            self.refused.push(about.field);
            self.out_of_bounds(about, range);
        }
    }

    fn out_of_bounds(&mut self, about: &About, range: Range<usize>) {
        let shown = Quoted(self.slice(&range));
        let message = format!("{}: {shown} is out of bounds: {}", self.section, about.reason);
        self.faults.push(TextError::new(range, message, true));
    }

    /// Notes where something stands.
    pub(super) fn place(&mut self, place: &'static str, range: Range<usize>) {
        self.places.push((place, range));
    }

    /// The digits of a whole number; `digits` may be a part of the word.
    pub(super) fn count(&mut self, word: Word<'_>, digits: &str, rule: &Rule<u32>, example: &str) -> Option<u32> {
        let after = digits.trim_start_matches(|letter: char| letter.is_ascii_digit());
        if digits.is_empty() || !after.is_empty() {
            let number = digits.strip_suffix(after).unwrap_or_default();
            let says = if !number.is_empty() && after.chars().all(char::is_alphabetic) {
                format!("lacks a blank; write `{number} {after}`")
            } else {
                format!("is not a whole number; write digits from 0 to 9, as in `{example}`")
            };
            self.fault_at(word.range(), says);
            return None;
        }
        let count = digits.parse().ok();
        if count.is_none() {
            self.fault_at(word.range(), format!("is out of bounds: {}", rule.about.reason));
        }
        count
    }

    /// The duration that comes next.
    pub(super) fn duration(&mut self, part: &mut Part<'_>, rule: &Rule<Duration>, example: &str) -> Option<Duration> {
        let Some(word) = part.peek().filter(|word| !is_dots(word.text)) else {
            self.fault_at(part.seen(), format!("lacks a duration; write `{example}`"));
            return None;
        };
        part.next();
        let mut range = word.range();
        // `5 ms` is two words, and one mistake.
        if word.text.ends_with(|letter: char| letter.is_ascii_digit())
            && let Some(unit) = part.peek().filter(|unit| duration::is_unit(unit.text))
        {
            part.next();
            range.end = unit.range().end;
        }
        match duration::read(self.slice(&range)) {
            Ok(time) => {
                self.bound(&rule.about, rule.allows(time), range);
                Some(time)
            }
            Err(fault) => {
                self.fault(range.start + fault.range.start..range.start + fault.range.end, fault.message);
                None
            }
        }
    }

    /// The `..` of a range of durations.
    pub(super) fn dots(&mut self, part: &mut Part<'_>, example: &str) -> Option<()> {
        match part.peek() {
            Some(word) if word.text == ".." => {
                part.next();
                Some(())
            }
            Some(word) => {
                self.fault_at(word.range(), format!("stands where `..` belongs; write `{example}`"));
                None
            }
            None => {
                self.fault_at(part.seen(), format!("has no second duration; write `{example}`"));
                None
            }
        }
    }

    /// `D..D`.
    pub(super) fn range(
        &mut self,
        part: &mut Part<'_>,
        (first, second, both): (&Rule<Duration>, &Rule<Duration>, &About),
        example: &str,
    ) -> Option<(Duration, Duration)> {
        let start = part.peek().map_or(part.seen().end, |word| word.start);
        let shorter = self.duration(part, first, example);
        // A bad first duration is no reason to keep quiet about the second.
        if shorter.is_none() && part.peek().is_none_or(|word| word.text != "..") {
            return None;
        }
        self.dots(part, example)?;
        let longer = self.duration(part, second, example)?;
        let shorter = shorter?;
        self.place(both.place, start..part.seen().end);
        Some((shorter, longer))
    }

    /// What was read, with a fault for each value that is out of bounds.
    pub(super) fn done<T: Copy>(mut self, value: T, repair: impl Fn(T) -> Option<Repair<T>>) -> Read<T> {
        let readable = self.faults.iter().all(TextError::is_bound);
        let mut allowed = value;
        while let Some(repaired) = repair(allowed) {
            allowed = repaired.to;
            // A value that was refused where it stands is not refused again beside its neighbour.
            let (checked, refused) =
                (self.checked.contains(&repaired.about.place), self.refused.contains(&repaired.about.field));
            if !checked && !refused {
                let place = self.places.iter().rfind(|(place, _)| *place == repaired.about.place);
                let range = place.map_or(0..self.text.len(), |(_, range)| range.clone());
                self.out_of_bounds(repaired.about, range);
            }
        }
        self.faults.sort_by_key(|fault| fault.range.start);
        Read { value: readable.then_some(value), faults: self.faults }
    }

    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

/// `a`, `b` and `c`.
fn listed(words: &[&str]) -> String {
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        let between = match at {
            0 => "",
            _ if at + 1 == words.len() => " and ",
            _ => ", ",
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "{between}`{word}`");
    }
    text
}

fn is_dots(text: &str) -> bool {
    text.starts_with("..")
}
