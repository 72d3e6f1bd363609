//! What each attempt gets of the arguments: generated `let`s that shadow the parameters.
//!
//! See the table in `arguments` for the form of each. Everything that may not compile, such as a clone of what is not `Clone`,
//! is shown at the parameter.

use super::super::arguments::{Argument, Reborrow, ReborrowedSelf};
use super::super::patterns::{Binding, PassBy};
use crate::runtime::Runtime;
use crate::spans::{ident_at, quote_internal, user_span};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Pat, Token};

/// Writes `let id = clone_arg(&id);`, or what else the names of an argument ask for.
///
/// `used` says that the key or the fallback uses a name, so that it is no mistake if the body does not.
pub(super) fn fresh(runtime: &Runtime, argument: &Argument, used: impl Fn(&Ident) -> bool) -> TokenStream {
    let (used, others): (Vec<_>, Vec<_>) = argument.bindings.iter().partition(|binding| used(&binding.name));
    let others = bound(runtime, argument, &others, lints());
    let mut lints = lints();
    lints.extend(quote_internal!(#[allow(unused_variables)]));
    let used = bound(runtime, argument, &used, lints);
    quote!(#used #others)
}

/// Writes one `let` for several names: an `expect` on the parameter may be fulfilled by any of them.
fn bound(runtime: &Runtime, argument: &Argument, bindings: &[&Binding], mut lints: TokenStream) -> Option<TokenStream> {
    let Argument { attributes, pattern, .. } = argument;
    // What captures its reference by itself needs no `let`.
    if bindings.iter().all(|binding| matches!(binding.pass, PassBy::Capture)) {
        return None;
    }
    // Lint attributes of a pattern go on the `let` that takes it apart, since they are about its names.
    let attributes = attributes.iter().filter(|attribute| pattern.is_none() || attribute.path().is_ident("cfg"));
    let ref_mut = argument.is_borrowed_mutably();
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for Binding { name, pass } in bindings {
        let span = user_span(name.span());
        let mut mutable = None;
        let value = match pass {
            PassBy::Capture => name.to_token_stream(),
            PassBy::Reference => quote_spanned!(span=> &#name),
            PassBy::Copy(word) => {
                mutable = Some(*word);
                name.to_token_stream()
            }
            PassBy::Reborrow(word) => {
                mutable = *word;
                quote_spanned!(span=> &mut *#name)
            }
            PassBy::Repin(word) => {
                mutable = *word;
                quote_spanned!(span=> ::core::pin::Pin::as_mut(&mut #name))
            }
            // A `ref mut` in the pattern borrows from this clone, which has to be `mut` for that.
            PassBy::Clone(_) if ref_mut => {
                lints.extend(quote_internal!(#[allow(unused_mut)]));
                mutable = Some(Token![mut](name.span()));
                cloned(runtime, name, span)
            }
            PassBy::Clone(word) => {
                mutable = *word;
                cloned(runtime, name, span)
            }
            PassBy::CloneOfReferent => {
                let clone_arg = runtime.clone_arg(span);
                quote_spanned!(span=> #clone_arg(&*#name))
            }
        };
        names.push(quote!(#mutable #name));
        values.push(value);
    }
    let made = if let ([name], [value]) = (names.as_slice(), values.as_slice()) {
        quote_internal!(let #name = #value;)
    } else {
        quote_internal!(let (#(#names),*) = (#(#values),*);)
    };
    Some(quote!(#(#attributes)* #lints #made))
}

fn cloned(runtime: &Runtime, name: &Ident, span: Span) -> TokenStream {
    let clone_arg = runtime.clone_arg(span);
    quote_spanned!(span=> #clone_arg(&#name))
}

/// Writes the statements inside an attempt that take apart a pattern which could not stay in the signature, and those that give a
/// `ref mut` its reference to a value of the attempt's own.
pub(super) fn inside(argument: &Argument) -> TokenStream {
    let mut statements = take_apart(argument);
    for Binding { name, pass } in &argument.bindings {
        if let PassBy::CloneOfReferent = pass {
            let lints = lints();
            statements.extend(quote_internal!(#lints let #name = &mut { #name };));
        }
    }
    statements
}

/// Writes `let (x, y) = __arg2;`.
fn take_apart(argument: &Argument) -> TokenStream {
    let (Argument { attributes, pattern: Some(pattern), .. }, [Binding { name, .. }]) =
        (argument, argument.bindings.as_slice())
    else {
        return TokenStream::new();
    };
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

/// Writes `let se = &mut *self;`; see `rename` for the name, and for the body's side of it.
pub(super) fn reborrowed_self(reborrowed: &ReborrowedSelf, name: &str) -> TokenStream {
    let ReborrowedSelf { word, mutable, by } = reborrowed;
    let name = Ident::new(name, word.span);
    let span = user_span(word.span);
    let borrow = match by {
        Reborrow::Shared => quote_spanned!(span=> &#word),
        Reborrow::Exclusive => quote_spanned!(span=> &mut *#word),
        Reborrow::Pinned => quote_spanned!(span=> ::core::pin::Pin::as_mut(&mut #word)),
    };
    quote_internal! {
        #[allow(unknown_lints, unused_variables, clippy::no_effect_underscore_binding)]
        let #mutable #name = #borrow;
    }
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
