//! Every path into the runtime that expanded code names. One page, so that the macro's whole contact with `recourse` can
//! be seen at a glance; `crate = path` moves it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// Where `recourse` lives: `::recourse`, or the path given by `crate`.
pub(crate) struct Runtime {
    root: TokenStream,
}

impl Runtime {
    pub(crate) fn new(root: Option<&Path>) -> Self {
        let root = root.map_or_else(|| quote_spanned!(here()=> ::recourse), ToTokens::to_token_stream);
        Self { root }
    }

    /// `::recourse::__private::name`, every token of it shown at `place`.
    ///
    /// A path of mixed places falls back to the whole attribute in rustc's messages. Only the place changes: each token keeps
    /// the names it can see, so that `crate = $crate::recourse` resolves, and rustc offers no edits in code nobody wrote.
    fn name(&self, name: &str, place: Span) -> TokenStream {
        let (root, name) = (&self.root, Ident::new(name, here()));
        at(place, quote_spanned!(here()=> #root::__private::#name))
    }

    /// `::recourse::__private::Trait::method`. Unlike a function with a bound, rustc has no words about it of its own.
    fn method(&self, interface: &str, method: &str, place: Span) -> TokenStream {
        let (interface, method) = (self.name(interface, place), Ident::new(method, here()));
        at(place, quote_spanned!(here()=> #interface::#method))
    }

    /// `::recourse::__private::{A as _, B as _}`
    fn name_all(&self, names: &[&str]) -> TokenStream {
        let root = &self.root;
        let names = names.iter().map(|name| Ident::new(name, here()));
        at(here(), quote_spanned!(here()=> #root::__private::{#(#names as _),*}))
    }

    pub(crate) fn site(&self, place: Span) -> TokenStream {
        self.name("CallSite", place)
    }

    pub(crate) fn name_of_site(&self) -> TokenStream {
        self.name("SiteName", here())
    }

    pub(crate) fn policy(&self) -> TokenStream {
        self.name("Policy", here())
    }

    pub(crate) fn retry_policy(&self) -> TokenStream {
        self.name("RetryPolicy", here())
    }

    pub(crate) fn hedge_policy(&self) -> TokenStream {
        self.name("HedgePolicy", here())
    }

    pub(crate) fn circuit_policy(&self) -> TokenStream {
        self.name("CircuitPolicy", here())
    }

    pub(crate) fn budget_policy(&self) -> TokenStream {
        self.name("BudgetPolicy", here())
    }

    pub(crate) fn factor(&self) -> TokenStream {
        self.name("Factor", here())
    }

    pub(crate) fn jitter(&self) -> TokenStream {
        self.name("Jitter", here())
    }

    pub(crate) fn judge(&self, place: Span) -> TokenStream {
        self.name("classifier", place)
    }

    pub(crate) fn look(&self, place: Span) -> TokenStream {
        self.method("Outcome", "as_result", place)
    }

    pub(crate) fn fail(&self, place: Span) -> TokenStream {
        self.method("Outcome", "from_err", place)
    }

    pub(crate) fn conversion(&self, place: Span) -> TokenStream {
        self.method("FromRejection", "from_rejection", place)
    }

    pub(crate) fn accept(&self) -> TokenStream {
        self.name("accept", here())
    }

    pub(crate) fn retry_if(&self, place: Span) -> TokenStream {
        self.name("retry_if", place)
    }

    pub(crate) fn probe(&self) -> TokenStream {
        self.name("Probe", here())
    }

    /// The traits that find out what an error type can, from the most to the least it can say about its class ..
    ///
    /// A chain of errors can only be searched in a type that is `'static`; others are not asked for one.
    pub(crate) fn ways_to_class(&self, is_static: bool) -> TokenStream {
        self.name_all(if is_static {
            &["ByClassify", "ByRejection", "ByHeldRejection", "ByDefault"]
        } else {
            &["ByClassify", "ByDefault"]
        })
    }

    /// .. and about its text.
    pub(crate) fn ways_to_text(&self) -> TokenStream {
        self.name_all(&["ByDisplay", "Untold"])
    }

    pub(crate) fn taken_apart(&self) -> TokenStream {
        self.method("Outcome", "into_result", here())
    }

    pub(crate) fn success(&self) -> TokenStream {
        self.method("Outcome", "from_ok", here())
    }

    pub(crate) fn key(&self, place: Span) -> TokenStream {
        self.name("key", place)
    }

    pub(crate) fn key_value(&self, place: Span) -> TokenStream {
        self.method("KeyValue", "in_key", place)
    }

    pub(crate) fn classify(&self) -> TokenStream {
        self.name("Classify", here())
    }

    pub(crate) fn class(&self, place: Span) -> TokenStream {
        self.name("Class", place)
    }

    pub(crate) fn inherit(&self, place: Span) -> TokenStream {
        self.method("Inherit", "recourse_inherited", place)
    }

    pub(crate) fn retryable_after(&self, place: Span) -> TokenStream {
        self.name("retryable_after", place)
    }

    pub(crate) fn next_step(&self) -> TokenStream {
        self.name("NextStep", here())
    }

    pub(crate) fn given_back(&self) -> TokenStream {
        self.name("given_back", here())
    }

    pub(crate) fn done(&self) -> TokenStream {
        self.name("done", here())
    }

    pub(crate) fn rejected(&self) -> TokenStream {
        self.name("rejected", here())
    }

    /// Of the words of `race!`, all of which begin with `race_` but for two.
    pub(crate) fn race(&self, name: &str, place: Span) -> TokenStream {
        self.name(name, place)
    }

    pub(crate) fn clone_arg(&self, place: Span) -> TokenStream {
        self.method("AttemptArg", "clone_arg", place)
    }
}

/// The attribute itself.
pub(crate) fn here() -> Span {
    Span::mixed_site()
}

/// The user's place, but our names: what rustc underlines is the user's code, yet it knows that a macro wrote it.
pub(crate) fn place(user: Span) -> Span {
    user.resolved_at(Span::mixed_site())
}

/// The same tokens, shown at another place.
pub(crate) fn at(place: Span, tokens: TokenStream) -> TokenStream {
    let moved = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &mut token {
            let mut inner = proc_macro2::Group::new(group.delimiter(), at(place, group.stream()));
            inner.set_span(group.span().located_at(place));
            return TokenTree::Group(inner);
        }
        token.set_span(token.span().located_at(place));
        token
    };
    tokens.into_iter().map(moved).collect()
}
