//! [`Model`] -> tokens. Cannot fail.
//!
//! ```text
//! // Input
//! #[resilient(key = "users.get", retry = "3 attempts", timeout = "2s")]
//! async fn get_user(&self, id: UserId) -> Result<User, ApiError> { BODY }
//!
//! // Output, ::recourse::__private left out
//! async fn get_user(&self, id: UserId) -> Result<User, ApiError> {
//!     static __RECOURSE_SITE: Site = Site::new(Name::literal("users.get"), Policy::new().retry(..).timeout(..));
//!     let judge = judge::<Result<User, ApiError>, ..>(|outcome| CLASS, |error| fail(error), |rejection| ERROR, |outcome| TEXT);
//!     match ::core::pin::pin!(__RECOURSE_SITE.call()) {
//!         mut call => {
//!             if let ::core::option::Option::Some(rejection) = Pin::as_mut(&mut call).gate() {
//!                 return rejected(judge, rejection);
//!             }
//!             loop {
//!                 let id = clone_arg(&id);
//!                 let turn = Pin::as_mut(&mut call).attempt(judge, async move { EDGE; { BODY } }).await;
//!                 match turn {
//!                     Turn::Launch => {}
//!                     Turn::Done(result) => break result,
//!                 }
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! With a `fallback`, all of this but the static is a block whose outcome is looked into: see `fallback.rs`.
//!
//! Where the body runs once at the most, `call.only(judge, async move { .. }).await` stands instead of the loop. Where two attempts
//! may run at the same time, `hedged_call` stands for `call`: it can hold hedges, and `Turn::Launch` also comes while others run.
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
fn in_call(model: &Model<'_>, inner: &TokenStream) -> TokenStream {
    let leave =
        if let Shape::Repeat { fallback: Some(_), .. } = model.shape { fallback::leave() } else { ours!(return) };
    let Names { site, judge, call, rejection, key, .. } = Names::new();
    let rejected = model.runtime.rejected();
    // A call that holds hedges lets the judge see them, whenever they end.
    let (call_as, seen_by) =
        if model.shape.is_hedged() { ("hedged_call", Some(quote!(#judge))) } else { ("call", None) };
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
            mut #call => {
                if let ::core::option::Option::Some(#rejection) = ::core::pin::Pin::as_mut(&mut #call).gate() {
                    #leave #rejected(#judge, #rejection);
                }
                #inner
            }
        }
    }
}

/// The only attempt.
fn once(model: &Model<'_>) -> TokenStream {
    let Names { judge, call, .. } = Names::new();
    let (making, attempt) = attempt::attempt(model, &TokenStream::new(), false);
    in_call(model, &ours!(#making #call.only(#judge, #attempt).await))
}

/// The loop.
fn repeat(model: &Model<'_>, arguments: &Arguments) -> TokenStream {
    let Names { judge, call, turn, result, saved, .. } = Names::new();
    let ty = model.runtime.turn();
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
    let judged = (!model.shape.is_hedged()).then(|| ours!(#judge,));
    let turns = ours! {
        #keep_self
        loop {
            #fresh_self
            #lent_self
            #(#fresh)*
            #making
            let #turn = ::core::pin::Pin::as_mut(&mut #call).attempt(#judged #attempt).await;
            match #turn {
                #ty::Launch => {}
                #ty::Done(#result) => #done #result,
            }
        }
    };
    in_call(model, &turns)
}
