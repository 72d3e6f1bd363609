//! The reader of a section: it collects the faults of a text, and the place of each value.
//!
//! A section reads its parts with the methods of [`Reader`] and builds a policy. At the end, [`Reader::done`] checks the bounds by the
//! same functions that normalise a policy, and puts each fault in the place from which the value was read.

use super::{
    duration,
    fault::{Read, TextError},
    part::{Part, Word},
    words::{did_you_mean, listed},
};
use crate::{
    bounds::{About, Rule},
    quote::Quoted,
    repair::Repair,
};
use std::{fmt, fmt::Write as _, ops::Range, time::Duration};

/// The faults of a text, and the places of what was read.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    section: &'static str,
    text: &'a str,
    faults: Vec<TextError>,
    /// The places of parts and of pairs of values.
    places: Vec<(&'static str, Range<usize>)>,
    /// The values whose bounds were checked when they were read, and those of them that are out of bounds.
    checked: Vec<&'static str>,
    refused: Vec<&'static str>,
}

/// The sections whose names people write into the text of another.
const SECTIONS: [&str; 8] =
    ["timeout", "attempt_timeout", "at_least", "circuit", "budget", "retry", "concurrency", "rate"];

impl<'a> Reader<'a> {
    pub(super) fn new(section: &'static str, text: &'a str) -> Self {
        Self { section, text, faults: Vec::new(), places: Vec::new(), checked: Vec::new(), refused: Vec::new() }
    }

    /// Cuts the text at its commas. `examples` is for the message about an empty text.
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
                // The superfluous comma is the one after, or at the end of the text the one before.
                let comma = if end < self.text.len() { end } else { start.saturating_sub(1) };
                self.fault(comma..comma + 1, "nothing stands beside this comma; leave it out");
            }
            start = end + 1;
        }
        parts
    }

    /// Reads a word that is a whole section.
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

    /// Adds a fault.
    pub(super) fn fault(&mut self, range: Range<usize>, message: impl fmt::Display) {
        self.faults.push(TextError::new(range, format!("{}: {message}", self.section), false));
    }

    /// Adds a fault that quotes a part of the text, followed by `says`.
    pub(super) fn fault_at(&mut self, range: Range<usize>, says: impl fmt::Display) {
        let message = format!("{} {says}", Quoted(self.slice(&range)));
        self.fault(range, message);
    }

    /// Adds the fault that a word is none of `words`: with the nearest of them if one is near, or else with all.
    pub(super) fn unknown(&mut self, word: Word<'_>, words: &[&str]) {
        let mut message = format!("unknown word {}; ", Quoted(word.text));
        // `off` is near no word of the grammar, but what is meant is clear.
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

    /// Takes the next word, which must be `expected`; `example` shows its place.
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

    /// Reads one part to its end. `None` from `read` means that the part cannot be read, and that the rest of it is not checked.
    pub(super) fn part<'p>(&mut self, part: &mut Part<'p>, read: impl FnOnce(&mut Self, &mut Part<'p>) -> Option<()>) {
        if read(self, part).is_some() {
            self.end(part);
        }
    }

    /// Adds a fault if anything is left over in a part.
    fn end(&mut self, part: &Part<'_>) {
        if part.peek().is_some() {
            let before = Quoted(self.slice(&part.seen())).to_string();
            let is_word = part.peek().is_some_and(|word| word.text.starts_with(char::is_alphanumeric));
            let or = if is_word { ", or put a comma before it" } else { "" };
            self.fault_at(part.rest(), format!("is too much after {before}; leave it out{or}"));
        }
    }

    /// Notes that `kind` was read; a second one of a kind is a fault.
    pub(super) fn once(&mut self, kind: &'static str, range: Range<usize>) {
        if self.places.iter().any(|(place, _)| *place == kind) {
            self.fault_at(range, format!("comes after another {kind}; keep one of them"));
        } else {
            self.place(kind, range);
        }
    }

    /// Notes that a value was read, and adds a fault if it is not allowed.
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

    /// Notes the place of something that was read.
    pub(super) fn place(&mut self, place: &'static str, range: Range<usize>) {
        self.places.push((place, range));
    }

    /// Reads the digits of a whole number; `digits` may be a part of the word.
    pub(super) fn count(&mut self, word: Word<'_>, digits: &str, rule: &Rule<u32>, example: &str) -> Option<u32> {
        let after = digits.trim_start_matches(|letter: char| letter.is_ascii_digit());
        if digits.is_empty() || !after.is_empty() {
            let number = digits.strip_suffix(after).unwrap_or_default();
            let says = if !number.is_empty() && duration::is_unit(after) {
                format!("is a time, and this is a number; write `{number}`")
            } else if !number.is_empty() && after.chars().all(char::is_alphabetic) {
                format!("needs a space; write `{number} {after}`")
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

    /// Reads a duration.
    pub(super) fn duration(&mut self, part: &mut Part<'_>, rule: &Rule<Duration>, example: &str) -> Option<Duration> {
        let Some(word) = part.peek().filter(|word| !is_dots(word.text)) else {
            self.fault_at(part.seen(), format!("lacks a duration; write `{example}`"));
            return None;
        };
        part.next();
        let mut range = word.range();
        // `5 ms` is two words, and one mistake.
        let has_no_unit = word.text.ends_with(|letter: char| letter.is_ascii_digit());
        if let Some(unit) = part.peek().filter(|unit| has_no_unit && duration::is_unit(unit.text)) {
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

    /// Reads the `..` of a range of durations.
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

    /// Reads a range of durations, `D..D`.
    pub(super) fn range(
        &mut self,
        part: &mut Part<'_>,
        (first, second, both): (&Rule<Duration>, &Rule<Duration>, &About),
        example: &str,
    ) -> Option<(Duration, Duration)> {
        let start = part.peek().map_or(part.seen().end, |word| word.start);
        let shorter = self.duration(part, first, example);
        // Read on after a bad first duration, so that a bad second one is reported, too.
        if shorter.is_none() && part.peek().is_none_or(|word| word.text != "..") {
            return None;
        }
        self.dots(part, example)?;
        let longer = self.duration(part, second, example)?;
        let shorter = shorter?;
        self.place(both.place, start..part.seen().end);
        Some((shorter, longer))
    }

    /// Returns what was read, with a fault for each value that is out of bounds.
    pub(super) fn done<T: Copy>(mut self, value: T, repair: impl Fn(T) -> Option<Repair<T>>) -> Read<T> {
        let readable = self.faults.iter().all(TextError::is_bound);
        let mut allowed = value;
        while let Some(repaired) = repair(allowed) {
            allowed = repaired.to;
            // A value that was reported when it was read is not reported again because of its order with another.
            let (checked, refused) =
                (self.checked.contains(&repaired.about.place), self.refused.contains(&repaired.about.field));
            if !checked && !refused {
                let place = self.places.iter().rfind(|(place, _)| *place == repaired.about.place);
                let range = place.map_or(0..self.text.len(), |(_, range)| range.clone());
                self.out_of_bounds(repaired.about, range);
            }
        }
        self.faults.sort_by_key(|fault| fault.range().start);
        Read { value: readable.then_some(value), faults: self.faults }
    }

    /// Returns a part of the text.
    pub(super) fn shown(&self, range: &Range<usize>) -> &'a str {
        self.slice(range)
    }

    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

fn is_dots(text: &str) -> bool {
    text.starts_with("..")
}
