//! [`Model`] -> tokens. Cannot fail.
//!
//! ```text
//! // Input
//! #[derive(Classify)]
//! enum ApiError {
//!     #[classify(ignore)] NotFound,
//!     #[classify(retryable(after = retry_after))] Busy { retry_after: Option<Duration> },
//!     #[classify(inherit)] Rejected(Rejected),
//! }
//!
//! // Output, ::recourse::__private left out
//! impl Classify for ApiError {
//!     fn classify(&self) -> Class {
//!         match self {
//!             Self::NotFound => Class::Ignore,
//!             Self::Busy { retry_after, .. } => retryable_after(retry_after),
//!             Self::Rejected { 0: field, .. } => inherit(field),
//!         }
//!     }
//! }
//! ```

use super::ast::{Field, Variant};
use super::model::{After, Body, Class, Model};
use crate::literals::Emit as _;
use crate::paths::{Runtime, here, place};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Generics, Member, Type};

pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { runtime, name, generics, body } = model;
    let asked: Vec<&Type> = body
        .classes()
        .filter_map(Class::inherits)
        .map(|field| &field.ty)
        .filter(|ty| needs_bound(ty, name, generics))
        .collect();
    let body = match body {
        Body::Struct(class) => of_struct(runtime, class),
        Body::Enum(arms) => of_enum(runtime, arms),
    };
    implementation(runtime, name, generics, &asked, &body)
}

/// The impl, where the types that are asked say what they are.
pub(super) fn implementation(
    runtime: &Runtime,
    name: &Ident,
    generics: &Generics,
    asked: &[&Type],
    body: &TokenStream,
) -> TokenStream {
    let (interface, class) = (runtime.classify(), runtime.class(here()));
    let (parameters, arguments, _) = generics.split_for_impl();
    let written = generics.where_clause.iter().flat_map(|written| &written.predicates);
    let bounds = ours!(#(#written,)* #(#asked: #interface,)*);
    let bounds = (!bounds.is_empty()).then(|| ours!(where #bounds));
    // A macro's word at the user's place: else a deprecated type would be complained about here.
    let (mut name, receiver) = (name.clone(), receiver());
    name.set_span(place(name.span()));
    ours! {
        #[automatically_derived]
        impl #parameters #interface for #name #arguments #bounds {
            fn classify(&#receiver) -> #class {
                #body
            }
        }
    }
}

/// A type with a type parameter in it is asked only where it has a class. One that holds the type itself always has it: a
/// bound that says so would have to be proven by itself.
fn needs_bound(ty: &Type, name: &Ident, generics: &Generics) -> bool {
    let tokens = ty.to_token_stream();
    let is_parameter = |word: &Ident| generics.type_params().any(|parameter| parameter.ident == *word);
    mentions(&tokens, &is_parameter) && !mentions(&tokens, &|word| word == name || word == "Self")
}

fn mentions(tokens: &TokenStream, is: &dyn Fn(&Ident) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => is(&word),
        TokenTree::Group(group) => mentions(&group.stream(), is),
        _ => false,
    })
}

fn of_struct(runtime: &Runtime, class: &Class<'_>) -> TokenStream {
    let bound = bound(class);
    let class = self::class(runtime, class);
    let receiver = receiver();
    let binding = (!bound.is_empty()).then(|| ours!(let Self { #bound .. } = #receiver;));
    ours!(#binding #class)
}

fn of_enum(runtime: &Runtime, arms: &[(&Variant, Class<'_>)]) -> TokenStream {
    let receiver = receiver();
    if arms.is_empty() {
        return ours!(match *#receiver {});
    }
    let arms = arms.iter().map(|(variant, class)| {
        let (name, bound) = (&variant.name, bound(class));
        let fields = (!variant.is_unit).then(|| ours!({ #bound .. }));
        let class = self::class(runtime, class);
        ours!(Self::#name #fields => #class,)
    });
    ours!(match #receiver { #(#arms)* })
}

/// The fields that a class needs, as parts of a pattern.
fn bound(class: &Class<'_>) -> TokenStream {
    match class {
        Class::Inherit(field) => {
            let (member, local) = (&field.member, field_asked(field));
            ours!(#member: #local,)
        }
        Class::RetryableAfter(After::Expression { named, .. }) => named
            .iter()
            .map(|(member, local)| match member {
                Member::Named(_) => ours!(#[allow(unused_variables)] #local,),
                Member::Unnamed(_) => ours!(#[allow(unused_variables)] #member: #local,),
            })
            .collect(),
        _ => TokenStream::new(),
    }
}

fn class(runtime: &Runtime, class: &Class<'_>) -> TokenStream {
    let ty = runtime.class(here());
    match class {
        Class::Retryable => ours!(#ty::RETRYABLE),
        Class::RetryableAfter(After::Text(duration)) => {
            let (after, duration) = (runtime.retryable_after(here()), duration.emit(runtime));
            ours!(#after(#duration))
        }
        Class::RetryableAfter(After::Expression { expression, .. }) => {
            // A type that does not fit is reported at the expression.
            let after = runtime.retryable_after(place(expression.span()));
            quote!(#after(#expression))
        }
        Class::NonRetryable => ours!(#ty::NonRetryable),
        Class::Ignore => ours!(#ty::Ignore),
        Class::Success => ours!(#ty::Success),
        Class::Inherit(field) => {
            let at = place(field.ty.span());
            let (inherit, local) = (runtime.inherit(at), field_asked(field));
            quote_spanned!(at=> #inherit(#local))
        }
    }
}

/// The name of the field that is asked, shown at its type: there rustc reports a type without a class.
fn field_asked(field: &Field) -> Ident {
    Ident::new("__recourse_field", place(field.ty.span()))
}

/// `self`, as the user's expressions see it.
fn receiver() -> Ident {
    Ident::new("self", Span::call_site())
}
