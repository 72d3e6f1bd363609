//! The static of a guarded function: its key, its policy, and whether its body may be repeated or hedged.

use super::super::model::{Key, Model, Rejections, Section, Shape, member};
use super::super::patterns;
use super::names::Names;
use crate::literals::Emit;
use crate::runtime::Runtime;
use crate::spans::{ident_at, internal_span, quote_internal, user_span};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use recourse_policy::{KeyTemplate, RetryPolicy};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{LitStr, Signature};

/// Writes `static __RECOURSE_SITE: CallSite = CallSite::new(NAME, POLICY).once();`.
pub(super) fn site(model: &Model<'_>) -> TokenStream {
    let (runtime, sections) = (&model.runtime, &model.policy);
    let name = Names::new().site;
    let ty = runtime.site(internal_span());
    let name_type = runtime.site_name();
    let key = match &model.key {
        None => quote_internal!(#name_type::path(|| {})),
        Some(Key { written, template: Some(_) }) => quote_internal!(#name_type::template(#written)),
        Some(Key { written, template: None }) => quote_internal!(#name_type::literal(#written)),
    };
    // A constant out of bounds makes this call panic at compile time, so the call is shown at the path of the constant.
    let span = sections.paths().next().map_or_else(internal_span, |path| user_span(path.span()));
    let new = runtime.site(span);
    let policy = policy(model);
    let made = quote_spanned!(span=> #new::new(#key, #policy));
    let budget = borrowed("budget", sections.budget.as_ref());
    let trigger = borrowed("trigger", sections.hedge.as_ref());
    // A path is coerced to the type of the parameter at its own span, so a function that does not fit is shown there.
    let breaker = model.breaker.map(|path| quote_internal!(.breaker(#path)));
    let redact = model.redact.map(|path| quote_internal!(.redact(#path)));
    let shape = match model.shape {
        Shape::Once | Shape::Repeat { runs_once: true, .. } => Some(quote_internal!(.once())),
        Shape::Repeat { hedged: true, .. } => Some(quote_internal!(.hedgeable())),
        Shape::Repeat { hedged: false, .. } => None,
    };
    let never_rejects =
        matches!(model.classifier.rejections, Rejections::Never).then(|| quote_internal!(.never_rejects()));
    let shows = model.of_call.attempt.map(|_| quote_internal!(.shows_attempts()));
    let falls_back = model.has_fallback().then(|| quote_internal!(.falls_back()));
    let made = quote_internal!(#made #budget #trigger #breaker #redact #shape #never_rejects #shows #falls_back);
    if sections.base.is_none() {
        return quote_internal!(static #name: #ty = #made;);
    }
    let other_than_policy = runtime.other_than_policy();
    quote_internal! {
        static #name: #ty = {
            #[allow(unused_imports)]
            use #other_than_policy as _;
            #made
        };
    }
}

/// Writes a warning for a method that a trait provides, if the method has state and no key: types that use the method share the state.
/// The macro does not see whether a method belongs to a trait, so the compiler is asked.
pub(super) fn warning_of_provided(model: &Model<'_>) -> Option<TokenStream> {
    let sections = &model.policy;
    let has_state = model.is_bare()
        || sections.base.is_some()
        || sections.retry.is_some()
        || sections.hedge.is_some()
        || sections.circuit.is_some();
    let is_method = model.function.signature.receiver().is_some();
    if model.key.is_some() || !has_state || !is_method {
        return None;
    }
    let [of, one, any] = model.runtime.method_of();
    // The compiler warns of names that the user wrote, and of no others.
    let method = Ident::new("recourse_method", model.function.signature.ident.span());
    Some(quote_internal!({
        #[allow(unused_imports)]
        use #one as _;
        #[allow(unused_imports)]
        use #any as _;
        (&&#of::<Self>::new()).#method();
    }))
}

/// Writes the key of one call, from the values of its arguments: `key(&["db.", ""], &[key_value(&shard)])`.
///
/// The identifiers are those of the signature, shown at the literal. New ones with the literal's own span would not be found when
/// a `macro_rules!` wrote the literal and was given the parameters.
pub(super) fn completed_key(model: &Model<'_>, written: &LitStr, template: &KeyTemplate) -> TokenStream {
    let span = user_span(written.span());
    let (key, value) = (model.runtime.key(span), model.runtime.key_value(span));
    let texts = template.texts().map(Literal::string);
    let values = template.names().map(|name| {
        let path = field(&model.function.signature, name, written.span());
        quote_spanned!(span=> #value(&#path))
    });
    quote_spanned!(span=> #key(&[#(#texts),*], &[#(#values),*]))
}

/// Writes `self.pair.0`.
fn field(signature: &Signature, name: &str, span: Span) -> TokenStream {
    let mut words = name.split('.');
    let first = words.next().unwrap_or_default();
    let bound = patterns::bound(signature);
    let argument = bound.iter().find(|binding| binding.name.unraw() == first);
    let argument = argument.map(|binding| ident_at(&binding.name, span).to_token_stream());
    let mut path = argument.or_else(|| receiver(signature, first, span)).unwrap_or_default();
    for word in words {
        let member = member(word, span);
        path.extend(quote!(.#member));
    }
    path
}

/// Returns the receiver as an expression, if this is its name.
fn receiver(signature: &Signature, name: &str, span: Span) -> Option<TokenStream> {
    let mut word = signature.receiver().filter(|_| name == "self")?.self_token;
    word.span = word.span.located_at(span);
    Some(word.to_token_stream())
}

fn policy(model: &Model<'_>) -> TokenStream {
    let (runtime, sections) = (&model.runtime, &model.policy);
    let ty = runtime.policy();
    let mut policy = quote_internal!(#ty::new());
    if let Some(path) = sections.base {
        // The same policy: see `OtherThanPolicy`.
        policy = quote_spanned!(user_span(path.span())=> #path.over(#policy));
    }
    // Options come after the shared policy, whose parts they override.
    policy.extend(part(runtime, "retry", sections.retry.as_ref()));
    policy.extend(part(runtime, "hedge", written(sections.hedge.as_ref())));
    policy.extend(part(runtime, "circuit", sections.circuit.as_ref()));
    policy.extend(part(runtime, "budget", written(sections.budget.as_ref())));
    policy.extend(part(runtime, "concurrency", sections.concurrency.as_ref()));
    policy.extend(part(runtime, "rate", sections.rate.as_ref()));
    policy.extend(part(runtime, "timeout", sections.timeout.as_ref()));
    policy.extend(part(runtime, "attempt_timeout", sections.attempt_timeout.as_ref()));
    policy.extend(part(runtime, "at_least", sections.at_least.as_ref()));
    // An empty policy would mean the defaults. A fallback is a mechanism, and so is a deadline; whatever is not named beside them is off.
    if sections.is_empty() && (model.has_fallback() || model.of_call.has_mechanism()) {
        policy.extend(part(runtime, "retry", Some(&Section::Written(RetryPolicy::none()))));
    }
    policy
}

/// Writes `.trigger(&PATH)`, for a static of the user's that the site borrows. One of a wrong type is reported at the path.
fn borrowed<T>(setter: &str, section: Option<&Section<'_, T>>) -> Option<TokenStream> {
    let path = section?.path()?;
    let setter = Ident::new(setter, internal_span());
    let borrow = quote_spanned!(user_span(path.span())=> &#path);
    Some(quote_internal!(.#setter(#borrow)))
}

/// Returns the section if it is part of the policy, which a trigger or a budget named by its path is not.
fn written<'s, 'a, T>(section: Option<&'s Section<'a, T>>) -> Option<&'s Section<'a, T>> {
    section.filter(|section| matches!(section, Section::Written(_)))
}

/// Writes `.retry(..)`.
fn part<T: Emit>(runtime: &Runtime, setter: &str, section: Option<&Section<'_, T>>) -> Option<TokenStream> {
    let (span, value) = match section? {
        Section::Written(section) => (internal_span(), section.emit(runtime)),
        Section::Path(path) => (user_span(path.span()), quote!(#path)),
    };
    let setter = Ident::new(setter, span);
    Some(quote_spanned!(span=> .#setter(#value)))
}
