//! The items of the runtime that expanded code names, all in `recourse::__private`.
//!
//! Every path into the runtime is made here, so that the contract between the macros and `recourse` can be read in one file;
//! the option `crate = path` replaces the root of all of them. Only methods are named elsewhere, next to the values they are
//! called on: those of a call in `resilient/expand/call.rs`, those of a call site in `resilient/expand/site.rs`, and those
//! of a race in `race/expand.rs`.

use crate::spans::{internal_span, quote_internal, respan};
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::Path;

/// Builds paths into the runtime.
pub(crate) struct Runtime {
    /// `::recourse`, or the path given by `crate`.
    root: TokenStream,
}

impl Runtime {
    pub(crate) fn new(root: Option<&Path>) -> Self {
        let root = root.map_or_else(|| quote_internal!(::recourse), ToTokens::to_token_stream);
        Self { root }
    }

    /// Returns `::recourse::__private::name`, with every token of it shown at `span`.
    ///
    /// When the tokens of a path have different places, rustc's messages underline the whole attribute instead. Only the
    /// place changes: each token keeps the scope it is looked up in, so that `crate = $crate::recourse` resolves.
    fn item(&self, name: &str, span: Span) -> TokenStream {
        let (root, name) = (&self.root, Ident::new(name, internal_span()));
        respan(span, quote_internal!(#root::__private::#name))
    }

    /// Returns `::recourse::__private::Trait::method`.
    ///
    /// A method is used wherever its trait has a message of its own for types that do not implement it. For a function with a
    /// bound, rustc would add notes about that function.
    fn method(&self, interface: &str, method: &str, span: Span) -> TokenStream {
        let (interface, method) = (self.item(interface, span), Ident::new(method, internal_span()));
        respan(span, quote_internal!(#interface::#method))
    }

    pub(crate) fn site(&self, span: Span) -> TokenStream {
        self.item("CallSite", span)
    }

    pub(crate) fn site_name(&self) -> TokenStream {
        self.item("SiteName", internal_span())
    }

    /// `MethodOf`, `OfOneType` and `OfAnyType`: whether a trait provides the method.
    pub(crate) fn method_of(&self) -> [TokenStream; 3] {
        ["MethodOf", "OfOneType", "OfAnyType"].map(|name| self.item(name, internal_span()))
    }

    /// `OtherThanPolicy`, a trait that tells what is no policy.
    pub(crate) fn other_than_policy(&self) -> TokenStream {
        self.item("OtherThanPolicy", internal_span())
    }

    /// `deadline(expression)`: the moment that it means.
    pub(crate) fn deadline(&self, span: Span) -> TokenStream {
        self.method("IntoDeadline", "into_deadline", span)
    }

    /// `into_priority(expression)`: the priority that it means.
    pub(crate) fn read_priority(&self, span: Span) -> TokenStream {
        self.method("IntoPriority", "into_priority", span)
    }

    pub(crate) fn priority(&self) -> TokenStream {
        self.item("Priority", internal_span())
    }

    pub(crate) fn key(&self, span: Span) -> TokenStream {
        self.item("key", span)
    }

    pub(crate) fn key_value(&self, span: Span) -> TokenStream {
        self.method("KeyValue", "in_key", span)
    }

    pub(crate) fn clone_arg(&self, span: Span) -> TokenStream {
        self.method("ClonedForEachAttempt", "clone_arg", span)
    }

    /// `captured(&argument)`: names a whole argument.
    pub(crate) fn captured(&self) -> TokenStream {
        self.item("captured", internal_span())
    }

    /// The enum that tells the generated loop whether to start an attempt or to return.
    pub(crate) fn step(&self) -> TokenStream {
        self.item("NextStep", internal_span())
    }

    /// `given_back(call)`: the call that a step gives back.
    pub(crate) fn given_back(&self) -> TokenStream {
        self.item("given_back", internal_span())
    }

    /// The function that turns the last step of a call with one attempt into its result.
    pub(crate) fn done(&self) -> TokenStream {
        self.item("done", internal_span())
    }

    /// `answered(result)`: the result of a fallback.
    pub(crate) fn answered(&self) -> TokenStream {
        self.item("answered", internal_span())
    }

    pub(crate) fn rejected(&self) -> TokenStream {
        self.item("rejected", internal_span())
    }
}

/// Policies, as constant expressions.
impl Runtime {
    pub(crate) fn policy(&self) -> TokenStream {
        self.item("Policy", internal_span())
    }

    pub(crate) fn retry_policy(&self) -> TokenStream {
        self.item("RetryPolicy", internal_span())
    }

    pub(crate) fn hedge_policy(&self) -> TokenStream {
        self.item("HedgePolicy", internal_span())
    }

    pub(crate) fn circuit_policy(&self) -> TokenStream {
        self.item("CircuitPolicy", internal_span())
    }

    pub(crate) fn budget_policy(&self) -> TokenStream {
        self.item("BudgetPolicy", internal_span())
    }

    pub(crate) fn concurrency_policy(&self) -> TokenStream {
        self.item("ConcurrencyPolicy", internal_span())
    }

    pub(crate) fn at_least(&self) -> TokenStream {
        self.item("AtLeast", internal_span())
    }

    pub(crate) fn rate_policy(&self) -> TokenStream {
        self.item("RatePolicy", internal_span())
    }

    pub(crate) fn factor(&self) -> TokenStream {
        self.item("Factor", internal_span())
    }

    pub(crate) fn jitter(&self) -> TokenStream {
        self.item("Jitter", internal_span())
    }
}

/// Classes of outcomes, and the conversions between outcomes, values and errors.
impl Runtime {
    pub(crate) fn classifier(&self, span: Span) -> TokenStream {
        self.item("classifier", span)
    }

    pub(crate) fn outcome_as_result(&self, span: Span) -> TokenStream {
        self.method("Outcome", "as_result", span)
    }

    pub(crate) fn outcome_into_result(&self) -> TokenStream {
        self.method("Outcome", "into_result", internal_span())
    }

    pub(crate) fn outcome_from_value(&self) -> TokenStream {
        self.method("Outcome", "from_ok", internal_span())
    }

    pub(crate) fn outcome_from_error(&self, span: Span) -> TokenStream {
        self.method("Outcome", "from_err", span)
    }

    pub(crate) fn error_from_rejection(&self, span: Span) -> TokenStream {
        self.method("FromRejection", "from_rejection", span)
    }

    pub(crate) fn accept(&self) -> TokenStream {
        self.item("accept", internal_span())
    }

    pub(crate) fn retry_if(&self, span: Span) -> TokenStream {
        self.item("retry_if", span)
    }

    /// `answer_by(&value, |value| ..)`
    pub(crate) fn answer_by(&self, span: Span) -> TokenStream {
        self.item("answer_by", span)
    }

    /// `error_by(rejected, |rejected| ..)`
    pub(crate) fn error_by(&self, span: Span) -> TokenStream {
        self.item("error_by", span)
    }

    /// `never_rejected(rejected)`, of any type.
    pub(crate) fn never_rejected(&self) -> TokenStream {
        self.item("never_rejected", internal_span())
    }

    pub(crate) fn classify(&self) -> TokenStream {
        self.item("Classify", internal_span())
    }

    pub(crate) fn class(&self, span: Span) -> TokenStream {
        self.item("Class", span)
    }

    pub(crate) fn inherited(&self, span: Span) -> TokenStream {
        self.method("Inherit", "recourse_inherited", span)
    }

    pub(crate) fn retryable_after(&self, span: Span) -> TokenStream {
        self.item("retryable_after", span)
    }

    /// Returns a block that asks an error for its class, by the best of the ways its type allows.
    ///
    /// The traits are ordered from the most to the least specific; method lookup takes the first whose bounds hold, since each
    /// needs one reference less than the one before. Only a type that is `'static` can be searched for a rejection in its
    /// chain of sources, so other types are not asked by those traits.
    pub(crate) fn class_of(&self, error: &Ident, is_static: bool) -> TokenStream {
        let (probe, traits) = (self.item("Probe", internal_span()), self.anonymous_imports(class_traits(is_static)));
        quote_internal! {
            {
                #[allow(unused_imports)]
                use #traits;
                (&&&&#probe(#error)).recourse_class()
            }
        }
    }

    /// Returns a block that makes a future of what a fallback returned: of a future, or of a result.
    pub(crate) fn answer_of(&self, returned: &TokenStream) -> TokenStream {
        let (answer, traits) =
            (self.item("Answer", internal_span()), self.anonymous_imports(&["ByFuture", "ByResult"]));
        quote_internal! {
            {
                #[allow(unused_imports)]
                use #traits;
                (&&#answer::new(#returned)).recourse_answer()
            }
        }
    }

    /// `fallback_by((id, error), |(id, error)| ..)`
    pub(crate) fn fallback_by(&self, span: Span) -> TokenStream {
        self.item("fallback_by", span)
    }

    /// Returns statements that ask an error for its text, the one of `Display`, or else of `Debug`.
    pub(crate) fn text_of(&self, error: &Ident) -> TokenStream {
        let (probe, traits) =
            (self.item("Probe", internal_span()), self.anonymous_imports(&["ByDisplay", "ByDebug", "Untold"]));
        quote_internal! {
            #[allow(unused_imports)]
            use #traits;
            (&&&#probe(#error)).recourse_text()
        }
    }

    /// Returns `::recourse::__private::{A as _, B as _}`.
    fn anonymous_imports(&self, names: &[&str]) -> TokenStream {
        let root = &self.root;
        let names = names.iter().map(|name| Ident::new(name, internal_span()));
        respan(internal_span(), quote_internal!(#root::__private::{#(#names as _),*}))
    }
}

fn class_traits(is_static: bool) -> &'static [&'static str] {
    if is_static {
        &["ByClassify", "ByRejection", "ByHeldRejection", "ByDefault"]
    } else {
        &["ByClassify", "ByDefault"]
    }
}

/// Constructors of a race.
impl Runtime {
    /// Returns the path of one of the constructors that `race!` calls; they are named in `race/expand.rs`.
    pub(crate) fn race(&self, name: &str, span: Span) -> TokenStream {
        self.item(name, span)
    }
}
