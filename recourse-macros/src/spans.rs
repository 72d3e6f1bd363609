//! Spans of generated tokens, and the macro that quotes them.
//!
//! A span answers two questions: which source text rustc underlines in a message about the token, and in which scope the
//! token's name is looked up (its hygiene). The helpers below choose the answers separately:
//!
//! | helper | underlined text | scope of names |
//! |---|---|---|
//! | [`internal_span`], `quote_internal!` | the whole attribute | the macro's own |
//! | [`user_span`] | the user's token | the macro's own |
//! | [`respan`], [`ident_at`] | the given place | unchanged |
//!
//! The scope of the macro's own names is the important part of [`user_span`]: rustc then knows that a macro wrote the code,
//! and suggests no edits in it.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};

/// Quotes tokens whose names the user's code cannot see, and which cannot see the user's.
macro_rules! quote_internal {
    ($($tokens:tt)*) => { quote::quote_spanned!($crate::spans::internal_span()=> $($tokens)*) };
}
pub(crate) use quote_internal;

/// Returns the span of the attribute itself, with the macro's own names.
pub(crate) fn internal_span() -> Span {
    Span::mixed_site()
}

/// Returns a span that is shown at the user's token, with the macro's own names.
pub(crate) fn user_span(user: Span) -> Span {
    user.resolved_at(Span::mixed_site())
}

/// Shows the tokens at another place. Their names mean what they meant before.
pub(crate) fn respan(span: Span, tokens: TokenStream) -> TokenStream {
    let moved = |mut token: TokenTree| {
        // The span of a group is that of its delimiters; the tokens inside have spans of their own.
        if let TokenTree::Group(group) = &mut token {
            let mut inner = Group::new(group.delimiter(), respan(span, group.stream()));
            inner.set_span(group.span().located_at(span));
            return TokenTree::Group(inner);
        }
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(moved).collect()
}

/// Returns the same identifier, shown at another place.
pub(crate) fn ident_at(name: &Ident, span: Span) -> Ident {
    let mut moved = name.clone();
    moved.set_span(name.span().located_at(span));
    moved
}
