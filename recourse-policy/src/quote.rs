//! Quoting of texts from outside in messages: short, and without characters that could disturb a terminal.

use std::fmt;

/// The limit of characters that are shown.
const SHOWN: usize = 60;

/// The limit of characters of a message.
const LONGEST: usize = 1_000;

/// Returns a message without characters that could disturb a terminal, and cut where it would be too long, whatever was put into it.
pub(crate) fn harmless(message: String) -> String {
    let is_plain = |letter: char| matches!(letter, ' '..='~');
    if message.len() <= LONGEST && message.chars().all(is_plain) {
        return message;
    }
    let mut harmless = String::with_capacity(message.len().min(LONGEST));
    for (at, letter) in message.chars().enumerate() {
        if at == LONGEST {
            harmless.push_str("..");
            break;
        }
        if is_plain(letter) { harmless.push(letter) } else { harmless.extend(letter.escape_debug()) }
    }
    harmless
}

/// A text that displays between backticks, escaped, and cut after 60 characters.
#[derive(Debug)]
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        // Nearly every text, and each value of a document is shown once.
        if self.0.len() <= SHOWN && self.0.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'\\') {
            f.write_str(self.0)?;
            return f.write_str("`");
        }
        for (at, letter) in self.0.chars().enumerate() {
            if at == SHOWN {
                f.write_str("...")?;
                break;
            }
            match letter {
                // `escape_debug` would put a backslash before quotes, which are harmless between backticks.
                '\'' | '"' => write!(f, "{letter}")?,
                _ => write!(f, "{}", letter.escape_debug())?,
            }
        }
        f.write_str("`")
    }
}

#[cfg(test)]
mod tests {
    use super::{Quoted, harmless};

    #[test]
    fn a_message_cannot_disturb_a_terminal_and_has_an_end() {
        assert_eq!(harmless("it's `é` \\u{0}".to_owned()), "it's `é` \\u{0}");
        assert_eq!(harmless("a\0b\u{202e}\n".to_owned()), "a\\0b\\u{202e}\\n");
        assert_eq!(harmless("x".repeat(1_001)).len(), 1_002);
    }

    #[test]
    fn shows_short_texts_as_they_are_and_escapes_the_rest() {
        assert_eq!(Quoted("it's 5ms").to_string(), "`it's 5ms`");
        assert_eq!(Quoted("a\\b").to_string(), "`a\\\\b`");
        assert_eq!(Quoted("a\u{202e}b\n").to_string(), "`a\\u{202e}b\\n`");
        assert_eq!(Quoted(&"x".repeat(60)).to_string(), format!("`{}`", "x".repeat(60)));
        assert_eq!(Quoted(&"x".repeat(61)).to_string(), format!("`{}...`", "x".repeat(60)));
    }
}
