//! [`Model`] -> tokens: the function with a guarded body. Cannot fail.
//!
//! ```text
//! // Input
//! #[resilient(key = "users.get", retry = "3 attempts", timeout = "2s")]
//! async fn get_user(&self, id: UserId) -> Result<User, ApiError> { BODY }
//!
//! // Output, without the prefix ::recourse::__private
//! async fn get_user(&self, id: UserId) -> Result<User, ApiError> {
//!     static __RECOURSE_SITE: CallSite = CallSite::new(SiteName::literal("users.get"), Policy::new().retry(..).timeout(..));
//!     let classifier = classifier::<Result<User, ApiError>, ..>(|outcome| CLASS, |error| OUTCOME, |rejection| ERROR, |outcome| TEXT);
//!     match ::core::pin::pin!(__RECOURSE_SITE.call()) {
//!         call => {
//!             let mut call = match call.gate() {
//!                 ::core::result::Result::Ok(call) => call,
//!                 ::core::result::Result::Err(rejection) => return rejected(classifier, rejection),
//!             };
//!             loop {
//!                 let id = clone_arg(&id);
//!                 let step = call.attempt(classifier, async move { RETURN_HINT; { BODY } }).await;
//!                 match step {
//!                     NextStep::Launch(again) => call = given_back(again),
//!                     NextStep::Done(result) => break result,
//!                 }
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! | part of the output | written by |
//! |---|---|
//! | the static | `site` |
//! | the classifier | `classifier` |
//! | the call, the gate before it and the loop | `call` |
//! | what each attempt gets of the arguments | `passing` |
//! | the attempt, `async move { .. }` | `attempt`, `rename` |
//! | what surrounds all this when there is a fallback | `fallback` |
//! | the section about resilience in the documentation | `docs` |
//!
//! # Design notes
//!
//! The output has to pass every lint that the user's code passes. So the static comes first (`clippy::items_after_statements`),
//! results are bound before they are matched (`clippy::blocks_in_conditions`), and `#[allow(..)]` is put on generated `let`s
//! only: on the function it would silence warnings about the user's code. It also has to resolve in any scope, even under
//! `#![no_implicit_prelude]`, so all paths are absolute, and only types of our own are called with method syntax.

use super::model::{Model, Shape};
use crate::function::Function;
use crate::spans::quote_internal;
use proc_macro2::{Delimiter, Group, TokenStream};
use quote::quote;

mod attempt;
mod call;
mod classifier;
mod docs;
mod fallback;
mod names;
mod passing;
mod rename;
mod site;

pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let Function { attributes, visibility, defaultness, signature, .. } = model.function;
    let (signature, call) = match &model.shape {
        Shape::Once => (signature, call::once(model)),
        Shape::Repeat { arguments, .. } => (&arguments.signature, call::repeat(model, arguments)),
    };
    let statements = match model.fallback {
        None => call,
        Some(fallback) => fallback::with_fallback(model, fallback, &call),
    };
    let (site, warning) = (site::site(model), site::warning_of_provided(model));
    let classifier = classifier::classifier(&model.runtime, &model.classifier);
    let returned = attempt::returned(model, quote_internal!(#classifier #statements));
    let inner_attributes = &model.body.attributes;
    let mut block = Group::new(Delimiter::Brace, quote_internal!(#(#inner_attributes)* #site #warning #returned));
    // With a span of the macro's, lints about the whole function would be shown at the attribute.
    block.set_span(model.body.span);
    let docs = docs::section(model);
    quote! {
        #(#attributes)*
        #docs
        #visibility #defaultness #signature #block
    }
}
