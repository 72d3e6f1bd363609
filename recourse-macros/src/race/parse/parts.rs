//! Splits the input into options and branches, so that each can be parsed on its own.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Token;
use syn::parse::{ParseStream, Parser as _};

/// Returns the tokens before the first `;`, if there is one, and the rest.
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

/// Returns the parts between commas. Commas in the parameters of a closure, and between the angle brackets of a path, are not
/// separators.
pub(super) fn parts(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let whole = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let mut part = TokenStream::new();
            let mut bars = 0;
            while !input.is_empty() && (bars == 1 || !input.peek(Token![,])) {
                // `load::<A, B>` is taken whole.
                if input.peek(Token![::]) && input.peek3(Token![<]) {
                    part.extend([input.parse::<TokenTree>()?, input.parse::<TokenTree>()?]);
                    part.extend(input.parse::<syn::AngleBracketedGenericArguments>()?.into_token_stream());
                    continue;
                }
                // `||` has no parameters; it would count as two bars otherwise.
                if input.peek(Token![||]) {
                    part.extend([input.parse::<TokenTree>()?, input.parse::<TokenTree>()?]);
                    continue;
                }
                // The parameters of a closure, as in `=> |a, b| ..` and `move |a| ..`.
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
    // Only angle brackets can fail to parse here. The part that has them is parsed again, and reports it.
    if whole.parse2(tokens.clone()).is_err() {
        return vec![tokens];
    }
    parts
}

/// Returns true if a `|` after these tokens begins a closure, rather than being an operator.
fn opens_closure(before: &TokenStream) -> bool {
    match before.clone().into_iter().last() {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() != '?',
        Some(TokenTree::Ident(word)) => word == "move" || word == "return",
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => false,
    }
}

/// Returns an error if anything is left of a part.
pub(super) fn done(input: ParseStream<'_>, what: &str) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    let rest: TokenStream = input.parse()?;
    let message = if what == "branch" {
        "a branch ends here: `[name =] future [after 20ms] [if condition] [=> function]`, and a comma after it"
            .to_owned()
    } else {
        format!("the {what} ends before this")
    };
    Err(syn::Error::new_spanned(rest, message))
}
