//! A map from patterns to values, which finds the patterns that match a key without a walk over all of them.
//!
//! # Design notes
//!
//! A key of `n` parts has at most `n + 2` patterns that match: itself, its template, one for each name above it, and `*`. The map looks
//! each of them up by hash, so a look-up costs the same with one pattern as with 10,000.

use super::pattern::{Pattern, PatternKind};
use std::{collections::HashMap, iter};

/// A map from patterns to values: `users.get`, `t.{tenant}`, `users.*`, `*`.
///
/// ```
/// use recourse_policy::Patterns;
///
/// let mut limits = Patterns::new();
/// limits.insert("*".parse()?, 1);
/// limits.insert("users.*".parse()?, 2);
/// limits.insert("users.get".parse()?, 3);
///
/// assert_eq!(limits.matches("users.get", None).copied().collect::<Vec<_>>(), [3, 2, 1]);
/// assert_eq!(limits.matches("users.put", None).next(), Some(&2));
/// assert_eq!(limits.matches("users", None).next(), Some(&1));
/// # Ok::<(), recourse_policy::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Patterns<T> {
    /// Keys and templates. No text is both.
    exact: HashMap<Box<str>, (Pattern, T)>,
    /// By the name before `.*`.
    below: HashMap<Box<str>, (Pattern, T)>,
    any: Option<(Pattern, T)>,
}

impl<T> Default for Patterns<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Patterns<T> {
    /// Creates an empty map.
    #[must_use]
    pub fn new() -> Self {
        Self { exact: HashMap::new(), below: HashMap::new(), any: None }
    }

    /// Inserts a value, and returns the one that the pattern had before.
    pub fn insert(&mut self, pattern: Pattern, value: T) -> Option<T> {
        let text: Box<str> = pattern.below().unwrap_or(pattern.as_str()).into();
        let replaced = match pattern.kind() {
            PatternKind::Key | PatternKind::Template => self.exact.insert(text, (pattern, value)),
            PatternKind::Below => self.below.insert(text, (pattern, value)),
            PatternKind::Any => self.any.replace((pattern, value)),
        };
        replaced.map(|(_, value)| value)
    }

    /// Removes a pattern, and returns its value.
    pub fn remove(&mut self, pattern: &Pattern) -> Option<T> {
        let removed = match pattern.kind() {
            PatternKind::Key | PatternKind::Template => self.exact.remove(pattern.as_str()),
            PatternKind::Below => self.below.remove(pattern.below().unwrap_or_default()),
            PatternKind::Any => self.any.take(),
        };
        removed.map(|(_, value)| value)
    }

    /// Returns the value of a pattern itself, not of what it matches.
    pub fn get(&self, pattern: &Pattern) -> Option<&T> {
        let found = match pattern.kind() {
            PatternKind::Key | PatternKind::Template => self.exact.get(pattern.as_str()),
            PatternKind::Below => self.below.get(pattern.below().unwrap_or_default()),
            PatternKind::Any => self.any.as_ref(),
        };
        found.map(|(_, value)| value)
    }

    /// Returns the values of all patterns that match a key, the most specific first: the key, the template of its call site, the longest
    /// name with `.*` to the shortest, `*`.
    pub fn matches<'p>(&'p self, key: &'p str, template: Option<&'p str>) -> impl Iterator<Item = &'p T> {
        self.matches_with_pattern(key, template).map(|(_, value)| value)
    }

    /// Returns the patterns that match a key with their values, in the order of [`Self::matches`].
    pub fn matches_with_pattern<'p>(
        &'p self,
        key: &'p str,
        template: Option<&'p str>,
    ) -> impl Iterator<Item = (&'p Pattern, &'p T)> {
        let own = self.exact.get(key);
        let of_site = template.filter(|template| *template != key).and_then(|template| self.exact.get(template));
        let names = iter::successors(above(key), |name| above(name));
        let of_names = names.filter_map(|name| self.below.get(name));
        own.into_iter().chain(of_site).chain(of_names).chain(&self.any).map(|(pattern, value)| (pattern, value))
    }

    /// Returns all patterns and their values, in no order.
    ///
    /// ```
    /// use recourse_policy::{Pattern, Patterns};
    ///
    /// let mut owners = Patterns::new();
    /// let users: Pattern = "users.*".parse()?;
    /// owners.insert(users.clone(), "team A");
    /// owners.insert(Pattern::any(), "team B");
    /// assert_eq!(owners.iter().count(), owners.len());
    /// let all: Vec<_> = owners.matches_with_pattern("users.get", None).collect();
    /// assert_eq!(all, [(&users, &"team A"), (&Pattern::any(), &"team B")], "the most specific one first");
    ///
    /// owners.remove(&users);
    /// owners.remove(&Pattern::any());
    /// assert!(owners.is_empty());
    /// # Ok::<(), recourse_policy::PatternError>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&Pattern, &T)> {
        let entries = self.exact.values().chain(self.below.values()).chain(&self.any);
        entries.map(|(pattern, value)| (pattern, value))
    }

    /// Returns the number of patterns.
    pub fn len(&self) -> usize {
        self.exact.len() + self.below.len() + usize::from(self.any.is_some())
    }

    /// Returns true if there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Returns the name above a key, without its last part. A dot inside of braces is part of an argument's name.
fn above(key: &str) -> Option<&str> {
    let end = match key.rfind(['.', '}'])? {
        at if key.get(at..).is_some_and(|rest| rest.starts_with('}')) => key.get(..at)?.rfind('{')?,
        at => at,
    };
    let before = key.get(..end)?;
    if key.get(end..).is_some_and(|rest| rest.starts_with('.')) { Some(before) } else { above(before) }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Patterns, above};
    use crate::PatternKind;
    use proptest::prelude::*;

    #[test]
    fn names_above_a_key() {
        assert_eq!((above("a.b.c"), above("a.b"), above("a")), (Some("a.b"), Some("a"), None));
        assert_eq!(
            (above("a.{b}"), above("a.x-{self.b}-y.c"), above("{a.b}")),
            (Some("a"), Some("a.x-{self.b}-y"), None)
        );
        assert_eq!((above("a.x-{self.b}-y"), above("{a.b}.c")), (Some("a"), Some("{a.b}")));
    }

    fn pattern() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ab](\\.[ab]){0,2}",
            "[ab](\\.[ab]){0,2}\\.\\*",
            "[ab]\\.\\{[ab]\\}(\\.[ab])?",
            Just("*".to_owned())
        ]
    }

    proptest! {
        /// Every pattern is asked whether it matches, and those that do are sorted by how specific they are.
        #[test]
        fn a_plain_walk_finds_the_same(
            patterns in prop::collection::vec(pattern(), 0..12),
            key in "[ab](\\.[ab]){0,3}",
            template in prop::option::of("[ab]\\.\\{[ab]\\}(\\.[ab])?"),
        ) {
            let patterns: Vec<Pattern> = patterns.iter().map(|text| text.parse().unwrap()).collect();
            let mut map = Patterns::new();
            for pattern in &patterns {
                map.insert(pattern.clone(), pattern.clone());
            }
            let mut expected: Vec<Pattern> = map.iter().map(|(pattern, _)| pattern.clone()).collect();
            prop_assert_eq!(expected.len(), map.len());
            expected.retain(|pattern| pattern.matches(&key, template.as_deref()));
            expected.sort_by_key(|pattern| (pattern.kind(), usize::MAX - pattern.as_str().len()));
            let found: Vec<Pattern> = map.matches(&key, template.as_deref()).cloned().collect();
            prop_assert_eq!(found, expected);
            for pattern in &patterns {
                prop_assert_eq!(map.get(pattern), map.contains(pattern).then_some(pattern));
                map.remove(pattern);
                prop_assert_eq!(map.get(pattern), None);
            }
            prop_assert!(map.is_empty());
        }

        /// Whatever the text, there is a pattern that displays as the text, or an error that says what to write.
        #[test]
        fn a_pattern_displays_as_it_was_written(text in "[a.*{}_ é-]{0,8}") {
            match text.parse::<Pattern>() {
                Ok(pattern) => prop_assert_eq!(pattern.to_string(), text),
                Err(error) => {
                    let error = error.to_string();
                    let says = ["did you mean", "write", "as in", "as in `", "is allowed"];
                    prop_assert!(says.iter().any(|says| error.contains(says)), "{}", error);
                }
            }
        }
    }

    impl<T> Patterns<T> {
        fn contains(&self, pattern: &Pattern) -> bool {
            self.iter().any(|(other, _)| other == pattern)
        }
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for (text, says) in [
            ("", "key: the text is empty; write a name such as `users.get`"),
            ("users*", "write `users.*` for all keys below `users`"),
            ("users.*.get", "`*` stands alone, or as the last part of a name"),
            ("t.{tenant}.*", "`*` stands alone"),
            ("**", "`*` stands alone"),
            (".*", "the text is empty"),
            ("t.{tenant", "a `{` is not closed"),
            ("users/get", "did you mean `users.get`?"),
        ] {
            let error = text.parse::<Pattern>().unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
        assert_eq!("*".parse::<Pattern>().unwrap().kind(), PatternKind::Any);
    }
}
