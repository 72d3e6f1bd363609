//! Tests of one binary run in one process, and share the process-wide executor: each file has keys of its own there.

use crate::source::{is_group, is_ident, is_punct, read, rust_files, workspace};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn files_of_a_binary_share_no_key_of_the_process_wide_executor() {
    let root = workspace("tests/tests");
    let mut users: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for file in rust_files(&root) {
        let inside = file.strip_prefix(&root).expect("below the root");
        let binary = inside.iter().next().expect("a folder").to_string_lossy().into_owned();
        let tokens = read(&file).parse().expect("Rust");
        for key in keys(tokens) {
            users.entry((binary.clone(), key)).or_default().insert(inside.display().to_string());
        }
    }
    assert!(users.len() > 30, "only {} keys were found", users.len());
    let shared: Vec<_> = users.into_iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:#?}");
}

/// Keys of the attributes in this code that name no executor.
fn keys(code: TokenStream) -> BTreeSet<String> {
    let (tokens, mut found) = (code.into_iter().collect::<Vec<_>>(), BTreeSet::new());
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        found.extend(keys(group.stream()));
        if at > 0 && is_punct(tokens.get(at - 1), '#') && is_group(Some(token), Delimiter::Bracket) {
            found.extend(key(&group.stream().into_iter().collect::<Vec<_>>()));
        }
    }
    found
}

/// The key of `resilient(..)`, if that is what stands in these brackets, and no executor is named beside it.
fn key(attribute: &[TokenTree]) -> Option<String> {
    let [.., name, TokenTree::Group(options)] = attribute else { return None };
    let options: Vec<_> = options.stream().into_iter().collect();
    let at = |option| options.iter().position(|token| is_ident(Some(token), option));
    let key = options.get(at("key")? + 2)?.to_string();
    // The key that a macro hands on, `$key`, is written elsewhere.
    let is_ours = is_ident(Some(name), "resilient") && at("executor").is_none() && key.starts_with('"');
    is_ours.then_some(key)
}

/// The check itself.
#[test]
fn the_check_can_fail() {
    let keys = |code: &str| keys(code.parse().expect("Rust")).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(keys("#[resilient(key = \"a\", timeout = \"1s\")] async fn f() {}"), "\"a\"");
    assert_eq!(keys("mod m { #[recourse::resilient(timeout = \"1s\", key = \"b\")] async fn f() {} }"), "\"b\"");
    assert_eq!(keys("#[resilient(key = \"a\", executor = mine)] async fn f() {}"), "");
    assert_eq!(keys("#[other(key = \"a\")] async fn f() {}"), "");
}
