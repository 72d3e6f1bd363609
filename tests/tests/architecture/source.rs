//! Rust source as tokens: what a file uses, without its comments, tests, and code that it writes for others.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the workspace.
pub(crate) fn workspace(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)
}

/// All Rust files below a folder, sorted.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    found.sort();
    found
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tokens of a text, without items, statements and fields that exist only under `cfg(test)`.
pub(crate) fn tokens(text: &str) -> Vec<TokenTree> {
    without_tests(text.parse().unwrap_or_else(|error| panic!("not Rust: {error}")))
}

fn without_tests(stream: TokenStream) -> Vec<TokenTree> {
    let tokens: Vec<_> = stream.into_iter().collect();
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if let Some(end) = attribute(&tokens, at) {
            let is_path = matches!(&tokens[end - 1], TokenTree::Group(group) if starts_with(group, "path"));
            if is_path {
                kept.extend_from_slice(&tokens[at..end]);
            }
            // Doc comments and lints are dropped as well: they use nothing.
            at = if is_only_for_tests(&tokens[end - 1]) { end_of_item(&tokens, end) } else { end };
            continue;
        }
        kept.push(match &tokens[at] {
            TokenTree::Group(group) => {
                let inner = without_tests(group.stream()).into_iter().collect();
                TokenTree::Group(Group::new(group.delimiter(), inner))
            }
            other => other.clone(),
        });
        at += 1;
    }
    kept
}

/// The end of the attribute that begins here, if one does: `#[..]`, `#![..]`.
fn attribute(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let brackets = |at: usize| is_group(tokens.get(at), Delimiter::Bracket);
    match () {
        () if !is_punct(tokens.get(at), '#') => None,
        () if brackets(at + 1) => Some(at + 2),
        () if is_punct(tokens.get(at + 1), '!') && brackets(at + 2) => Some(at + 3),
        () => None,
    }
}

/// An item ends with its `;` or its braces; a field, a variant or an arm with its `,`. Further attributes belong to it.
fn end_of_item(tokens: &[TokenTree], mut at: usize) -> usize {
    const ITEMS: [&str; 12] =
        ["fn", "mod", "impl", "use", "struct", "enum", "trait", "static", "const", "type", "unsafe", "async"];
    while let Some(end) = attribute(tokens, at) {
        at = end;
    }
    let is_item = |token: &TokenTree| ITEMS.iter().any(|word| is_ident(Some(token), word));
    let is_item = tokens[at..].iter().take(3).any(is_item);
    let ends = |token: &TokenTree| {
        let token = Some(token);
        is_punct(token, ';') || is_group(token, Delimiter::Brace) || !is_item && is_punct(token, ',')
    };
    tokens[at..].iter().position(ends).map_or(tokens.len(), |end| at + end + 1)
}

fn starts_with(group: &Group, word: &str) -> bool {
    is_ident(group.stream().into_iter().next().as_ref(), word)
}

/// True for the brackets of `#[cfg(test)]`, `#[cfg(all(test, ..))]`.
fn is_only_for_tests(brackets: &TokenTree) -> bool {
    let TokenTree::Group(brackets) = brackets else { return false };
    let tokens: Vec<_> = brackets.stream().into_iter().collect();
    match (is_ident(tokens.first(), "cfg"), tokens.get(1)) {
        (true, Some(TokenTree::Group(condition))) => holds_without_tests(condition.stream()) == Some(false),
        _ => false,
    }
}

/// Whether a condition holds when no tests are compiled; `None` if that depends on something else.
fn holds_without_tests(condition: TokenStream) -> Option<bool> {
    let tokens: Vec<_> = condition.into_iter().collect();
    let operands = || match tokens.get(1) {
        Some(TokenTree::Group(group)) => {
            let inner: Vec<_> = group.stream().into_iter().collect();
            let operands = inner.split(|token| is_punct(Some(token), ','));
            let operands = operands.filter(|tokens| !tokens.is_empty());
            operands.map(|tokens| holds_without_tests(tokens.iter().cloned().collect())).collect()
        }
        _ => Vec::new(),
    };
    match tokens.first()?.to_string().as_str() {
        "test" | "doctest" => Some(false),
        "not" => operands().first().copied().flatten().map(|holds| !holds),
        "all" if operands().contains(&Some(false)) => Some(false),
        "any" if operands().iter().all(|holds| *holds == Some(false)) => Some(false),
        _ => None,
    }
}

pub(crate) fn is_punct(token: Option<&TokenTree>, expected: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == expected)
}

pub(crate) fn is_ident(token: Option<&TokenTree>, expected: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == expected)
}

pub(crate) fn is_group(token: Option<&TokenTree>, expected: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == expected)
}

/// True for `::` at this place.
pub(crate) fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}
