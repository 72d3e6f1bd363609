//! The statements around a call that has a fallback.
//!
//! ```text
//! let result = 'call: {
//!     match pin!(..) {
//!         call => {
//!             let mut call = match call.gate() { Err(rejection) => break 'call rejected(classifier, rejection), .. };
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
//! # Design notes
//!
//! The call is in a labelled block and not in an `async` block, which would be stored in the future a second time. The block
//! ends, and the result is taken apart, before the fallback begins: otherwise the call and the result would stay in memory while
//! the fallback waits.

use super::super::arguments::Arguments;
use super::super::model::Model;
use super::super::patterns;
use super::names::Names;
use super::{call, passing};
use crate::spans::{ident_at, internal_span, quote_internal, user_span};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ExprPath, FnArg};

pub(super) fn with_fallback(model: &Model<'_>, arguments: &Arguments, path: &ExprPath) -> TokenStream {
    let Names { result, value, error, .. } = Names::new();
    let label = call::label();
    let call = call::repeat(model, arguments);
    let (kept, receiver) = receiver(model, arguments);
    let names = arguments.signature.inputs.iter().filter_map(|parameter| match parameter {
        FnArg::Receiver(_) => None,
        FnArg::Typed(typed) => Some(patterns::whole(typed).unwrap_or_else(|| typed.pat.to_token_stream())),
    });
    let given = receiver.into_iter().chain(names);
    // A fallback whose parameters or result do not fit is reported at its path.
    let span = user_span(path.span());
    let (last, into_result, from_ok) =
        (ident_at(&error, span), model.runtime.outcome_into_result(), model.runtime.outcome_from_value());
    let fallback = quote_spanned!(span=> #path(#(#given,)* #last).await);
    let returns = &model.classifier.returns;
    quote_internal! {
        #kept
        let #result: #returns = #label: { #call };
        let #error = match #into_result(#result) {
            ::core::result::Result::Ok(#value) => return #from_ok(#value),
            ::core::result::Result::Err(#error) => #error,
        };
        #[allow(clippy::used_underscore_binding)]
        let #result: #returns = #fallback;
        return #result
    }
}

/// Returns what has to be done with `self` before the call, and what the fallback gets for it.
///
/// A receiver by value is moved aside, and attempts get clones of it. When it is part of the key, or names the executor, it is
/// used before the first attempt, so one more clone is made for these.
fn receiver(model: &Model<'_>, arguments: &Arguments) -> (TokenStream, Option<TokenStream>) {
    let Some(receiver) = arguments.signature.receiver() else { return (TokenStream::new(), None) };
    let Some(word) = arguments.owned_self else {
        return (TokenStream::new(), Some(receiver.self_token.to_token_stream()));
    };
    let saved_self = Names::new().saved_self;
    let (keep, fresh) = passing::owned_self(&model.runtime, word, &saved_self);
    let in_key = model.key.as_ref().is_some_and(|key| key.names(&Ident::new("self", internal_span())));
    let fresh = (in_key || model.executor.is_some()).then_some(fresh);
    (quote_internal!(#keep #fresh), Some(quote!(#saved_self)))
}
