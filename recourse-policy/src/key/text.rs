//! Which texts are keys: parts of `[A-Za-z0-9_-]`, joined by single dots.

use crate::limits;

/// Returns true if a part of a key may contain the character.
pub(super) const fn is_allowed(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

/// The kinds of faults of a text that is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Empty,
    TooLong,
    Letter,
    EmptyPart,
}

/// Returns the first fault and its byte. The function is `const`, so that the compiler checks literals.
pub(super) const fn first_fault(text: &str) -> Option<(usize, Fault)> {
    let mut rest = text.as_bytes();
    if rest.is_empty() {
        return Some((0, Fault::Empty));
    }
    if rest.len() > limits::MAX_KEY_LEN {
        return Some((limits::MAX_KEY_LEN, Fault::TooLong));
    }
    let mut part_is_empty = true;
    while let [byte, behind @ ..] = rest {
        let at = text.len() - rest.len();
        if *byte == b'.' {
            if part_is_empty {
                return Some((at, Fault::EmptyPart));
            }
            part_is_empty = true;
        } else if byte.is_ascii() && is_allowed(*byte as char) {
            part_is_empty = false;
        } else {
            return Some((at, Fault::Letter));
        }
        rest = behind;
    }
    if part_is_empty { Some((text.len() - 1, Fault::EmptyPart)) } else { None }
}
