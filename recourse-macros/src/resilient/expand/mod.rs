//! [`Model`] -> tokens. Cannot fail.
//!
//! ```text
//! // Input
//! #[resilient(key = "users.get", retry = "3 attempts", timeout = "2s")]
//! async fn get_user(&self, id: UserId) -> Result<User, ApiError> { BODY }
//!
//! // Output, ::recourse::__private left out
//! async fn get_user(&self, id: UserId) -> Result<User, ApiError> {
//!     static __RECOURSE_SITE: CallSite = CallSite::new(SiteName::literal("users.get"), Policy::new().retry(..).timeout(..));
//!     let classifier = classifier::<Result<User, ApiError>, ..>(|outcome| CLASS, |error| fail(error), |rejection| ERROR, |outcome| TEXT);
//!     match ::core::pin::pin!(__RECOURSE_SITE.call()) {
//!         call => {
//!             let mut call = match call.gate() {
//!                 ::core::result::Result::Ok(call) => call,
//!                 ::core::result::Result::Err(rejection) => return rejected(classifier, rejection),
//!             };
//!             loop {
//!                 let id = clone_arg(&id);
//!                 let step = call.attempt(classifier, async move { EDGE; { BODY } }).await;
//!                 match step {
//!                     NextStep::Launch(call_back) => call = given_back(call_back),
//!                     NextStep::Done(result) => break result,
//!                 }
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! With a `fallback`, all of this but the static is a block whose outcome is looked into: see `fallback.rs`.
//!
//! If the body runs at most once, `done(call.attempt(classifier, async move { .. }).await)` stands instead of the loop. If two attempts
//! may run at the same time, `hedged_call` stands for `call`: it can hold hedges, and `NextStep::Launch` also comes while others run.
//!
//! The static comes first (`clippy::items_after_statements`), results are bound before they are matched
//! (`clippy::blocks_in_conditions`), `allow` stands on generated `let`s only, and method syntax is used on our own types only.

use super::arguments::Arguments;
use super::model::{Model, Shape};
use crate::function::Function;
use crate::paths::{here, place};
use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

mod attempt;
mod docs;
mod fallback;
mod judge;
mod names;
mod passing;
mod rename;
mod site;

use names::{Names, moved};

pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let Function { attributes, visibility, defaultness, signature, .. } = model.function;
    let (signature, statements) = match &model.shape {
        Shape::Once => (signature, once(model)),
        Shape::Repeat { arguments, fallback, .. } => {
            let statements = match fallback {
                None => repeat(model, arguments),
                Some(path) => fallback::with_fallback(model, arguments, path),
            };
            (&arguments.signature, statements)
        }
    };
    let site = site::site(model);
    let judge = judge::judge(&model.runtime, &model.judge);
    let returned = attempt::returned(model, &ours!(#judge #statements));
    let inner_attributes = &model.body.attributes;
    let mut block = Group::new(Delimiter::Brace, ours!(#(#inner_attributes)* #site #returned));
    // Else what a lint says about the whole function is shown at the attribute.
    block.set_span(model.body.span);
    let docs = docs::section(model);
    quote! {
        #(#attributes)*
        #docs
        #visibility #defaultness #signature #block
    }
}

/// What both shapes stand in: the call, and the gate in front of it.
///
/// With a `let` instead of the `match`, rustc would look at the reference to the call before the call itself, when it finds out
/// whether the function is `Send`: two levels more for each guarded call that another one makes, and there are 128 in all.
fn in_call(model: &Model<'_>, bound: &TokenStream, inner: &TokenStream) -> TokenStream {
    let leave =
        if let Shape::Repeat { fallback: Some(_), .. } = model.shape { fallback::leave() } else { ours!(return) };
    let Names { site, classifier, call, rejection, key, .. } = Names::new();
    let rejected = model.runtime.rejected();
    // A call that holds hedges lets the judge see them, whenever they end.
    let (call_as, seen_by) =
        if model.shape.is_hedged() { ("hedged_call", Some(quote!(#classifier))) } else { ("call", None) };
    let template = model.key.as_ref().and_then(|key| key.template.as_ref().map(|template| (key.written, template)));
    let at = model.executor.map_or_else(here, |executor| place(executor.span()));
    let executor = model.executor.map(|executor| quote_spanned!(at=> &(#executor)));
    let (suffix, asked) = match (template.is_some(), executor) {
        (false, None) => ("", Vec::new()),
        (false, Some(executor)) => ("_in", vec![executor]),
        (true, None) => ("_of", vec![ours!(::core::option::Option::None), ours!(&#key)]),
        (true, Some(executor)) => {
            ("_of", vec![quote_spanned!(at=> ::core::option::Option::Some(#executor)), ours!(&#key)])
        }
    };
    let completed = template.map(|(written, template)| {
        let completed = site::completed(model, written, template);
        // An argument may begin with an underscore, and yet complete the key.
        ours!(#[allow(clippy::used_underscore_binding)] let #key = #completed;)
    });
    let (site, start) = (moved(&site, at), Ident::new(&format!("{call_as}{suffix}"), at));
    let asked = seen_by.into_iter().chain(asked);
    let started = quote_spanned!(at=> #site.#start(#(#asked),*));
    ours! {
        #completed
        match ::core::pin::pin!(#started) {
            #call => {
                let #bound = match #call.gate() {
                    ::core::result::Result::Ok(#call) => #call,
                    ::core::result::Result::Err(#rejection) => #leave #rejected(#classifier, #rejection),
                };
                #inner
            }
        }
    }
}

/// The only attempt.
fn once(model: &Model<'_>) -> TokenStream {
    let Names { classifier, call, .. } = Names::new();
    let done = model.runtime.done();
    let (making, attempt) = attempt::attempt(model, &TokenStream::new(), false);
    in_call(model, &quote!(#call), &ours!(#making #done(#call.attempt(#classifier, #attempt).await)))
}

/// The loop.
fn repeat(model: &Model<'_>, arguments: &Arguments) -> TokenStream {
    let Names { classifier, call, step, again, result, saved, .. } = Names::new();
    let (ty, given_back) = (model.runtime.next_step(), model.runtime.given_back());
    let done = if let Shape::Repeat { fallback: Some(_), .. } = model.shape { fallback::leave() } else { ours!(break) };
    let (keep_self, fresh_self) =
        arguments.owned_self.map(|word| passing::owned_self(&model.runtime, word, &saved)).unzip();
    // A fallback wants it, too: then it was moved aside further out.
    let has_fallback = matches!(model.shape, Shape::Repeat { fallback: Some(_), .. });
    let keep_self = keep_self.filter(|_| !has_fallback);
    let completes_key = |name: &Ident| model.key.as_ref().is_some_and(|key| key.names(name));
    let fresh = arguments.passed.iter().map(|argument| {
        let used = has_fallback || completes_key(&argument.name);
        passing::fresh(&model.runtime, argument, used)
    });
    let patterns: TokenStream = arguments.passed.iter().map(passing::take_apart).collect();
    let lent_self = arguments.lent_self.as_ref().map(passing::lent_self);
    let (making, attempt) = attempt::attempt(model, &patterns, lent_self.is_some());
    let classified = (!model.shape.is_hedged()).then(|| ours!(#classifier,));
    let attempts = ours! {
        #keep_self
        loop {
            #fresh_self
            #lent_self
            #(#fresh)*
            #making
            let #step = #call.attempt(#classified #attempt).await;
            match #step {
                #ty::Launch(#again) => #call = #given_back(#again),
                #ty::Done(#result) => #done #result,
            }
        }
    };
    in_call(model, &ours!(mut #call), &attempts)
}
