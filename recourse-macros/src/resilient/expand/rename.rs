//! `self` under another name, in a body whose `self` is lent to one attempt after the other.
//!
//! `self` cannot be shadowed, and an attempt that took it would take it for good. So each attempt gets `let name = &mut *self;`, and
//! the body says that name. It is tokens that are renamed, not expressions: a body that is half typed stays as it is, and an editor
//! finds every token where it was. Each keeps its span, so it means what it meant to whoever wrote it.
//!
//! Left as they are: paths (`self::f`), names in a macro (`self = ..`), imports, visibilities, attributes, and what has a `self` of its own (`impl`, `trait`, `mod`, a
//! named `fn`). `macro_rules!` and arguments of macros are renamed like the rest; in their texts, `"{self:?}"` is too.

use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream, TokenTree};
use std::str::FromStr as _;

/// The name that stands for `self`.
pub(super) const NAME: &str = "__recourse_self";

/// The body, with `self` under its other name.
pub(super) fn renamed(body: TokenStream) -> TokenStream {
    stream(body, false)
}

fn stream(tokens: TokenStream, in_macro: bool) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut output = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((token, behind)) = rest.split_first() {
        let own = untouched(token, behind, output.last(), in_macro);
        if own > 0 {
            let (kept, behind) = rest.split_at(own.min(rest.len()));
            output.extend_from_slice(kept);
            rest = behind;
            continue;
        }
        let renamed = match token {
            TokenTree::Ident(word) if word == "self" => TokenTree::Ident(Ident::new(NAME, word.span())),
            TokenTree::Group(group) => {
                let arguments = in_macro || follows_macro(&output);
                let mut inner = Group::new(group.delimiter(), stream(group.stream(), arguments));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            TokenTree::Literal(text) if in_macro => TokenTree::Literal(renamed_text(text)),
            other => other.clone(),
        };
        output.push(renamed);
        rest = behind;
    }
    output.into_iter().collect()
}

/// How many tokens from here on stay as they are, `token` included.
fn untouched(token: &TokenTree, behind: &[TokenTree], before: Option<&TokenTree>, in_macro: bool) -> usize {
    match token {
        TokenTree::Ident(word) => match word.to_string().as_str() {
            "self" if is(before, '$') || is(behind.first(), ':') && is(behind.get(1), ':') => 1,
            // A name in a macro, as `#[instrument]` gives one to its field: `self = debug(&self)`.
            "self" if in_macro && is(behind.first(), '=') && !is(behind.get(1), '=') && !is(behind.get(1), '>') => 1,
            "use" => 1 + up_to(behind, |token| is(Some(token), ';')),
            "pub" if is_group(behind.first(), Delimiter::Parenthesis) => 2,
            "impl" | "trait" | "mod" => 1 + up_to(behind, ends_item),
            "fn" if matches!(behind.first(), Some(TokenTree::Ident(_))) => 1 + up_to(behind, ends_item),
            _ => 0,
        },
        TokenTree::Punct(mark) if mark.as_char() == '#' => match behind {
            [bracket, ..] if is_group(Some(bracket), Delimiter::Bracket) => 2,
            [bang, bracket, ..] if is(Some(bang), '!') && is_group(Some(bracket), Delimiter::Bracket) => 3,
            _ => 0,
        },
        _ => 0,
    }
}

/// How many tokens there are up to, and with, the first of a kind; all of them where there is none.
fn up_to(tokens: &[TokenTree], last: impl Fn(&TokenTree) -> bool) -> usize {
    tokens.iter().position(last).map_or(tokens.len(), |at| at + 1)
}

fn ends_item(token: &TokenTree) -> bool {
    is(Some(token), ';') || is_group(Some(token), Delimiter::Brace)
}

/// `name!`, or `macro_rules! name`.
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

/// A text that may be a format: `{self}` and `{self:?}` mean `self`; `{{self}}` does not.
fn renamed_text(literal: &Literal) -> Literal {
    let text = literal.to_string();
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
            ("{self", format!("{{{NAME}"))
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
