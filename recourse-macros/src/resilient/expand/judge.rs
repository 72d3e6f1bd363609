//! The judge: what outcomes mean, and how a rejection becomes one.

use super::super::model::{Errors, Judge};
use super::names::{Names, moved};
use crate::paths::{Runtime, here, place};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ExprPath;
use syn::spanned::Spanned as _;

/// `let judge = judge::<RET, ..>(|outcome| CLASS, |error| fail(error), |rejection| ERROR, |outcome| TEXT);`
///
/// `look` and `fail` are the only calls with a bound on the return type, and shown there, so that rustc says it once; what asks
/// something of its error type is shown at that.
pub(super) fn judge(runtime: &Runtime, judge: &Judge<'_>) -> TokenStream {
    let Names { classifier: name, outcome, error, value, rejection, .. } = Names::new();
    let Judge { returns, blame, values, rejections, .. } = judge;
    let at = place(*blame);
    let whole = place(returns.span());
    let look = {
        let (look, seen) = (runtime.look(whole), moved(&outcome, whole));
        quote_spanned!(whole=> #look(#seen))
    };
    let class = {
        let errors = class_of_errors(runtime, &judge.errors);
        let accept = runtime.accept();
        let values = values.map_or_else(|| ours!(#accept(#value)), |path| called(path, &value));
        let ty = runtime.class(judge.errors.path().map_or_else(here, |path| place(path.span())));
        // As arms of one `match`, the second would be held against the first, and not against the type.
        ours! {
            |#outcome| -> #ty {
                let #error = match #look {
                    ::core::result::Result::Ok(#value) => return #values,
                    ::core::result::Result::Err(#error) => #error,
                };
                #errors
            }
        }
    };
    let reject = {
        let error = rejections.map_or_else(|| conversion(runtime, &rejection, at), |path| called(path, &rejection));
        ours!(|#rejection| #error)
    };
    let fail = {
        let (fail, failed) = (runtime.fail(whole), moved(&error, whole));
        quote_spanned!(whole=> |#failed| #fail(#failed))
    };
    let text = text_of_errors(runtime, &look);
    let made = runtime.judge(at);
    let call = quote_spanned!(at=> #made::<#returns, _, _, _, _, _>(#class, #fail, #reject, #text));
    ours!(let #name = #call;)
}

/// The class of `error`.
fn class_of_errors(runtime: &Runtime, errors: &Errors<'_>) -> TokenStream {
    let error = Names::new().error;
    match errors {
        Errors::Own { is_static } => {
            let (probe, traits) = (runtime.probe(), runtime.ways_to_class(*is_static));
            ours! {
                {
                    #[allow(unused_imports)]
                    use #traits;
                    (&&&&#probe(#error)).recourse_class()
                }
            }
        }
        Errors::Class(path) => called(path, &error),
        Errors::RetryIf(path) => {
            let at = place(path.span());
            let retry_if = runtime.retry_if(at);
            let asked = called(path, &error);
            quote_spanned!(at=> #retry_if(#asked))
        }
    }
}

fn text_of_errors(runtime: &Runtime, look: &TokenStream) -> TokenStream {
    let Names { outcome, error, .. } = Names::new();
    let (probe, traits) = (runtime.probe(), runtime.ways_to_text());
    ours! {
        |#outcome| match #look {
            ::core::result::Result::Ok(_) => ::core::option::Option::None,
            ::core::result::Result::Err(#error) => {
                #[allow(unused_imports)]
                use #traits;
                (&&#probe(#error)).recourse_text()
            }
        }
    }
}

/// `from_rejection(rejection)`, the conversion of the error type itself.
fn conversion(runtime: &Runtime, rejection: &Ident, at: Span) -> TokenStream {
    let (conversion, rejection) = (runtime.conversion(at), moved(rejection, at));
    quote_spanned!(at=> #conversion(#rejection))
}

/// `path(argument)`, all of it shown at the path.
fn called(path: &ExprPath, argument: &Ident) -> TokenStream {
    let at = place(path.span());
    let argument = moved(argument, at);
    quote_spanned!(at=> #path(#argument))
}
