//! What each attempt gets of the arguments: generated `let`s that shadow the parameters.
//!
//! See the table in `arguments` for the form of each. Everything that may not compile, such as a clone of what is not `Clone`,
//! is shown at the parameter.

use super::super::arguments::{Argument, PassBy, ReborrowedSelf};
use super::rename;
use crate::runtime::Runtime;
use crate::spans::{ident_at, quote_internal, user_span};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Pat, Token};

/// Writes `let id = clone_arg(&id);`, or what else the argument asks for.
///
/// `used` says that the key or the fallback uses the argument, so that it is no mistake if the body does not.
pub(super) fn fresh(runtime: &Runtime, argument: &Argument, used: bool) -> Option<TokenStream> {
    let Argument { attributes, name, pass, pattern } = argument;
    // Lint attributes of a pattern go on the `let` that takes it apart, since they are about its names.
    let attributes = attributes.iter().filter(|attribute| pattern.is_none() || attribute.path().is_ident("cfg"));
    let mut lints = lints();
    if used {
        lints.extend(quote_internal!(#[allow(unused_variables)]));
    }
    let span = user_span(name.span());
    let made = match pass {
        PassBy::Capture => return None,
        PassBy::Reference => {
            let borrow = quote_spanned!(span=> &#name);
            quote_internal!(let #name = #borrow;)
        }
        PassBy::Copy(mutable) => quote_internal!(let #mutable #name = #name;),
        PassBy::Reborrow(mutable) => {
            let borrow = quote_spanned!(span=> &mut *#name);
            quote_internal!(let #mutable #name = #borrow;)
        }
        PassBy::Repin(mutable) => {
            let borrow = quote_spanned!(span=> ::core::pin::Pin::as_mut(&mut #name));
            quote_internal!(let #mutable #name = #borrow;)
        }
        PassBy::Clone(mutable) => {
            // A `ref mut` in the pattern borrows from this clone, which has to be `mut` for that.
            let ref_mut = argument.is_borrowed_mutably().then(|| quote_internal!(#[allow(unused_mut)]));
            let mutable = if ref_mut.is_some() { Some(Token![mut](name.span())) } else { *mutable };
            lints.extend(ref_mut);
            let clone_arg = runtime.clone_arg(span);
            let call = quote_spanned!(span=> #clone_arg(&#name));
            quote_internal!(let #mutable #name = #call;)
        }
    };
    Some(quote!(#(#attributes)* #lints #made))
}

/// Writes `let (x, y) = __arg2;`.
pub(super) fn take_apart(argument: &Argument) -> TokenStream {
    let Argument { attributes, name, pattern: Some(pattern), .. } = argument else { return TokenStream::new() };
    let lints = lints();
    // rustc 1.85 crashes when an `async` block captures only those parts of a value that an or-pattern binds. Braces make the block
    // capture the whole value.
    let value = if has_alternatives(pattern) { quote_internal!({ #name }) } else { name.to_token_stream() };
    quote_internal!(#(#attributes)* #lints let #pattern = #value;)
}

fn has_alternatives(pattern: &Pat) -> bool {
    fn within(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Punct(mark) => mark.as_char() == '|',
            TokenTree::Group(group) => within(group.stream()),
            _ => false,
        })
    }
    within(pattern.to_token_stream())
}

/// Returns the statement that moves `self` aside, and the one that gives each attempt a clone of it.
///
/// `self` cannot be shadowed by a `let`, but a `mut self` that was moved out of can be assigned again.
pub(super) fn owned_self(runtime: &Runtime, word: Token![self], saved: &Ident) -> (TokenStream, TokenStream) {
    let span = user_span(word.span);
    let clone_arg = runtime.clone_arg(span);
    let shown = ident_at(saved, span);
    let call = quote_spanned!(span=> #clone_arg(&#shown));
    let keep = quote_internal!(let #saved = #word;);
    let fresh = quote_internal! {
        #[allow(unused_assignments)]
        {
            #word = #call;
        }
    };
    (keep, fresh)
}

/// Writes `let __recourse_self = &mut *self;`; see `rename` for the body's side of it.
pub(super) fn reborrowed_self(reborrowed: &ReborrowedSelf) -> TokenStream {
    let ReborrowedSelf { word, mutable, pinned } = reborrowed;
    let name = Ident::new(rename::NAME, word.span);
    let span = user_span(word.span);
    let borrow = if *pinned {
        quote_spanned!(span=> ::core::pin::Pin::as_mut(&mut #word))
    } else {
        quote_spanned!(span=> &mut *#word)
    };
    quote_internal!(#[allow(unknown_lints, clippy::no_effect_underscore_binding)] let #mutable #name = #borrow;)
}

/// Silences the lints that generated `let`s of the user's names would set off.
fn lints() -> TokenStream {
    quote_internal! {
        #[allow(
            unknown_lints,
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding
        )]
    }
}
