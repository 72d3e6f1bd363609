//! The classifier: closures that say what an outcome means, and how a rejection becomes an outcome.
//!
//! | closure | answers |
//! |---|---|
//! | first | the class of an outcome, by `classify`, `retry_if` and `classify_ok`, or by the error type itself |
//! | second | the outcome for an error, `Err(error)` |
//! | third | the error for a rejection, by `on_reject` or `From<Rejected>` |
//! | fourth | the text of an outcome's error, for timelines |
//!
//! # Design notes
//!
//! Spans decide here how many errors a mistake in the return type causes, and where. Only `as_result` and `from_err` have a
//! bound on the return type; both are shown at that type, so rustc reports it once. Everything that has a bound on the error
//! type is shown at the error type, and everything that calls a function of the user's at the path of that function.

use super::super::model::{Classifier, ErrorClassifier, Rejections, UserFunction};
use super::names::Names;
use crate::runtime::Runtime;
use crate::spans::{ident_at, internal_span, quote_internal, user_span};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ExprPath;
use syn::spanned::Spanned as _;

/// Writes `let classifier = classifier::<RETURNS, ..>(CLASS, OUTCOME, ERROR, TEXT);`.
pub(super) fn classifier(runtime: &Runtime, classifier: &Classifier<'_>) -> TokenStream {
    let Names { classifier: name, outcome, error, rejection, .. } = Names::new();
    let Classifier { returns, error_span, .. } = classifier;
    let (at_error, at_returns) = (user_span(*error_span), user_span(returns.span()));
    let as_result = {
        let (as_result, outcome) = (runtime.outcome_as_result(at_returns), ident_at(&outcome, at_returns));
        quote_spanned!(at_returns=> #as_result(#outcome))
    };
    let class = class(runtime, classifier, &as_result);
    let failed = {
        let (from_err, error) = (runtime.outcome_from_error(at_returns), ident_at(&error, at_returns));
        quote_spanned!(at_returns=> |#error| #from_err(#error))
    };
    let rejected = {
        let error = match classifier.rejections {
            Rejections::Function(UserFunction::Closure(closure)) => {
                let of = runtime.error_by(user_span(closure.span()));
                quote_internal!(#of(#rejection, #closure))
            }
            Rejections::Function(UserFunction::Path(path)) => called(path, &rejection),
            Rejections::Converted => converted(runtime, &rejection, at_error),
            Rejections::Never => {
                let never = runtime.never_rejected();
                quote_internal!(#never(#rejection))
            }
        };
        quote_internal!(|#rejection| #error)
    };
    let text = text(runtime, &as_result);
    let make = runtime.classifier(at_error);
    let made = quote_spanned!(at_error=> #make::<#returns, _, _, _, _, _>(#class, #failed, #rejected, #text));
    quote_internal!(let #name = #made;)
}

/// The closure that returns the class of an outcome.
fn class(runtime: &Runtime, classifier: &Classifier<'_>, as_result: &TokenStream) -> TokenStream {
    let Names { outcome, error, value, .. } = Names::new();
    let of_error = class_of_error(runtime, &classifier.errors);
    let accept = runtime.accept();
    let of_value =
        classifier.values.map_or_else(|| quote_internal!(#accept(#value)), |function| asked(runtime, function, &value));
    let ty =
        runtime.class(classifier.errors.function().map_or_else(internal_span, |function| user_span(function.span())));
    // With the two classes as arms of one `match`, rustc would compare the second with the first. After an early return, each of
    // them is compared with the return type of the closure.
    quote_internal! {
        |#outcome| -> #ty {
            let #error = match #as_result {
                ::core::result::Result::Ok(#value) => return #of_value,
                ::core::result::Result::Err(#error) => #error,
            };
            #of_error
        }
    }
}

fn class_of_error(runtime: &Runtime, errors: &ErrorClassifier<'_>) -> TokenStream {
    let error = Names::new().error;
    match errors {
        ErrorClassifier::Type { is_static } => runtime.class_of(&error, *is_static),
        ErrorClassifier::Class(function) => asked(runtime, *function, &error),
        ErrorClassifier::RetryIf(function) => {
            let span = user_span(function.span());
            let retry_if = runtime.retry_if(span);
            let asked = asked(runtime, *function, &error);
            quote_spanned!(span=> #retry_if(#asked))
        }
    }
}

/// The closure that returns the text of an outcome's error, if there is one.
fn text(runtime: &Runtime, as_result: &TokenStream) -> TokenStream {
    let Names { outcome, error, .. } = Names::new();
    let of_error = runtime.text_of(&error);
    quote_internal! {
        |#outcome| match #as_result {
            ::core::result::Result::Ok(_) => ::core::option::Option::None,
            ::core::result::Result::Err(#error) => {
                #of_error
            }
        }
    }
}

/// `from_rejection(rejection)`, the conversion of the error type itself.
fn converted(runtime: &Runtime, rejection: &Ident, span: Span) -> TokenStream {
    let (from_rejection, rejection) = (runtime.error_from_rejection(span), ident_at(rejection, span));
    quote_spanned!(span=> #from_rejection(#rejection))
}

/// `path(argument)`, or `class_by(argument, |error| ..)`.
///
/// A closure is passed to a function of ours, which tells rustc the type of its argument. It becomes an `fn`, so it cannot capture: the
/// classifier has size zero and outlives the arguments.
fn asked(runtime: &Runtime, function: UserFunction<'_>, argument: &Ident) -> TokenStream {
    match function {
        UserFunction::Path(path) => called(path, argument),
        UserFunction::Closure(closure) => {
            let asked = runtime.answer_by(user_span(closure.span()));
            quote_internal!(#asked(#argument, #closure))
        }
    }
}

/// `path(argument)`, all of it shown at the path.
fn called(path: &ExprPath, argument: &Ident) -> TokenStream {
    let span = user_span(path.span());
    let argument = ident_at(argument, span);
    quote_spanned!(span=> #path(#argument))
}
