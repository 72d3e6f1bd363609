//! Quoting of texts from outside in messages: short, and without characters that could disturb a terminal.

use std::fmt;

/// The limit of characters that are shown.
const SHOWN: usize = 60;

/// A text that displays between backticks, escaped, and cut after 60 characters.
#[derive(Debug)]
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
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
    use super::Quoted;

    #[test]
    fn shows_short_texts_as_they_are_and_escapes_the_rest() {
        assert_eq!(Quoted("it's 5ms").to_string(), "`it's 5ms`");
        assert_eq!(Quoted("a\u{202e}b\n").to_string(), "`a\\u{202e}b\\n`");
        assert_eq!(Quoted(&"x".repeat(60)).to_string(), format!("`{}`", "x".repeat(60)));
        assert_eq!(Quoted(&"x".repeat(61)).to_string(), format!("`{}...`", "x".repeat(60)));
    }
}
