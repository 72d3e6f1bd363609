//! Types that are references, as far as their syntax shows it. An alias of a reference, or a struct that holds one, is taken for a
//! value.

use syn::{GenericArgument, PathArguments, Type};

/// Returns true for `&mut T` and `Pin<&mut T>`.
pub(crate) fn is_exclusive_reference(ty: &Type) -> bool {
    matches!(reference(ty), Some(Reference { exclusive: true, .. }))
}

/// Returns true for `Option<&mut T>`, `(&mut T, U)`, `[&mut T; 2]` and the like, also nested: containers that are `Clone` only if
/// what they hold is.
pub(crate) fn holds_exclusive_reference(ty: &Type) -> bool {
    const CONTAINERS: [&str; 4] = ["Option", "Result", "Box", "Vec"];
    let within = |ty: &Type| is_exclusive_reference(ty) || holds_exclusive_reference(ty);
    match plain(ty) {
        Type::Tuple(tuple) => tuple.elems.iter().any(within),
        Type::Array(array) => within(&array.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            PathArguments::AngleBracketed(arguments) if CONTAINERS.iter().any(|name| last.ident == name) => {
                arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Type(ty) if within(ty)))
            }
            _ => false,
        }),
        _ => false,
    }
}

/// A type that is a reference by its syntax.
#[derive(Clone, Copy)]
pub(crate) struct Reference {
    pub(crate) exclusive: bool,
    pub(crate) pinned: bool,
}

/// Returns the kind of reference, or `None` for a value.
pub(crate) fn reference(ty: &Type) -> Option<Reference> {
    match plain(ty) {
        Type::Reference(reference) => Some(Reference { exclusive: reference.mutability.is_some(), pinned: false }),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            match &last.arguments {
                PathArguments::AngleBracketed(arguments) if last.ident == "Pin" => match arguments.args.first()? {
                    GenericArgument::Type(pinned) if matches!(plain(pinned), Type::Reference(_)) => {
                        reference(pinned).map(|reference| Reference { pinned: true, ..reference })
                    }
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns the type without parentheses, and without the invisible groups that `macro_rules!` puts around its arguments.
pub(crate) fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Paren(paren) => plain(&paren.elem),
        _ => ty,
    }
}
