//! Tokens -> options and branches, each on its own, so that one that cannot be read does not stop the others.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Token;
use syn::parse::{ParseStream, Parser as _};

/// What stands before the first `;`, and what stands behind it.
pub(super) fn split(input: TokenStream) -> (Option<TokenStream>, TokenStream) {
    let mut head = TokenStream::new();
    let mut tokens = input.into_iter();
    for token in tokens.by_ref() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return (Some(head), tokens.collect()),
            token => head.extend([token]),
        }
    }
    (None, head)
}

/// The parts between commas. Commas between the bars of a closure, and in the angles of a path, separate nothing.
pub(super) fn parts(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let whole = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let mut part = TokenStream::new();
            let mut bars = 0;
            while !input.is_empty() && (bars == 1 || !input.peek(Token![,])) {
                // A path with angles in it is taken whole: `load::<A, B>`.
                if input.peek(Token![::]) && input.peek3(Token![<]) {
                    part.extend([input.parse::<TokenTree>()?, input.parse::<TokenTree>()?]);
                    part.extend(input.parse::<syn::AngleBracketedGenericArguments>()?.into_token_stream());
                    continue;
                }
                // A closure's parameters: `=> |a, b| ..`, `move |a| ..`, at the beginning or behind `(`, `=`, `>`.
                if input.peek(Token![||]) {
                    part.extend([input.parse::<TokenTree>()?, input.parse::<TokenTree>()?]);
                    continue;
                }
                if input.peek(Token![|]) && (bars == 1 || opens_closure(&part)) {
                    bars = (bars + 1) % 2;
                }
                part.extend([input.parse::<TokenTree>()?]);
            }
            parts.push(part);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    // Every token can be read as one, so the only fault there can be is in angles, and the part that has it says so itself.
    if whole.parse2(tokens.clone()).is_err() {
        return vec![tokens];
    }
    parts
}

/// True where a `|` behind these tokens begins a closure and is no "or".
fn opens_closure(before: &TokenStream) -> bool {
    match before.clone().into_iter().last() {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() != '?',
        Some(TokenTree::Ident(word)) => word == "move" || word == "return",
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => false,
    }
}
