//! What stands around the call where there is a fallback.
//!
//! ```text
//! let result = 'call: {
//!     match pin!(..) {
//!         mut call => {
//!             if let Some(rejection) = call.gate() { break 'call rejected(judge, rejection); }
//!             loop { .. Done(result) => break 'call result, .. }
//!         }
//!     }
//! };
//! let error = match into_result(result) {
//!     Ok(value) => return from_ok(value),
//!     Err(error) => error,
//! };
//! Self::cached(self, id, error).await
//! ```
//!
//! A block with a label, and not one that is `async`: that would be kept twice. The call is gone when the fallback begins, and so
//! is the result, which would else be kept while the fallback waits.

use super::super::arguments::Arguments;
use super::super::model::Model;
use super::names::{Names, moved};
use super::{passing, repeat};
use crate::paths::{here, place};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ExprPath, FnArg, Lifetime, Pat};

/// `break 'call`
pub(super) fn leave() -> TokenStream {
    let label = label();
    ours!(break #label)
}

fn label() -> Lifetime {
    Lifetime::new("'__recourse_call", here())
}

pub(super) fn with_fallback(model: &Model<'_>, arguments: &Arguments, path: &ExprPath) -> TokenStream {
    let Names { result, value, error, .. } = Names::new();
    let label = label();
    let call = repeat(model, arguments);
    let (kept, receiver) = receiver(model, arguments);
    let names = arguments.signature.inputs.iter().filter_map(|parameter| match parameter {
        FnArg::Receiver(_) => None,
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(plain) => Some(plain.ident.to_token_stream()),
            other => Some(other.to_token_stream()),
        },
    });
    let given = receiver.into_iter().chain(names);
    let at = place(path.span());
    let (error_here, into_result, from_ok) = (moved(&error, at), model.runtime.taken_apart(), model.runtime.success());
    let fallback = quote_spanned!(at=> #path(#(#given,)* #error_here).await);
    let returns = &model.judge.returns;
    ours! {
        #kept
        let #result: #returns = #label: { #call };
        let #error = match #into_result(#result) {
            ::core::result::Result::Ok(#value) => return #from_ok(#value),
            ::core::result::Result::Err(#error) => #error,
        };
        #[allow(clippy::used_underscore_binding)]
        let #result: #returns = #fallback;
        #result
    }
}

/// What the fallback gets for `self`, and what has to be done for it in front of the call.
///
/// A receiver by value is moved aside for all attempts. Where it completes the key, or names the executor, these get a clone,
/// since they are asked first.
fn receiver(model: &Model<'_>, arguments: &Arguments) -> (TokenStream, Option<TokenStream>) {
    let Some(receiver) = arguments.signature.receiver() else { return (TokenStream::new(), None) };
    let Some(word) = arguments.owned_self else {
        return (TokenStream::new(), Some(receiver.self_token.to_token_stream()));
    };
    let saved = Names::new().saved;
    let (keep, fresh) = passing::owned_self(&model.runtime, word, &saved);
    let in_key = model.key.as_ref().is_some_and(|key| key.names(&Ident::new("self", here())));
    let fresh = (in_key || model.executor.is_some()).then_some(fresh);
    (ours!(#keep #fresh), Some(quote!(#saved)))
}
