//! What can be read from a return type: the form of the function, the future's output, the error type.
//!
//! Only the syntax of a type is known. An unknown name may be an alias of a `Result`, so a type is refused only if it is certainly
//! something else.

use super::model::Form;
use super::references::plain;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, PathSegment, ReturnType, Signature, Token,
    Type, TypeInfer, TypeParamBound, token,
};

/// Names of the standard library that nobody gives to a `Result`.
const PLAIN_VALUES: [&str; 20] = [
    "bool", "char", "str", "String", "Vec", "Duration", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
    "i64", "i128", "isize", "f32", "f64",
];

/// Returns what to write instead of a type that is certainly not a `Result`.
pub(crate) fn instead_of(ty: &Type) -> Option<String> {
    let wrapped = format!("-> Result<{}, Error>", spelled(ty));
    match plain(ty) {
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            // The value of an `Option` is what the `Result` should contain.
            if last.ident == "Option" {
                let value = first_type(last).map_or_else(|| "..".to_owned(), spelled);
                return Some(format!("-> Result<{value}, Error>"));
            }
            (PLAIN_VALUES.iter().any(|value| last.ident == value)).then_some(wrapped)
        }
        Type::Never(_) => Some("-> Result<(), Error>".to_owned()),
        Type::Tuple(_)
        | Type::Reference(_)
        | Type::Array(_)
        | Type::Slice(_)
        | Type::Ptr(_)
        | Type::FnPtr(_)
        | Type::ImplTrait(_)
        | Type::TraitObject(_) => Some(wrapped),
        _ => None,
    }
}

/// Returns the form of a function, and the type of its outcome, if one is written.
pub(crate) fn form(signature: &Signature) -> (Form<'_>, Option<&Type>) {
    match (&signature.output, future_of(signature)) {
        (ReturnType::Type(_, returns), Some(Future { output, boxed })) => (Form::Future { boxed, returns }, output),
        (ReturnType::Type(_, returns), None) => (Form::Async, Some(returns)),
        (ReturnType::Default, _) => (Form::Async, None),
    }
}

/// Returns true for a function that is not `async`, but returns a type that is a future by its name.
pub(crate) fn returns_future(signature: &Signature) -> bool {
    future_of(signature).is_some()
}

fn future_of(signature: &Signature) -> Option<Future<'_>> {
    match &signature.output {
        ReturnType::Type(_, ty) if signature.asyncness.is_none() => future(ty),
        _ => None,
    }
}

/// A type that is a future by its name.
struct Future<'a> {
    /// The type of its output, if that is written.
    output: Option<&'a Type>,
    /// `Pin<Box<dyn Future>>` or an alias of it, rather than `impl Future`.
    boxed: bool,
}

fn future(ty: &Type) -> Option<Future<'_>> {
    match plain(ty) {
        Type::ImplTrait(opaque) => Some(Future { output: output_of(&opaque.bounds)?, boxed: false }),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if last.ident == "BoxFuture" || last.ident == "LocalBoxFuture" {
                return Some(Future { output: first_type(last), boxed: true });
            }
            let pinned = (last.ident == "Pin").then(|| first_type(last)).flatten()?;
            let Type::Path(owner) = plain(pinned) else { return None };
            let owner = owner.path.segments.last().filter(|last| last.ident == "Box")?;
            let Type::TraitObject(object) = plain(first_type(owner)?) else { return None };
            Some(Future { output: output_of(&object.bounds)?, boxed: true })
        }
        _ => None,
    }
}

/// Returns the `R` of `Future<Output = R> + Send`, if it is written, and `None` if none of the bounds is `Future`.
#[allow(clippy::option_option)]
fn output_of(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<Option<&Type>> {
    // `Send`, `'static` and other bounds may come first.
    let future = bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().filter(|last| last.ident == "Future"),
        _ => None,
    })?;
    Some(generics(future).into_iter().flat_map(|generics| &generics.args).find_map(|argument| match argument {
        GenericArgument::AssocType(output) if output.ident == "Output" => Some(&output.ty),
        _ => None,
    }))
}

/// Returns true for `impl Stream`, `BoxStream` and the like.
pub(crate) fn is_stream(ty: &Type) -> bool {
    let ends = |path: &Path| path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Stream"));
    match plain(ty) {
        Type::ImplTrait(opaque) => {
            opaque.bounds.iter().any(|bound| matches!(bound, TypeParamBound::Trait(bound) if ends(&bound.path)))
        }
        Type::Path(path) => ends(&path.path),
        _ => false,
    }
}

/// Returns the `Result<T, E>` that is an argument of a type of another name, such as `Ready<Result<T, E>>`.
pub(crate) fn inner_result(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = plain(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident != "Result")?;
    types(last).find(|argument| error_of(argument).is_some())
}

/// Returns the `E` of `Result<T, E>`.
pub(crate) fn error_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = plain(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    types(last).nth(1)
}

/// Returns false if the error type visibly borrows, or names a type parameter of the function.
pub(crate) fn error_is_static(ty: &Type, signature: &Signature) -> bool {
    fn tokens(stream: TokenStream, parameters: &[&Ident]) -> bool {
        // A lifetime is two tokens, a quote and a name.
        let mut after_quote = false;
        stream.into_iter().all(|token| {
            let borrows = match &token {
                TokenTree::Ident(name) => (after_quote && name != "static") || parameters.contains(&name),
                TokenTree::Group(group) => !tokens(group.stream(), parameters),
                TokenTree::Punct(mark) => mark.as_char() == '&',
                TokenTree::Literal(_) => false,
            };
            after_quote = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '\'');
            !borrows
        })
    }
    let parameters: Vec<&Ident> = signature.generics.type_params().map(|parameter| &parameter.ident).collect();
    // An alias hides the error type, which is then taken to borrow nothing.
    error_of(ty).is_none_or(|error| tokens(error.to_token_stream(), &parameters))
}

/// Replaces every `impl Trait` in the type by `_`, since `impl Trait` may only be written in a signature.
pub(crate) fn without_opaque(ty: &Type) -> Type {
    let mut ty = ty.clone();
    infer_opaque(&mut ty);
    ty
}

fn infer_opaque(ty: &mut Type) {
    match ty {
        Type::ImplTrait(opaque) => {
            let underscore_token = Token![_](opaque.impl_token.span);
            *ty = Type::Infer(TypeInfer { attrs: Vec::new(), underscore_token });
        }
        Type::Array(array) => infer_opaque(&mut array.elem),
        Type::Group(group) => infer_opaque(&mut group.elem),
        Type::Paren(paren) => infer_opaque(&mut paren.elem),
        Type::Path(path) => infer_opaque_arguments(&mut path.path),
        Type::Ptr(pointer) => infer_opaque(&mut pointer.elem),
        Type::Reference(reference) => infer_opaque(&mut reference.elem),
        Type::Slice(slice) => infer_opaque(&mut slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(infer_opaque),
        Type::TraitObject(object) => {
            for bound in &mut object.bounds {
                if let TypeParamBound::Trait(bound) = bound {
                    infer_opaque_arguments(&mut bound.path);
                }
            }
        }
        _ => {}
    }
}

fn infer_opaque_arguments(path: &mut Path) {
    for segment in &mut path.segments {
        let PathArguments::AngleBracketed(generics) = &mut segment.arguments else { continue };
        for argument in &mut generics.args {
            match argument {
                GenericArgument::Type(ty) => infer_opaque(ty),
                GenericArgument::AssocType(bound) => infer_opaque(&mut bound.ty),
                _ => {}
            }
        }
    }
}

/// Returns `()`, the type of a function that names none.
pub(crate) fn unit() -> Type {
    Type::Tuple(syn::TypeTuple { attrs: Vec::new(), paren_token: token::Paren::default(), elems: Punctuated::new() })
}

/// Returns the type as a person would write it. Printed tokens have a space between any two.
pub(crate) fn spelled(ty: &Type) -> String {
    const TIGHT: [(&str, &str); 9] = [
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (":: ", "::"),
        ("& ", "&"),
        (" ,", ","),
        (" ;", ";"),
    ];
    let printed = ty.to_token_stream().to_string();
    TIGHT.iter().fold(printed, |text, (loose, tight)| text.replace(loose, tight))
}

fn first_type(segment: &PathSegment) -> Option<&Type> {
    types(segment).next()
}

fn types(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    generics(segment).into_iter().flat_map(|generics| &generics.args).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn generics(segment: &PathSegment) -> Option<&AngleBracketedGenericArguments> {
    match &segment.arguments {
        PathArguments::AngleBracketed(generics) => Some(generics),
        _ => None,
    }
}
