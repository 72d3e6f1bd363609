//! Keys with arguments: `db.{shard}`.
//!
//! # Design notes
//!
//! Values are escaped, and never cut or hashed unless the key would be too long, so that different values always give different keys.
//! That costs readability for unusual values (`_x2e` for a dot) and nothing for the others.

use super::name::Key;
use super::path::fnv1a;
use super::text::is_allowed;
use crate::{limits, quote::Quoted};
use std::{error::Error, fmt, fmt::Write as _};

/// A key that is completed by the arguments of each call: `db.{shard}`, `{self.region}.{shard}`.
///
/// ```
/// use recourse_policy::{Key, KeyTemplate};
///
/// let template: KeyTemplate = "db.{shard}.get".parse().unwrap();
/// assert_eq!(template.names().collect::<Vec<_>>(), ["shard"]);
/// assert_eq!(Key::of_template(&["db.", ".get"], &["eu-1".into()]).as_str(), "db.eu-1.get");
///
/// let wrong = "db.{}".parse::<KeyTemplate>().unwrap_err();
/// assert_eq!(wrong.to_string(), "key: `{}` names no argument; write the name of one, as in `db.{shard}`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTemplate {
    texts: Vec<String>,
    names: Vec<String>,
}

impl KeyTemplate {
    /// Returns the texts around the values: one more than there are values.
    ///
    /// ```
    /// use recourse_policy::KeyTemplate;
    ///
    /// let template: KeyTemplate = "db.{shard}.get".parse()?;
    /// assert_eq!(template.texts().collect::<Vec<_>>(), ["db.", ".get"]);
    /// # Ok::<(), recourse_policy::TemplateError>(())
    /// ```
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// Returns the arguments, each a name or a field of one: `shard`, `self.region`, `pair.0`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}

impl std::str::FromStr for KeyTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let (mut texts, mut names, mut rest) = (Vec::new(), Vec::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            let (before, braces) = rest.split_at(at);
            let Some(inside) = braces.strip_prefix('{') else {
                return Err(TemplateError(format!("key: `}}` closes nothing in {}; {LIKE_THIS}", Quoted(text))));
            };
            let end = inside.find(['{', '}']).filter(|end| inside.get(*end..).is_some_and(|end| end.starts_with('}')));
            let Some((name, behind)) = end.and_then(|end| Some((inside.get(..end)?, inside.get(end + 1..)?))) else {
                return Err(TemplateError(format!("key: a `{{` is not closed in {}; {LIKE_THIS}", Quoted(text))));
            };
            if name.is_empty() {
                let message = "key: `{}` names no argument; write the name of one, as in `db.{shard}`";
                return Err(TemplateError(message.to_owned()));
            }
            if !is_name(name) {
                let says =
                    "braces hold the name of an argument, or of a field of one, as in `{shard}` or `{self.shard}`";
                return Err(TemplateError(format!("key: {} is no name; {says}", Quoted(&format!("{{{name}}}")))));
            }
            texts.push(before.to_owned());
            names.push(name.to_owned());
            rest = behind;
        }
        texts.push(rest.to_owned());
        // Without a dot between two values, one could run into the other: `a-b` and `c` would be the same as `a` and `b-c`.
        let between = texts.get(1..texts.len() - 1).unwrap_or_default();
        if between.iter().any(|text| !text.contains('.')) {
            let message = "two arguments stand in one part, where one can run into the other; put a dot between them, as in \
                           `db.{region}.{shard}`";
            return Err(TemplateError(format!("key: {}: {message}", Quoted(text))));
        }
        // Any value is a valid part, so if the template is a key with one value, it is a key with all.
        match Key::new(texts.join("x")) {
            Ok(_) => Ok(Self { texts, names }),
            Err(fault) => Err(TemplateError(fault.to_string())),
        }
    }
}

const LIKE_THIS: &str = "an argument stands in braces, as in `db.{shard}`";

/// Returns true for a name that may be followed by fields: `self.shard`, `pair.0`.
fn is_name(text: &str) -> bool {
    let is_index = |word: &str| word.bytes().all(|letter| letter.is_ascii_digit()) && word.parse::<u32>().is_ok();
    let is_word = |word: &str| {
        let begins = word.chars().next().is_some_and(|first| first == '_' || first.is_alphabetic());
        begins && word.chars().all(|letter| letter == '_' || letter.is_alphanumeric())
    };
    let mut words = text.split('.');
    // `.await` looks like a field and is none.
    words.next().is_some_and(is_word) && words.all(|word| (is_word(word) && word != "await") || is_index(word))
}

/// The error of a text that is not a [`KeyTemplate`].
///
/// ```
/// use recourse_policy::KeyTemplate;
///
/// let error = "db.{}".parse::<KeyTemplate>().unwrap_err();
/// assert!(error.to_string().starts_with("key: `{}` names no argument"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError(String);

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for TemplateError {}

impl Key {
    /// Escapes a value to a part of a key, so that different values stay different.
    ///
    /// Letters, digits, `-` and `_` stay. Every other byte becomes `_x` and its two hexadecimal digits. So does an `_` before an `x`,
    /// because two values could become one otherwise. An empty value becomes `_x`.
    ///
    /// ```
    /// use recourse_policy::Key;
    ///
    /// assert_eq!(Key::escape("eu-west_1"), "eu-west_1");
    /// assert_eq!(Key::escape("a.b c"), "a_x2eb_x20c");
    /// assert_eq!((Key::escape("_x2e").as_str(), Key::escape("").as_str()), ("_x5fx2e", "_x"));
    /// ```
    #[must_use]
    pub fn escape(value: &str) -> String {
        if value.is_empty() {
            return "_x".to_owned();
        }
        let mut escaped = String::with_capacity(value.len());
        let mut letters = value.chars().peekable();
        while let Some(letter) = letters.next() {
            if is_allowed(letter) && !(letter == '_' && letters.peek() == Some(&'x')) {
                escaped.push(letter);
                continue;
            }
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "_x{byte:02x}");
            }
        }
        escaped
    }

    /// Creates a key from the texts of a [`KeyTemplate`], with an escaped value between each two of them. A result that is too long is cut
    /// and ends in a hash of the whole. If the texts themselves are no parts of a key, they are escaped, too, so that there is always a
    /// key.
    ///
    /// ```
    /// use recourse_policy::Key;
    ///
    /// let key = Key::of_template(&["db.", ".get"], &["eu/1".into()]);
    /// assert_eq!(key.as_str(), "db.eu_x2f1.get");
    /// ```
    #[must_use]
    pub fn of_template(texts: &[&str], values: &[String]) -> Self {
        let mut text = String::new();
        for (index, before) in texts.iter().enumerate() {
            text.push_str(before);
            if let Some(value) = values.get(index) {
                text.push_str(&Self::escape(value));
            }
        }
        if text.len() > limits::MAX_KEY_LEN {
            let hash = format!("_{:016x}", fnv1a(&text));
            // Cutting anywhere is safe, because escaped text is ASCII.
            text.truncate(limits::MAX_KEY_LEN - hash.len());
            text.push_str(&hash);
        }
        Self::new(text.as_str()).unwrap_or_else(|_| Self::from_checked(Self::escape(&text)))
    }
}

#[cfg(test)]
mod tests {
    use super::KeyTemplate;
    use crate::{Key, limits};
    use proptest::prelude::*;

    fn fault(text: &str) -> String {
        text.parse::<KeyTemplate>().unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_with_a_template_is_said() {
        assert_eq!(
            fault("db.{shard"),
            "key: a `{` is not closed in `db.{shard`; an argument stands in braces, as in `db.{shard}`"
        );
        assert!(fault("db.{a{b}}").starts_with("key: a `{` is not closed in"));
        assert!(fault("db.shard}").starts_with("key: `}` closes nothing in `db.shard}`"));
        assert!(fault("db.{shard:?}").starts_with("key: `{shard:?}` is no name; braces hold the name of an argument"));
        assert!(fault("db.{a.}").starts_with("key: `{a.}` is no name") && fault("db.{1}").contains("is no name"));
        for name in ["a.1x", "a.99999999999", "a.²", "a.await", "a..b", "a b"] {
            assert!(fault(&format!("db.{{{name}}}")).contains("is no name"), "{name}");
        }
        assert!(fault("db..{shard}").contains("empty part"), "{}", fault("db..{shard}"));
        assert!(fault("db/{shard}").contains('/'));
    }

    #[test]
    fn names_and_texts_come_back_in_order() {
        let template: KeyTemplate = "{self.region}.db-{shard}.{pair.0}".parse().unwrap();
        assert_eq!(template.names().collect::<Vec<_>>(), ["self.region", "shard", "pair.0"]);
        assert_eq!(template.texts().collect::<Vec<_>>(), ["", ".db-", ".", ""]);
        for run_into in ["db.{a}{b}", "db.{a}-{b}", "{a}x{b}.get"] {
            assert!(fault(run_into).contains("two arguments stand in one part"), "{run_into}");
        }
    }

    proptest! {
        /// Whatever the value, it is one part of a key; and two values are two parts.
        #[test]
        fn every_value_is_a_part_and_different_ones_differ(one in ".{0,12}", other in "[_x2e.]{0,6}") {
            for value in [&one, &other] {
                let part = Key::escape(value);
                prop_assert!(Key::parse(&part).is_ok() && !part.contains('.'), "{part}");
            }
            prop_assert_eq!(one == other, Key::escape(&one) == Key::escape(&other));
        }

        #[test]
        fn short_values_differ(one in "[_x5f.]{0,5}", other in "[_x5f.]{0,5}") {
            prop_assert_eq!(one == other, Key::escape(&one) == Key::escape(&other), "{} {}", one, other);
        }

        /// Even if the key would be too long.
        #[test]
        fn every_value_makes_a_key(value in ".{0,400}", other in ".{190,400}") {
            let key = |value: &String| Key::of_template(&["db.", ".get"], std::slice::from_ref(value));
            prop_assert!(key(&value).as_str().len() <= limits::MAX_KEY_LEN && key(&value).namespace() == "db");
            prop_assert_eq!(Key::parse(key(&value).as_str()).unwrap(), key(&value));
            prop_assert_eq!(value == other, key(&value) == key(&other));
        }
    }
}
