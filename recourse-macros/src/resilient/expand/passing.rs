//! What each attempt gets of the arguments.

use super::super::arguments::{Argument, LentSelf, Pass};
use super::names::moved;
use super::rename;
use crate::paths::{Runtime, place};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Token;

/// `let id = clone_arg(&id);`, all of it at the argument's place: there rustc says that it is not `Clone`.
///
/// One that is `used` elsewhere, by the key or the fallback, need not be in the body.
pub(super) fn fresh(runtime: &Runtime, argument: &Argument, used: bool) -> Option<TokenStream> {
    let Argument { attributes, name, pass, pattern } = argument;
    // What is said of a pattern stands on its own `let`.
    let attributes = attributes.iter().filter(|attribute| pattern.is_none() || attribute.path().is_ident("cfg"));
    let mut lints = lints();
    if used {
        lints.extend(ours!(#[allow(unused_variables)]));
    }
    let at = place(name.span());
    let made = match pass {
        Pass::Captured => return None,
        Pass::Lent => {
            let borrow = quote_spanned!(at=> &#name);
            ours!(let #name = #borrow;)
        }
        Pass::Copied(mutable) => ours!(let #mutable #name = #name;),
        Pass::Reborrowed(mutable) => {
            let borrow = quote_spanned!(at=> &mut *#name);
            ours!(let #mutable #name = #borrow;)
        }
        Pass::Repinned(mutable) => {
            let borrow = quote_spanned!(at=> ::core::pin::Pin::as_mut(&mut #name));
            ours!(let #mutable #name = #borrow;)
        }
        Pass::Cloned(mutable) => {
            let ref_mut = argument.is_borrowed_mutably().then(|| ours!(#[allow(unused_mut)]));
            let mutable = if ref_mut.is_some() { Some(Token![mut](name.span())) } else { *mutable };
            lints.extend(ref_mut);
            let clone_arg = runtime.clone_arg(at);
            let call = quote_spanned!(at=> #clone_arg(&#name));
            ours!(let #mutable #name = #call;)
        }
    };
    Some(quote!(#(#attributes)* #lints #made))
}

/// `let (x, y) = __arg2;`
pub(super) fn take_apart(argument: &Argument) -> TokenStream {
    let Argument { attributes, name, pattern: Some(pattern), .. } = argument else { return TokenStream::new() };
    let lints = lints();
    ours!(#(#attributes)* #lints let #pattern = #name;)
}

/// `self` cannot be shadowed, but a moved-out `mut self` may be assigned again.
pub(super) fn owned_self(runtime: &Runtime, word: Token![self], saved: &Ident) -> (TokenStream, TokenStream) {
    let at = place(word.span);
    let clone_arg = runtime.clone_arg(at);
    let shown = moved(saved, at);
    let call = quote_spanned!(at=> #clone_arg(&#shown));
    let keep = ours!(let #saved = #word;);
    let fresh = ours! {
        #[allow(unused_assignments)]
        {
            #word = #call;
        }
    };
    (keep, fresh)
}

/// `let __recourse_self = &mut *self;`, which is what the body calls it.
pub(super) fn lent_self(lent: &LentSelf) -> TokenStream {
    let LentSelf { word, mutable, pinned } = lent;
    let name = Ident::new(rename::NAME, word.span);
    let at = place(word.span);
    let borrow = if *pinned {
        quote_spanned!(at=> ::core::pin::Pin::as_mut(&mut #word))
    } else {
        quote_spanned!(at=> &mut *#word)
    };
    ours!(#[allow(unknown_lints, clippy::no_effect_underscore_binding)] let #mutable #name = #borrow;)
}

/// What generated `let`s of the user's names would set off.
fn lints() -> TokenStream {
    ours! {
        #[allow(
            unknown_lints,
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding
        )]
    }
}
