//! The static: who is called, under which policy, and what its body can bear.

use super::super::model::{Key, Model, Section, Sections, Shape, member};
use super::names::{Names, moved};
use crate::literals::Emit;
use crate::paths::{Runtime, here, place};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use recourse_policy::KeyTemplate;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, LitStr, Pat, Signature};

/// `static __RECOURSE_SITE: Site = Site::new(NAME, POLICY).once();`
pub(super) fn site(model: &Model<'_>) -> TokenStream {
    let (runtime, sections) = (&model.runtime, &model.policy);
    let name = Names::new().site;
    let ty = runtime.site(here());
    let name_type = runtime.name_of_site();
    let key = match &model.key {
        None => ours!(#name_type::path(|| {})),
        Some(Key { template: Some(_), .. }) => ours!(#name_type::Template),
        Some(Key { written, template: None }) => ours!(#name_type::literal(#written)),
    };
    // A constant out of bounds fails in this call, so it is shown at the path of the constant.
    let at = sections.paths().next().map_or_else(here, |path| place(path.span()));
    let new = runtime.site(at);
    let policy = policy(runtime, sections);
    let made = quote_spanned!(at=> #new::new(#key, #policy));
    let budget = borrowed("budget", sections.budget.as_ref());
    let trigger = borrowed("trigger", sections.hedge.as_ref());
    // A path is coerced to the type of the argument where it stands, so what does not fit is shown at it.
    let breaker = model.breaker.map(|path| ours!(.breaker(#path)));
    let shape = match model.shape {
        Shape::Once | Shape::Repeat { once: true, .. } => Some(ours!(.once())),
        Shape::Repeat { hedged: true, .. } => Some(ours!(.hedgeable())),
        Shape::Repeat { hedged: false, .. } => None,
    };
    ours!(static #name: #ty = #made #budget #trigger #breaker #shape;)
}

/// `key(&["db.", ""], &[key_value(&shard)])`
///
/// Each argument is named by the word that stands in the signature, shown at the literal: a literal that a macro wrote may not
/// see what that macro was given.
pub(super) fn completed(model: &Model<'_>, written: &LitStr, template: &KeyTemplate) -> TokenStream {
    let at = place(written.span());
    let (key, value) = (model.runtime.key(at), model.runtime.key_value(at));
    let texts = template.texts().map(Literal::string);
    let values = template.names().map(|name| {
        let path = field(&model.function.signature, name, written.span());
        quote_spanned!(at=> #value(&#path))
    });
    quote_spanned!(at=> #key(&[#(#texts),*], &[#(#values),*]))
}

/// `self.pair.0`
fn field(signature: &Signature, name: &str, at: Span) -> TokenStream {
    let mut words = name.split('.');
    let first = words.next().unwrap_or_default();
    let mut path = signature.inputs.iter().find_map(|parameter| argument(parameter, first, at)).unwrap_or_default();
    for word in words {
        let member = member(word, at);
        path.extend(quote!(.#member));
    }
    path
}

/// The parameter of this name, if this is it.
fn argument(parameter: &FnArg, name: &str, at: Span) -> Option<TokenStream> {
    match parameter {
        FnArg::Receiver(receiver) => (name == "self").then(|| {
            let mut word = receiver.self_token;
            word.span = word.span.located_at(at);
            word.to_token_stream()
        }),
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pattern) if pattern.ident.unraw() == name => Some(moved(&pattern.ident, at).to_token_stream()),
            _ => None,
        },
    }
}

fn policy(runtime: &Runtime, sections: &Sections<'_>) -> TokenStream {
    let ty = runtime.policy();
    let mut policy = sections.base.map_or_else(|| ours!(#ty::new()), |path| ours!(#path));
    policy.extend(part(runtime, "retry", sections.retry.as_ref()));
    policy.extend(part(runtime, "hedge", written(sections.hedge.as_ref())));
    policy.extend(part(runtime, "circuit", sections.circuit.as_ref()));
    policy.extend(part(runtime, "budget", written(sections.budget.as_ref())));
    policy.extend(part(runtime, "timeout", sections.timeout.as_ref()));
    policy.extend(part(runtime, "attempt_timeout", sections.attempt_timeout.as_ref()));
    policy
}

/// `.trigger(&PATH)`: what is the user's own, and no part of the policy. That it is none is shown at the path.
fn borrowed<T>(setter: &str, section: Option<&Section<'_, T>>) -> Option<TokenStream> {
    let path = section?.path()?;
    let setter = Ident::new(setter, here());
    let borrow = quote_spanned!(place(path.span())=> &#path);
    Some(ours!(.#setter(#borrow)))
}

fn written<'s, 'a, T>(section: Option<&'s Section<'a, T>>) -> Option<&'s Section<'a, T>> {
    section.filter(|section| matches!(section, Section::Written(_)))
}

/// `.retry(..)`
fn part<T: Emit>(runtime: &Runtime, setter: &str, section: Option<&Section<'_, T>>) -> Option<TokenStream> {
    let (at, value) = match section? {
        Section::Written(section) => (here(), section.emit(runtime)),
        Section::Path(path) => (place(path.span()), quote!(#path)),
    };
    let setter = Ident::new(setter, at);
    Some(quote_spanned!(at=> .#setter(#value)))
}
