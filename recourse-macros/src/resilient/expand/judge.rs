//! The judge: what outcomes mean, and how a rejection becomes one.

use super::super::model::{Errors, Judge};
use super::names::{Names, moved};
use crate::paths::{Runtime, place};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ExprPath;
use syn::spanned::Spanned as _;

/// `let judge = judge::<RET, ..>(|outcome| look(outcome), |error| fail(error), ..);`
///
/// The first two are the only calls with a bound on the return type, and shown there; what asks something of its error
/// type is shown at that.
pub(super) fn judge(runtime: &Runtime, judge: &Judge<'_>) -> TokenStream {
    let Names { judge: name, outcome, error, value, rejection, .. } = Names::new();
    let Judge { returns, blame, values, rejections, .. } = judge;
    let at = place(*blame);
    let errors = judge_of_errors(runtime, &judge.errors);
    let values = values.map_or_else(|| runtime.accept(), |path| closure(path, &value));
    let rejections = rejections.map_or_else(|| conversion(runtime, &rejection, at), |path| closure(path, &rejection));
    let text = text_of_errors(runtime);
    let whole = place(returns.span());
    let (look, fail) = (runtime.look(whole), runtime.fail(whole));
    let (seen, failed) = (moved(&outcome, whole), moved(&error, whole));
    let look = quote_spanned!(whole=> |#seen| #look(#seen));
    let fail = quote_spanned!(whole=> |#failed| #fail(#failed));
    let made = runtime.judge(at);
    let call = quote_spanned! {at=>
        #made::<#returns, _, _, _, _, _, _, _, _>(#look, #fail, #errors, #values, #rejections, #text)
    };
    ours!(let #name = #call;)
}

fn judge_of_errors(runtime: &Runtime, errors: &Errors<'_>) -> TokenStream {
    let error = Names::new().error;
    match errors {
        Errors::Own { is_static } => {
            let (probe, traits) = (runtime.probe(), runtime.ways_to_class(*is_static));
            ours! {
                |#error| {
                    #[allow(unused_imports)]
                    use #traits;
                    (&&&&#probe(#error)).recourse_class()
                }
            }
        }
        Errors::Class(path) => closure(path, &error),
        Errors::RetryIf(path) => {
            let at = place(path.span());
            let (retry_if, error) = (runtime.retry_if(at), moved(&error, at));
            quote_spanned!(at=> |#error| #retry_if(#path(#error)))
        }
    }
}

fn text_of_errors(runtime: &Runtime) -> TokenStream {
    let error = Names::new().error;
    let (probe, traits) = (runtime.probe(), runtime.ways_to_text());
    ours! {
        |#error| {
            #[allow(unused_imports)]
            use #traits;
            (&&#probe(#error)).recourse_text()
        }
    }
}

/// `|rejection| from_rejection(rejection)`: were it the bare path, its type would carry the bound to wherever `judge` goes, and
/// rustc would report the one mistake at each of these places.
fn conversion(runtime: &Runtime, rejection: &Ident, at: Span) -> TokenStream {
    let (conversion, rejection) = (runtime.conversion(at), moved(rejection, at));
    quote_spanned!(at=> |#rejection| #conversion(#rejection))
}

/// `|error| path(error)`: unlike the bare path, it takes functions that are generic over the lifetime of the borrow.
fn closure(path: &ExprPath, argument: &Ident) -> TokenStream {
    let at = place(path.span());
    let argument = moved(argument, at);
    quote_spanned!(at=> |#argument| #path(#argument))
}
