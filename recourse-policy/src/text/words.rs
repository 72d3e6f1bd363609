//! Words in messages: the nearest of a few candidates, lists, and counted nouns.

use std::{fmt, fmt::Write as _};

/// The largest distance of a word from what was meant, in letters.
const FARTHEST: usize = 3;

/// Returns the candidate nearest to `word`, if one is near: at most three letters inserted, left out or replaced, and fewer than the
/// word has. A word of three letters or more that begins a candidate is as near as one letter. Upper and lower case are the same; of
/// equally near candidates the first one is returned.
///
/// ```
/// use recourse_policy::text::did_you_mean;
///
/// let keys = ["retry", "hedge", "circuit", "timeout"];
/// assert_eq!(did_you_mean("Retries", &keys), Some("retry"));
/// assert_eq!(did_you_mean("fallback", &keys), None);
/// ```
pub fn did_you_mean<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().take(64).flat_map(char::to_lowercase).collect();
    let near = |candidate: &&'a str| {
        let begins =
            letters.len() >= 3 && candidate.to_lowercase().chars().take(letters.len()).eq(letters.iter().copied());
        let distance = levenshtein(&letters, candidate).unwrap_or(usize::MAX);
        let distance = if begins { distance.min(1) } else { distance };
        (distance <= FARTHEST && distance < letters.len()).then_some((distance, *candidate))
    };
    candidates.iter().filter_map(near).min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Returns the number of letters to insert, leave out or replace; `None` if the lengths alone are too far apart.
fn levenshtein(word: &[char], candidate: &str) -> Option<usize> {
    if candidate.chars().count().abs_diff(word.len()) > FARTHEST {
        return None;
    }
    // One row of the usual table: the distance of the part of the candidate that was read to each beginning of the word.
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (read, letter) in candidate.chars().flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = read;
        let mut left = read + 1;
        let mut next = vec![left];
        for (above, expected) in row.iter().skip(1).zip(word) {
            let replaced = diagonal + usize::from(letter != *expected);
            left = replaced.min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied()
}

/// Lists words as in `a`, `b` and `c`.
pub(super) fn listed(words: &[&str]) -> String {
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

/// Writes a number with its noun: `1 attempt`, `2 attempts`.
pub(super) fn counted(f: &mut fmt::Formatter<'_>, count: u32, one: &str, many: &str) -> fmt::Result {
    write!(f, "{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, levenshtein};

    #[test]
    fn distances() {
        for (word, candidate, distance) in [
            ("", "", 0),
            ("a", "", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("same", "same", 0),
        ] {
            let letters: Vec<char> = word.chars().collect();
            assert_eq!(levenshtein(&letters, candidate), Some(distance), "{word} {candidate}");
        }
    }

    #[test]
    fn near_is_at_most_three_letters_and_less_than_the_word() {
        assert_eq!(did_you_mean("exponental", &["fixed", "exponential"]), Some("exponential"));
        assert_eq!(did_you_mean("abcd1234", &["abcd"]), None);
        assert_eq!(did_you_mean("abcd123", &["abcd"]), Some("abcd"));
        assert_eq!(did_you_mean("foo", &["p50"]), None);
        assert_eq!(did_you_mean("", &["a"]), None);
        assert_eq!(did_you_mean("expo", &["fixed", "exponential"]), Some("exponential"));
        assert_eq!(did_you_mean("cool", &["slow", "cooldown"]), Some("cooldown"));
        assert_eq!(did_you_mean("ex", &["exponential"]), None);
        assert_eq!(did_you_mean("NONE", &["none"]), Some("none"));
    }
}
