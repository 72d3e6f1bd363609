//! Back from a completed key to the values of its template.

use super::name::Key;
use super::template::KeyTemplate;
use crate::limits;

/// The characters of the hash at the end of a key that was cut: an underscore and 16 digits.
const HASH: usize = 17;

impl Key {
    /// Returns the value that [`Key::escape`] made this part of a key from; `None` if no value becomes this part.
    ///
    /// ```
    /// use recourse_policy::Key;
    ///
    /// assert_eq!(Key::unescape("a_x2eb_x20c").as_deref(), Some("a.b c"));
    /// assert_eq!(Key::unescape("_x").as_deref(), Some(""));
    /// assert_eq!(Key::unescape("a_xzz"), None);
    /// ```
    #[must_use]
    pub fn unescape(part: &str) -> Option<String> {
        if part == "_x" {
            return Some(String::new());
        }
        let mut bytes = Vec::with_capacity(part.len());
        let mut rest = part;
        while let Some((before, behind)) = rest.split_once("_x") {
            bytes.extend_from_slice(before.as_bytes());
            bytes.push(u8::from_str_radix(behind.get(..2)?, 16).ok()?);
            rest = behind.get(2..)?;
        }
        bytes.extend_from_slice(rest.as_bytes());
        // The only way to be sure: what was escaped otherwise is no part that a value becomes.
        String::from_utf8(bytes).ok().filter(|value| Self::escape(value) == part)
    }
}

impl KeyTemplate {
    /// Returns the values that complete the template to this key, each as it was before it was escaped, in the order of
    /// [`names`](Self::names). `None` if none do, and for a key that may have been cut because its values were too long.
    ///
    /// ```
    /// use recourse_policy::{Key, KeyTemplate};
    ///
    /// let template: KeyTemplate = "db.{shard}.{table}".parse().unwrap();
    /// let key = Key::of_template(&["db.", ".", ""], &["eu.1".into(), "users".into()]);
    /// assert_eq!(key.as_str(), "db.eu_x2e1.users");
    /// assert_eq!(template.values(&key), Some(vec!["eu.1".into(), "users".into()]));
    /// assert_eq!(template.values(&Key::from_static("db.eu")), None);
    /// ```
    #[must_use]
    pub fn values(&self, key: &Key) -> Option<Vec<String>> {
        if may_be_cut(key.as_str()) {
            return None;
        }
        let mut texts = self.texts();
        let mut rest = key.as_str().strip_prefix(texts.next()?)?;
        let mut values = Vec::new();
        let mut texts = texts.peekable();
        while let Some(text) = texts.next() {
            // A value has no dot, and between two values there is one. So the part of a value ends at a dot, or with the key.
            let (own, _) = text.split_once('.').unwrap_or((text, ""));
            let part = if texts.peek().is_none() && !text.contains('.') { rest } else { rest.split_once('.')?.0 };
            let escaped = part.strip_suffix(own)?;
            values.push(Key::unescape(escaped)?);
            rest = rest.strip_prefix(escaped)?.strip_prefix(text)?;
        }
        rest.is_empty().then_some(values)
    }
}

/// True if the key is as long as a key that was cut, and ends like one.
fn may_be_cut(key: &str) -> bool {
    let hash = key.len().checked_sub(HASH).and_then(|at| key.get(at..)).and_then(|end| end.strip_prefix('_'));
    key.len() == limits::MAX_KEY_LEN && hash.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use crate::{Key, KeyTemplate};
    use proptest::prelude::*;

    const TEMPLATES: [&str; 5] = ["{a}", "db.{a}", "db.x-{a}-y.{b}-z", "{a}.{b}", "{a}-.b.{b}.c"];

    fn complete(template: &KeyTemplate, values: &[String]) -> Key {
        Key::of_template(&template.texts().collect::<Vec<_>>(), values)
    }

    proptest! {
        #[test]
        fn a_value_comes_back(value in ".{0,12}", other in "[_x2e.-]{0,8}") {
            prop_assert_eq!(Key::unescape(&Key::escape(&value)), Some(value));
            prop_assert_eq!(Key::unescape(&Key::escape(&other)), Some(other));
        }

        /// No two parts stand for one value, and nothing panics.
        #[test]
        fn a_part_comes_back(part in "[_x25e-]{0,8}") {
            if let Some(value) = Key::unescape(&part) {
                prop_assert_eq!(Key::escape(&value), part);
            }
        }

        #[test]
        fn the_values_of_a_template_come_back(one in "[-xyz_.é]{0,8}", other in ".{0,8}", index in 0..TEMPLATES.len()) {
            let template: KeyTemplate = TEMPLATES[index].parse().unwrap();
            let values: Vec<String> = [one, other].into_iter().take(template.names().count()).collect();
            prop_assert_eq!(template.values(&complete(&template, &values)), Some(values));
        }

        /// Whatever is told completes the template to the key.
        #[test]
        fn other_keys_have_no_values(key in "[-abcdxyz]{1,3}(\\.[-abcdxyz]{1,4}){0,3}", index in 0..TEMPLATES.len()) {
            let (template, key) = (TEMPLATES[index].parse::<KeyTemplate>().unwrap(), Key::parse(&key).unwrap());
            if let Some(values) = template.values(&key) {
                prop_assert_eq!(complete(&template, &values), key);
            }
        }

        #[test]
        fn a_key_that_was_cut_tells_no_values(value in "[a-z]{200,300}") {
            let template: KeyTemplate = "db.{shard}".parse().unwrap();
            let key = complete(&template, &[value]);
            prop_assert_eq!(template.values(&key), None);
        }
    }
}
