//! [`Model`] -> tokens: the `impl Classify`. Cannot fail.
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
//! // Output, without the prefix ::recourse::__private
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
use crate::runtime::Runtime;
use crate::spans::{internal_span, quote_internal, user_span};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Generics, Member, Type};

pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { runtime, name, generics, body } = model;
    let inherited: Vec<&Type> = body
        .classes()
        .filter_map(Class::inherits)
        .map(|field| &field.ty)
        .filter(|ty| needs_bound(ty, name, generics))
        .collect();
    let body = match body {
        Body::Struct(class) => of_struct(runtime, class),
        Body::Enum(arms) => of_enum(runtime, arms),
    };
    implementation(runtime, name, generics, &inherited, &body)
}

/// Writes the impl, with a bound for each type in `bounded`.
pub(super) fn implementation(
    runtime: &Runtime,
    name: &Ident,
    generics: &Generics,
    bounded: &[&Type],
    body: &TokenStream,
) -> TokenStream {
    let (interface, class) = (runtime.classify(), runtime.class(internal_span()));
    let (parameters, arguments, _) = generics.split_for_impl();
    let written = generics.where_clause.iter().flat_map(|written| &written.predicates);
    let bounds = quote_internal!(#(#written,)* #(#bounded: #interface,)*);
    let bounds = (!bounds.is_empty()).then(|| quote_internal!(where #bounds));
    // A name of the macro's: with the user's span, rustc would warn here about a deprecated type.
    let (mut name, receiver) = (name.clone(), receiver());
    name.set_span(user_span(name.span()));
    quote_internal! {
        #[automatically_derived]
        impl #parameters #interface for #name #arguments #bounds {
            fn classify(&#receiver) -> #class {
                #body
            }
        }
    }
}

/// Returns true if the impl needs a bound for a field's type: it has a type parameter in it, so only some instances have a class.
///
/// A type that holds the enum itself gets no bound. rustc would have to prove that bound by the impl that states it.
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
    let bindings = bindings(class);
    let class = self::class(runtime, class);
    let receiver = receiver();
    let binding = (!bindings.is_empty()).then(|| quote_internal!(let Self { #bindings .. } = #receiver;));
    quote_internal!(#binding #class)
}

fn of_enum(runtime: &Runtime, arms: &[(&Variant, Class<'_>)]) -> TokenStream {
    let receiver = receiver();
    // Without variants a reference cannot be matched exhaustively, but the value can.
    if arms.is_empty() {
        return quote_internal!(match *#receiver {});
    }
    let arms = arms.iter().map(|(variant, class)| {
        let (name, bindings) = (&variant.name, bindings(class));
        let fields = (!variant.is_unit).then(|| quote_internal!({ #bindings .. }));
        let class = self::class(runtime, class);
        quote_internal!(Self::#name #fields => #class,)
    });
    quote_internal!(match #receiver { #(#arms)* })
}

/// Returns the fields that a class needs, as parts of a pattern.
fn bindings(class: &Class<'_>) -> TokenStream {
    match class {
        Class::Inherit(field) => {
            let (member, local) = (&field.member, inherited_field(field));
            quote_internal!(#member: #local,)
        }
        Class::RetryableAfter(After::Expression { named, .. }) => named
            .iter()
            .map(|(member, local)| match member {
                // A field is bound even if its name in the expression turns out to be something else, such as a function.
                Member::Named(_) => quote_internal!(#[allow(unused_variables)] #local,),
                Member::Unnamed(_) => quote_internal!(#[allow(unused_variables)] #member: #local,),
            })
            .collect(),
        _ => TokenStream::new(),
    }
}

fn class(runtime: &Runtime, class: &Class<'_>) -> TokenStream {
    let ty = runtime.class(internal_span());
    match class {
        Class::Retryable => quote_internal!(#ty::RETRYABLE),
        Class::RetryableAfter(After::Text(duration)) => {
            let (after, duration) = (runtime.retryable_after(internal_span()), duration.emit(runtime));
            quote_internal!(#after(#duration))
        }
        Class::RetryableAfter(After::Expression { expression, .. }) => {
            // An expression of the wrong type is reported where it is written.
            let after = runtime.retryable_after(user_span(expression.span()));
            quote!(#after(#expression))
        }
        Class::NonRetryable => quote_internal!(#ty::NonRetryable),
        Class::Ignore => quote_internal!(#ty::Ignore),
        Class::Success => quote_internal!(#ty::Success),
        Class::Inherit(field) => {
            let span = user_span(field.ty.span());
            let (inherited, local) = (runtime.inherited(span), inherited_field(field));
            quote_spanned!(span=> #inherited(#local))
        }
    }
}

/// Returns the local for an inherited field, shown at the field's type. rustc reports a type without a class there.
fn inherited_field(field: &Field) -> Ident {
    Ident::new("__recourse_field", user_span(field.ty.span()))
}

/// Returns `self` with the scope of the user's code, so that expressions can name it.
fn receiver() -> Ident {
    Ident::new("self", Span::call_site())
}
