//! Gives `self` another name in a body that may be repeated and borrows its receiver mutably.
//!
//! Each attempt gets a reborrow of `self`, and `self` cannot be shadowed; an attempt that captured it would keep it for good. So the
//! expansion writes `let se = &mut *self;`, and the body uses that name.
//!
//! Left as they are: paths (`self::f`), names in a macro (`self = ..`), imports, visibilities, attributes, and items that have
//! a `self` of their own (`impl`, `trait`, `mod`, a named `fn`). `macro_rules!` and the arguments of macros are renamed like the
//! rest; in string literals among these arguments, so is `"{self:?}"`.
//!
//! # Design notes
//!
//! Tokens are renamed, not expressions of a syntax tree: a body that is half typed comes out as it was, and an editor finds every
//! token at its place. Each token keeps its span, so it still means what it meant to whoever wrote it.
//!
//! The name is the beginning of `self`. Clippy takes code for a macro's when an expression does not begin with the text in the
//! source file, and then many of its lints are silent, such as `indexing_slicing` and `arithmetic_side_effects`. `self.x` in the
//! source does begin with `se`. Of the beginnings, `se` comes first: `min_ident_chars` counts one letter, `similar_names` three.

use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream, TokenTree};
use quote::ToTokens as _;
use std::str::FromStr as _;
use syn::Signature;
use syn::ext::IdentExt as _;

/// The names that may stand for `self`, the first that the function does not use.
const NAMES: [&str; 3] = ["se", "sel", "s"];

/// The name that stands for `self` in a function that uses all of [`NAMES`].
const LAST_NAME: &str = "__recourse_self";

/// Returns the name that stands for `self` in a function with this signature and this body.
pub(super) fn name(signature: &Signature, body: &TokenStream) -> &'static str {
    let free = |name: &&str| !mentions(signature.to_token_stream(), name) && !mentions(body.clone(), name);
    NAMES.into_iter().find(free).unwrap_or(LAST_NAME)
}

/// Returns true if a token, or a text that may be a format string, has the name.
fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word.unraw() == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Literal(text) => {
            let text = text.to_string();
            text.contains(&format!("{{{name}}}")) || text.contains(&format!("{{{name}:"))
        }
        TokenTree::Punct(_) => false,
    })
}

/// Returns the body with `name` for `self`.
pub(super) fn renamed(body: TokenStream, name: &str) -> TokenStream {
    stream(body, name, false)
}

fn stream(tokens: TokenStream, name: &str, in_macro: bool) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut output = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        let kept = untouched(token, after, output.last(), in_macro);
        if kept > 0 {
            let (kept, after) = rest.split_at(kept.min(rest.len()));
            output.extend_from_slice(kept);
            rest = after;
            continue;
        }
        let renamed = match token {
            TokenTree::Ident(word) if word == "self" => TokenTree::Ident(Ident::new(name, word.span())),
            TokenTree::Group(group) => {
                let arguments = in_macro || follows_macro(&output);
                let mut inner = Group::new(group.delimiter(), stream(group.stream(), name, arguments));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            TokenTree::Literal(text) if in_macro => TokenTree::Literal(renamed_string(text, name)),
            other => other.clone(),
        };
        output.push(renamed);
        rest = after;
    }
    output.into_iter().collect()
}

/// Returns the number of tokens that stay as they are, from `token` on.
fn untouched(token: &TokenTree, after: &[TokenTree], before: Option<&TokenTree>, in_macro: bool) -> usize {
    match token {
        TokenTree::Ident(word) => match word.to_string().as_str() {
            "self" if is(before, '$') || is(after.first(), ':') && is(after.get(1), ':') => 1,
            // A name in a macro, as `#[instrument]` gives one to its field: `self = debug(&self)`.
            "self" if in_macro && is(after.first(), '=') && !is(after.get(1), '=') && !is(after.get(1), '>') => 1,
            "use" => 1 + up_to(after, |token| is(Some(token), ';')),
            "pub" if is_group(after.first(), Delimiter::Parenthesis) => 2,
            "impl" | "trait" | "mod" => 1 + up_to(after, ends_item),
            "fn" if matches!(after.first(), Some(TokenTree::Ident(_))) => 1 + up_to(after, ends_item),
            _ => 0,
        },
        TokenTree::Punct(mark) if mark.as_char() == '#' => match after {
            [bracket, ..] if is_group(Some(bracket), Delimiter::Bracket) => 2,
            [bang, bracket, ..] if is(Some(bang), '!') && is_group(Some(bracket), Delimiter::Bracket) => 3,
            _ => 0,
        },
        _ => 0,
    }
}

/// Returns the number of tokens up to and including the first for which `last` is true, or of all tokens if there is none.
fn up_to(tokens: &[TokenTree], last: impl Fn(&TokenTree) -> bool) -> usize {
    tokens.iter().position(last).map_or(tokens.len(), |at| at + 1)
}

fn ends_item(token: &TokenTree) -> bool {
    is(Some(token), ';') || is_group(Some(token), Delimiter::Brace)
}

/// Returns true after `name!` and `macro_rules! name`.
fn follows_macro(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(_), bang] if is(Some(bang), '!') => true,
        [.., bang, TokenTree::Ident(_)] => is(Some(bang), '!'),
        _ => false,
    }
}

fn is(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// Renames `{self}` and `{self:?}` in a string that may be a format string; `{{self}}` is text.
fn renamed_string(literal: &Literal, name: &str) -> Literal {
    let text = literal.to_string();
    // A string literal ends with a quote, or with the `#` of a raw string.
    if !text.contains("{self") || !text.ends_with(['"', '#']) {
        return literal.clone();
    }
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('{') {
        let (before, brace) = rest.split_at(at);
        renamed.push_str(before);
        let (taken, written) = if brace.starts_with("{{") {
            ("{{", "{{".to_owned())
        } else if brace.starts_with("{self}") || brace.starts_with("{self:") {
            ("{self", format!("{{{name}"))
        } else {
            ("{", "{".to_owned())
        };
        renamed.push_str(&written);
        rest = brace.strip_prefix(taken).unwrap_or_default();
    }
    renamed.push_str(rest);
    let Ok(mut renamed) = Literal::from_str(&renamed) else { return literal.clone() };
    renamed.set_span(literal.span());
    renamed
}
