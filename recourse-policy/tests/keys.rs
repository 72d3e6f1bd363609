//! Keys: which texts are keys, which are not, and how a Rust path becomes one.

use proptest::prelude::*;
use recourse_policy::{Key, limits};
use std::collections::{BTreeSet, HashMap};

const USERS: Key = Key::from_static("users.get");

/// The rule in its plainest form.
fn is_key(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')
    };
    text.len() <= 200 && text.split('.').all(is_part)
}

#[test]
fn bad_keys_are_refused_with_place_and_instead() {
    for (text, position, words) in [
        ("", 0, "the text is empty; write a name such as `users.get`"),
        (".", 0, "empty part"),
        ("..", 0, "write a name such as `users.get`"),
        ("a.", 1, "did you mean `a`?"),
        (".a", 0, "did you mean `a`?"),
        (
            "a..b",
            2,
            "empty part; a-z, A-Z, 0-9, `_`, `-` and single dots between parts are allowed; did you mean `a.b`?",
        ),
        ("a/b", 1, "`/` in `"),
        ("../x", 0, "did you mean `x`?"),
        ("%2e%2e", 0, "`%` in `"),
        ("a\\b", 1, "did you mean `a.b`?"),
        ("//host/x", 0, "did you mean `host.x`?"),
        ("https://h/x", 5, "`:` in `"),
        ("a b", 1, "` ` in `"),
        ("a\r\nb", 1, "`\\r` in `a\\r\\nb` is not allowed"),
        ("a\0b", 1, "`\\0` in `a\\0b` is not allowed"),
        ("stra\u{df}e", 4, "`\u{df}` in `"),
        ("e\u{301}", 1, "` is not allowed"),
        ("\u{ff41}", 0, "` is not allowed"),
        ("a\u{200b}b", 1, "`\\u{200b}` in `"),
        ("a\u{202e}b", 1, "`\\u{202e}` in `"),
        ("db.{shard}", 3, "`{` in `"),
        ("a::b", 1, "did you mean `a.b`?"),
    ] {
        let error = Key::parse(text).expect_err(text);
        assert_eq!(error.position(), position, "{text}: {error}");
        assert!(error.to_string().contains(words), "{text}: {error}");
        assert!(error.to_string().starts_with("key: "), "{error}");
        assert_eq!(Key::new(text), Err(error.clone()));
        assert_eq!(Key::try_from(text), Err(error.clone()));
        assert_eq!(Key::try_from(text.to_owned()), Err(error.clone()));
        assert_eq!(text.parse::<Key>(), Err(error));
    }
}

#[test]
fn the_longest_key_has_200_characters() {
    let longest = "k".repeat(limits::MAX_KEY_LEN);
    assert_eq!(Key::parse(&longest).expect("is allowed").as_str(), longest);
    let error = Key::parse(&"k".repeat(65_536)).expect_err("is too long");
    let shown = "k".repeat(60);
    let message = format!("key: `{shown}...` has 65536 characters, and 200 are allowed; write a shorter name");
    assert_eq!(error.to_string(), message);
    assert_eq!(error.position(), 200);
    assert!(Key::parse(&format!("{longest}k")).is_err());
}

#[test]
#[should_panic(expected = "a key has an empty part")]
fn a_static_key_panics_on_an_empty_part() {
    let _ = Key::from_static("users..get");
}

#[test]
#[should_panic(expected = "a key has a character that is not allowed")]
fn a_static_key_panics_on_a_bad_character() {
    let _ = Key::from_static("users/get");
}

#[test]
#[should_panic(expected = "a key is empty")]
fn a_static_key_panics_on_nothing() {
    let _ = Key::from_static("");
}

#[test]
fn a_key_is_its_text() {
    let read = Key::new("users.get").expect("is a key");
    assert_eq!(read, USERS);
    assert_eq!(read, "users.get");
    assert_eq!(read.as_ref(), "users.get");
    assert_eq!(format!("{read} {read:?} {read:>10}"), "users.get \"users.get\"  users.get");
    assert_eq!(read.namespace(), "users");
    assert_eq!(Key::from_static("alone").namespace(), "alone");
    assert!(Key::from_static("a.b") < Key::from_static("a.c"));
    assert_ne!(Key::from_static("A"), Key::from_static("a"));

    let map = HashMap::from([(read, 1)]);
    assert_eq!(map.get(&USERS), Some(&1));
    assert_eq!(map.get("users.get"), Some(&1));
}

#[test]
fn paths_become_keys() {
    for (path, key) in [
        ("shop::users::get", "shop.users.get"),
        ("<shop::B as shop::T>::get", "shop.B.as.shop.T.get"),
        ("shop::r#match::r#type", "shop.match.type"),
        ("r#fn", "fn"),
        ("shop::bar#x", "shop.bar.x"),
        ("shop::get::{{closure}}", "shop.get"),
        ("shop::get::{{closure}}::inner::{closure#0}", "shop.get.inner"),
        ("shop::Cache<alloc::string::String, 3>::get", "shop.Cache.alloc.string.String.3.get"),
        ("shop::Grid<-1>::get", "shop.Grid.-1.get"),
        ("fn(u8) -> u8", "fn.u8.u8"),
        ("<[u8; 3] as shop::T>::get", "u8.3.as.shop.T.get"),
        ("shop::stra\u{df}e", "shop.strau00dfe"),
        ("shop::\u{1f980}", "shop.u1f980"),
        ("shop::{unclosed", "shop.unclosed"),
        ("users.get", "users.get"),
        ("{{closure}}", "unnamed"),
        ("", "unnamed"),
        ("::", "unnamed"),
    ] {
        assert_eq!(Key::from_path(path).as_str(), key, "{path}");
    }
}

#[test]
fn long_paths_keep_their_end_and_stay_different() {
    let path = |first: char| format!("{first}::{}::orders::get", "module::".repeat(60));
    let (a, b) = (Key::from_path(&path('a')), Key::from_path(&path('b')));
    assert!(a.as_str().ends_with(".module.orders.get"), "{a}");
    assert_ne!(a, b);
    assert_eq!(a, Key::from_path(&path('a')));
    // The hash is part of names that are kept in dashboards, and must not change.
    assert_eq!(a.namespace(), "ea70431f8fc69c9f");

    let one_part = Key::from_path(&format!("{}end", "x".repeat(500)));
    assert!(one_part.as_str().ends_with("xxend") && one_part.as_str().len() == 200, "{one_part}");
    assert_eq!(Key::from_path(&"y".repeat(200)).as_str(), "y".repeat(200));
}

proptest! {
    #[test]
    fn reading_agrees_with_the_law(text in prop_oneof![any::<String>(), "[ab./_-]{0,6}", "[a.]{195,205}"]) {
        prop_assert_eq!(Key::parse(&text).is_ok(), is_key(&text));
    }

    #[test]
    fn every_path_has_a_key(path in prop_oneof![any::<String>(), "([a-z<>{}# ]{1,9}(::)?){0,60}"]) {
        let key = Key::from_path(&path);
        prop_assert!(is_key(key.as_str()), "{}", key);
    }

    #[test]
    fn different_names_have_different_keys(names in proptest::collection::btree_set("[a-z\u{e4}-\u{fc}]{1,12}", 2..20)) {
        let keys: BTreeSet<_> = names.iter().map(|name| Key::from_path(&format!("shop::{name}"))).collect();
        prop_assert_eq!(keys.len(), names.len());
    }
}
