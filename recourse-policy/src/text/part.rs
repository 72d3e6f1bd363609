//! The parts and words of a text, each with its place.
//!
//! Commas separate parts, blanks separate words. A section reads its parts word by word.

use std::ops::Range;

/// A word and its place in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Word<'_> {
    pub(super) fn range(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// Returns true if a number was meant, even if the word is none.
    pub(super) fn is_number(self) -> bool {
        self.text.starts_with(|first: char| first.is_numeric() || matches!(first, '-' | '+' | '.'))
    }
}

/// The words between two commas; at least one.
#[derive(Debug)]
pub(super) struct Part<'a> {
    words: Vec<Word<'a>>,
    taken: usize,
}

impl<'a> Part<'a> {
    /// Cuts a part into words. `None` if there are only blanks.
    pub(super) fn cut(text: &'a str, offset: usize) -> Option<Self> {
        let words = words(text, offset);
        (!words.is_empty()).then_some(Self { words, taken: 0 })
    }

    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.taken).copied()
    }

    pub(super) fn next(&mut self) -> Option<Word<'a>> {
        let word = self.peek()?;
        self.taken += 1;
        Some(word)
    }

    /// Takes the next word if it is `text`.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|word| word.text == text);
        self.taken += usize::from(found);
        found
    }

    /// Returns the range from the first word to the last.
    pub(super) fn range(&self) -> Range<usize> {
        range_of(&self.words)
    }

    /// Returns the range from the first word to the last one that was taken.
    pub(super) fn seen(&self) -> Range<usize> {
        range_of(self.words.get(..self.taken).unwrap_or_default())
    }

    /// Returns the range from the first word that was not taken to the last.
    pub(super) fn rest(&self) -> Range<usize> {
        range_of(self.words.get(self.taken..).unwrap_or_default())
    }
}

fn range_of(words: &[Word<'_>]) -> Range<usize> {
    let start = words.first().map_or(0, |word| word.start);
    start..words.last().map_or(start, |word| word.range().end)
}

/// Cuts a text into words without blanks. `+` and `..` are words of their own.
fn words(text: &str, offset: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_whitespace() => {
                rest = rest.trim_start();
                continue;
            }
            '+' => 1,
            // More than two dots, or `..=`, are one wrong word rather than two.
            _ if rest.starts_with("..") => rest.len() - rest.trim_start_matches('.').trim_start_matches('=').len(),
            _ => {
                let end = rest.find(|letter: char| letter.is_whitespace() || letter == '+').unwrap_or(rest.len());
                rest.find("..").unwrap_or(end).min(end)
            }
        };
        let (word, behind) = rest.split_at(length);
        words.push(Word { text: word, start: offset + text.len() - rest.len() });
        rest = behind;
    }
    words
}
