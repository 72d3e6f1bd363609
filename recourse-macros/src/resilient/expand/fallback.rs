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
//! let told = SITE.fallback();
//! let answer = Answer::new(Self::cached(self, id, error)).recourse_answer();
//! let result = answer.await;
//! return answered(result, told);
//! ```
//!
//! # Design notes
//!
//! The call is in a labelled block and not in an `async` block, which would be stored in the future a second time. The block
//! ends, and the result is taken apart, before the fallback begins: otherwise the call and the result would stay in memory while
//! the fallback waits.

use super::super::arguments::Arguments;
use super::super::model::{Fallback, Model, Shape};
use super::super::patterns;
use super::names::Names;
use super::{attempt, call, passing};
use crate::spans::{ident_at, internal_span, quote_internal, user_span};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprClosure, ExprPath, FnArg, Pat};

pub(super) fn with_fallback(model: &Model<'_>, fallback: Fallback<'_>, call: &TokenStream) -> TokenStream {
    let Names { result, value, error, site, told, .. } = Names::new();
    let label = call::label();
    let (kept, given) = arguments(model);
    // A constant gets no error.
    let (bound, last) = match fallback {
        Fallback::Value(_) => (None, quote_internal!(_)),
        Fallback::Path(_) | Fallback::Closure(_) => (Some(quote_internal!(let #error =)), error.to_token_stream()),
    };
    let (failed, end) =
        if bound.is_some() { (last.clone(), Some(quote_internal!(;))) } else { (quote_internal!({}), None) };
    let (into_result, from_ok) = (model.runtime.outcome_into_result(), model.runtime.outcome_from_value());
    let (returns, answered) = (&model.classifier.returns, model.runtime.answered());
    let (answer, fallback) = match fallback {
        Fallback::Path(path) => by_path(model, path, &given),
        Fallback::Closure(closure) => by_closure(model, closure, &given),
        Fallback::Value(value) => (TokenStream::new(), value.to_token_stream()),
    };
    quote_internal! {
        #kept
        let #result: #returns = #label: { #call };
        #bound match #into_result(#result) {
            ::core::result::Result::Ok(#value) => return #from_ok(#value),
            ::core::result::Result::Err(#last) => #failed,
        } #end
        let #told = #site.fallback();
        #answer
        #[allow(clippy::used_underscore_binding)]
        let #result: #returns = #fallback;
        return #answered(#result, #told)
    }
}

/// Returns what has to be done before the call, and the arguments of the fallback in front of the error.
fn arguments(model: &Model<'_>) -> (TokenStream, Vec<TokenStream>) {
    let (true, Shape::Repeat { arguments, .. }) = (model.fallback.is_some_and(Fallback::takes_arguments), &model.shape)
    else {
        return (TokenStream::new(), Vec::new());
    };
    let (kept, receiver) = receiver(model, arguments);
    let names = arguments.signature.inputs.iter().filter_map(|parameter| match parameter {
        FnArg::Receiver(_) => None,
        FnArg::Typed(typed) => Some(patterns::whole(typed).unwrap_or_else(|| typed.pat.to_token_stream())),
    });
    (kept, receiver.into_iter().chain(names).collect())
}

/// Returns the statement that calls a function, and the expression for its result. Whether it has to be awaited is asked of the type
/// that it returns. A function whose parameters or result do not fit is reported at its path.
fn by_path(model: &Model<'_>, path: &ExprPath, given: &[TokenStream]) -> (TokenStream, TokenStream) {
    let Names { answer, error, .. } = Names::new();
    let span = user_span(path.span());
    let last = ident_at(&error, span);
    // Names of our own, at the path: with the user's, rustc would offer edits of the signature.
    let names: Vec<Ident> =
        (0..given.len()).map(|index| Ident::new(&format!("__recourse_given{index}"), span)).collect();
    let named = quote_internal! {
        #[allow(clippy::used_underscore_binding)]
        let (#(#names,)*) = (#(#given,)*);
    };
    let named = (!given.is_empty()).then_some(named);
    let path = without_lint(path);
    let asked = model.runtime.answer_of(&quote_spanned!(span=> #path(#(#names,)* #last)));
    let answer_there = ident_at(&answer, span);
    let statement = quote_internal! {
        #named
        #[allow(clippy::used_underscore_binding)]
        let #answer = #asked;
    };
    (statement, quote_spanned!(span=> #answer_there.await))
}

/// Returns the path with a first `self` that is marked as a macro's: a method has to write `self::cached`, and `unused_qualifications` would
/// advise against it.
fn without_lint(path: &ExprPath) -> ExprPath {
    let mut path = path.clone();
    let first = path.path.segments.first_mut().map(|segment| &mut segment.ident);
    if let Some(word) = first.filter(|word| *word == "self") {
        word.set_span(user_span(word.span()));
    }
    path
}

/// Returns the statement that calls a closure, and the expression for its result.
///
/// The arguments are passed as one tuple, to a function of ours, which tells rustc their types. An `async` closure becomes one that
/// returns an `async` block, in which the types of the result are hinted.
fn by_closure(model: &Model<'_>, closure: &ExprClosure, given: &[TokenStream]) -> (TokenStream, TokenStream) {
    let Names { answer, error, .. } = Names::new();
    let call = model.runtime.fallback_by(user_span(closure.span()));
    let ExprClosure { capture, inputs, output, body, .. } = closure;
    let (mut patterns, mut types, mut has_types) = (Vec::new(), Vec::new(), false);
    for input in inputs {
        let (pattern, ty) = match input {
            Pat::Type(typed) => (typed.pat.to_token_stream(), typed.ty.to_token_stream()),
            plain => (plain.to_token_stream(), quote_internal!(_)),
        };
        has_types |= matches!(input, Pat::Type(_));
        patterns.push(pattern);
        types.push(ty);
    }
    let ty = has_types.then(|| quote_internal!(: (#(#types,)*)));
    let parameters = quote_internal!(#capture |(#(#patterns,)*) #ty|);
    let arguments = quote_internal!((#(#given,)* #error,));
    let is_async = closure.asyncness.is_some();
    let called = if is_async {
        let hint = attempt::return_hint(model);
        quote_internal!(#call(#arguments, #parameters async move { #hint #body }))
    } else {
        quote_spanned!(user_span(closure.span())=> #call(#arguments, #parameters #output #body))
    };
    if !is_async && !matches!(**body, Expr::Async(_)) {
        return (TokenStream::new(), called);
    }
    (quote_internal!(#[allow(clippy::used_underscore_binding)] let #answer = #called;), quote_internal!(#answer.await))
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
