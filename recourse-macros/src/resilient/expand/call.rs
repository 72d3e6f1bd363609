//! The call: its value, the gate before the first attempt, and the loop that runs attempts.
//!
//! | the body | written |
//! |---|---|
//! | runs once at most | `done(call.attempt(classifier, async move { .. }).await)` |
//! | may be repeated | a loop of `call.attempt(classifier, async move { .. }).await` |
//! | may run twice at the same time | the same loop, with `hedged_call` for `call`: it holds hedges, and the step `Launch` also comes while other attempts run |
//!
//! # Design notes
//!
//! The call is the scrutinee of a `match` rather than a `let`. To find out whether a future is `Send`, rustc looks at what it
//! keeps across an `.await`; with a `let` it would look at the reference to the call before the call itself. That is two levels
//! of recursion more for each guarded function that another one calls, out of 128.
//!
//! The gate comes before the loop, and not in its first step, so that a rejected call clones no argument.
//!
//! A step takes the reference to the call and gives it back if another attempt is due. Kept beside the step, the reference would be in
//! every guarded future once more. For the same reason `gate` takes the reference by value, in a statement of its own: a reference that is
//! borrowed, or part of a temporary, is kept across every `.await` behind it.
//!
//! An expression for `executor` is evaluated in a statement of its own, inside the scrutinee. Its temporaries, such as the guard of a
//! lock, are then dropped before the gate; those of the scrutinee itself would live until the call ends.

use super::super::arguments::Arguments;
use super::super::model::{Fallback, Model};
use super::super::of_call::{Deadline, Priority};
use super::names::Names;
use super::{attempt, passing, rename, site};
use crate::spans::{ident_at, internal_span, quote_internal, user_span};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Lifetime;
use syn::spanned::Spanned as _;

/// Writes a call with one attempt.
pub(super) fn once(model: &Model<'_>) -> TokenStream {
    let Names { classifier, call, .. } = Names::new();
    let done = model.runtime.done();
    let (making, attempt) = attempt::attempt(model, &TokenStream::new(), None);
    let shown = shown(model);
    let binding = if shown.is_some() { quote_internal!(mut #call) } else { quote!(#call) };
    in_call(model, &binding, &quote_internal!(#shown #making #done(#call.attempt(#classifier, #attempt).await)))
}

/// Writes a call that may need the body more than once.
pub(super) fn repeat(model: &Model<'_>, arguments: &Arguments) -> TokenStream {
    let Names { classifier, call, step, again, result, saved_self, .. } = Names::new();
    let (step_type, given_back) = (model.runtime.step(), model.runtime.given_back());
    let done = if model.has_fallback() { leave(model) } else { quote_internal!(break) };
    let keeps_arguments = model.fallback.is_some_and(Fallback::takes_arguments);
    let (keep_self, fresh_self) =
        arguments.owned_self.map(|word| passing::owned_self(&model.runtime, word, &saved_self)).unzip();
    // A fallback needs `self` too, so it is moved aside further out: see `fallback`.
    let keep_self = keep_self.filter(|_| !keeps_arguments);
    let in_key = |name: &Ident| model.key.as_ref().is_some_and(|key| key.names(name));
    let used = |name: &Ident| keeps_arguments || in_key(name) || model.of_call.names(name);
    let fresh = arguments.passed.iter().map(|argument| passing::fresh(&model.runtime, argument, used));
    let patterns: TokenStream = arguments.passed.iter().map(passing::inside).collect();
    let self_name = rename::name(&model.function.signature, &model.body.statements);
    let reborrowed_self = arguments.reborrowed_self.as_ref();
    let (making, attempt) = attempt::attempt(model, &patterns, reborrowed_self.map(|_| self_name));
    let shown = shown(model);
    let reborrowed_self = reborrowed_self.map(|reborrowed| passing::reborrowed_self(reborrowed, self_name));
    // A call that holds hedges got the classifier when it was made.
    let classified_by = (!model.shape.is_hedged()).then(|| quote_internal!(#classifier,));
    let steps = quote_internal! {
        #keep_self
        loop {
            #fresh_self
            #reborrowed_self
            #(#fresh)*
            #shown
            #making
            let #step = #call.attempt(#classified_by #attempt).await;
            match #step {
                #step_type::Launch(#again) => #call = #given_back(#again),
                #step_type::Done(#result) => #done #result,
            }
        }
    };
    in_call(model, &quote_internal!(mut #call), &steps)
}

/// Returns the statement that binds the attempt, if the attribute names it. The name is the user's: a body that does not use it is told so.
fn shown(model: &Model<'_>) -> Option<TokenStream> {
    let (name, call) = (model.of_call.attempt?, Names::new().call);
    Some(quote_internal!(let #name = #call.next_attempt();))
}

/// Surrounds the attempts with the call, and with the gate that may reject it. `binding` is the pattern that the call is bound to.
fn in_call(model: &Model<'_>, binding: &TokenStream, attempts: &TokenStream) -> TokenStream {
    let Names { classifier, call, rejection, .. } = Names::new();
    let (completed_key, started) = started(model);
    let rejected = model.runtime.rejected();
    let rejected = quote_internal!(#rejected(#classifier, #rejection));
    // `break 'call ::path` is valid, but syn 2 reads `'call :` as the label of a block, and attributes below parse this with it.
    let rejected = if model.has_fallback() { quote_internal!({ #rejected }) } else { rejected };
    let leave = leave(model);
    // The block of a fallback has a value; otherwise the function returns here.
    let returns = (!model.has_fallback()).then(|| quote_internal!(return));
    quote_internal! {
        #completed_key
        #returns match ::core::pin::pin!(#started) {
            #call => {
                let #binding = match #call.gate() {
                    ::core::result::Result::Ok(#call) => #call,
                    ::core::result::Result::Err(#rejection) => #leave #rejected,
                };
                #attempts
            }
        }
    }
}

/// Returns the statement that completes the key, if it has arguments, and the expression that makes the call.
fn started(model: &Model<'_>) -> (Option<TokenStream>, TokenStream) {
    let Names { site, classifier, key, .. } = Names::new();
    // Hedges end at any time, so a call that holds them has to keep the classifier for them.
    let (base, hedges_classifier) =
        if model.shape.is_hedged() { ("hedged_call", Some(quote!(#classifier))) } else { ("call", None) };
    let template = model.key.as_ref().and_then(|key| key.template.as_ref().map(|template| (key.written, template)));
    let span = model.executor.map_or_else(internal_span, |executor| user_span(executor.span()));
    let executor = model.executor.map(|executor| quote_spanned!(span=> &(#executor)));
    let (suffix, arguments) = match (template.is_some(), executor) {
        (false, None) => ("", Vec::new()),
        (false, Some(executor)) => ("_in", vec![executor]),
        (true, None) => ("_of", vec![quote_internal!(::core::option::Option::None), quote_internal!(&#key)]),
        (true, Some(executor)) => {
            ("_of", vec![quote_spanned!(span=> ::core::option::Option::Some(#executor)), quote_internal!(&#key)])
        }
    };
    // The key is completed before the call begins, while no argument has been moved yet.
    let completed_key = template.map(|(written, template)| {
        let completed = site::completed_key(model, written, template);
        // An argument may begin with an underscore and still be part of the key.
        quote_internal!(#[allow(clippy::used_underscore_binding)] let #key = #completed;)
    });
    let (site, method) = (ident_at(&site, span), Ident::new(&format!("{base}{suffix}"), span));
    let arguments = hedges_classifier.into_iter().chain(arguments);
    let started = quote_spanned!(span=> #site.#method(#(#arguments),*));
    let asked = asked(model);
    let started = if model.executor.is_some() || !asked.is_empty() {
        let call = Names::new().call;
        let mutable = (!asked.is_empty()).then(|| quote_internal!(mut));
        quote_internal!({
            let #mutable #call = #started;
            #asked
            #call
        })
    } else {
        started
    };
    (completed_key, started)
}

/// Returns the statements that give the call what its attribute says by expressions. Each is a statement, so that its temporaries end there.
fn asked(model: &Model<'_>) -> TokenStream {
    let (call, of_call) = (Names::new().call, &model.of_call);
    let detached = matches!(of_call.deadline, Some(Deadline::Ignored)).then(|| quote_internal!(#call.detach();));
    let deadline = match of_call.deadline {
        Some(Deadline::At(expression)) => {
            let read = model.runtime.deadline(user_span(expression.span()));
            Some(quote_internal!(#call.until(#read(#expression));))
        }
        _ => None,
    };
    let priority = of_call.priority.as_ref().map(|priority| {
        let given = match priority {
            Priority::Written(variant) => {
                let (ty, variant) = (model.runtime.priority(), Ident::new(variant, internal_span()));
                quote_internal!(::core::option::Option::Some(#ty::#variant))
            }
            Priority::At(expression) => {
                let read = model.runtime.read_priority(user_span(expression.span()));
                quote_internal!(#read(#expression))
            }
        };
        quote_internal!(#call.prioritise(#given);)
    });
    let timeout = of_call.timeout.map(|expression| quote_internal!(#call.limit(#expression);));
    quote_internal!(#detached #deadline #timeout #priority)
}

/// Returns the keyword that ends the call with a result: `return`, or `break 'call` when a fallback has to see the result.
fn leave(model: &Model<'_>) -> TokenStream {
    if model.has_fallback() {
        let label = label();
        quote_internal!(break #label)
    } else {
        quote_internal!(return)
    }
}

/// The label of the block that a fallback puts around the call.
pub(super) fn label() -> Lifetime {
    Lifetime::new("'__recourse_call", internal_span())
}
