//! The names that a parameter's pattern binds.
//!
//! Patterns stay in the signature: rustc matches them once, before the body, as in any function, and an attribute below finds every
//! name. Each attempt then gets its own value of every name.

use super::references::{Reference, reference};
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{FnArg, Ident, Pat, PatIdent, PatType, Signature, Token, Type};

/// One name, and how an attempt gets its value.
pub(crate) struct Binding {
    pub(crate) name: Ident,
    pub(crate) pass: PassBy,
}

/// How an attempt gets the value of a name.
pub(crate) enum PassBy {
    /// The attempt copies the reference that it captures.
    Capture,
    /// `let mut x = x;`
    Copy(Token![mut]),
    /// `let x = clone_arg(&x);`
    Clone(Option<Token![mut]>),
    /// `let x = clone_arg(&*x);`, and inside the attempt `let x = &mut { x };`
    CloneOfReferent,
    /// `let x = &x;`
    Reference,
    /// `let x = &mut *x;`
    Reborrow(Option<Token![mut]>),
    /// `let x = Pin::as_mut(&mut x);`
    Repin(Option<Token![mut]>),
}

/// Takes the `mut`s off a pattern and returns the names in it, or `None` if a part of it, such as a macro, hides its names.
pub(crate) fn take_bindings(pattern: &mut Pat, ty: &Type, by_ref: bool) -> Option<Vec<Binding>> {
    let reference = reference(ty);
    let place = match reference {
        _ if by_ref => Place::Lent,
        None => Place::Owned,
        Some(Reference { exclusive: false, .. }) => Place::Shared,
        // Without a `&mut` in the pattern, its names are mutable references.
        Some(Reference { exclusive: true, .. }) => Place::Exclusive { by_default: true },
    };
    let mut found = Vec::new();
    within(pattern, place, false, &mut found)?;
    Some(found)
}

/// What a name in a pattern is bound to a part of.
#[derive(Clone, Copy)]
enum Place {
    /// A value.
    Owned,
    /// A value with `#[by_ref]`.
    Lent,
    /// What a `&T` refers to.
    Shared,
    /// What a `&mut T` refers to; names are references to it by default, or only if they say `ref mut`.
    Exclusive { by_default: bool },
}

fn within(pattern: &mut Pat, place: Place, is_part: bool, found: &mut Vec<Binding>) -> Option<()> {
    match pattern {
        Pat::Ident(name) => {
            if is_part && is_constant(name) {
                return Some(());
            }
            // Each side of an or-pattern binds the same names.
            let pass = pass(name, place);
            if !found.iter().any(|binding| binding.name == name.ident) {
                found.push(Binding { name: name.ident.clone(), pass });
            }
            match &mut name.subpat {
                Some((_, inner)) => within(inner, place, true, found),
                None => Some(()),
            }
        }
        Pat::Reference(reference) => {
            let place = match place {
                Place::Exclusive { .. } if reference.mutability.is_some() => Place::Exclusive { by_default: false },
                Place::Lent => Place::Lent,
                // What is moved out of a reference is `Copy`.
                _ => Place::Owned,
            };
            within(&mut reference.pat, place, true, found)
        }
        Pat::Paren(paren) => within(&mut paren.pat, place, is_part, found),
        Pat::Tuple(tuple) => tuple.elems.iter_mut().try_for_each(|part| within(part, place, true, found)),
        Pat::TupleStruct(tuple) => tuple.elems.iter_mut().try_for_each(|part| within(part, place, true, found)),
        Pat::Struct(fields) => fields
            .fields
            .iter_mut()
            .try_for_each(|field| within(&mut field.pat, place, field.colon_token.is_some(), found)),
        Pat::Slice(slice) => slice.elems.iter_mut().try_for_each(|part| within(part, place, true, found)),
        Pat::Or(or) => or.cases.iter_mut().try_for_each(|case| within(case, place, true, found)),
        Pat::Wild(_) | Pat::Rest(_) | Pat::Path(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Const(_) => Some(()),
        _ => None,
    }
}

fn pass(name: &mut PatIdent, place: Place) -> PassBy {
    let by_ref = name.by_ref.is_some();
    match place {
        // `ref` names a reference, of which each attempt has a copy.
        _ if by_ref && name.mutability.is_none() => PassBy::Capture,
        Place::Exclusive { .. } if by_ref => PassBy::Reborrow(None),
        _ if by_ref => PassBy::CloneOfReferent,
        Place::Lent => {
            name.mutability = None;
            PassBy::Reference
        }
        Place::Exclusive { by_default: true } if name.mutability.is_none() => PassBy::Reborrow(None),
        Place::Shared => name.mutability.take().map_or(PassBy::Capture, PassBy::Copy),
        _ => PassBy::Clone(name.mutability.take()),
    }
}

/// Returns true for `None`, `PhantomData` or `LIMIT`, which a part of a pattern compares with and does not bind. By syntax they are
/// names; only their case tells.
fn is_constant(name: &PatIdent) -> bool {
    let is_plain = name.by_ref.is_none() && name.mutability.is_none() && name.subpat.is_none();
    is_plain && name.ident.unraw().to_string().starts_with(char::is_uppercase)
}

/// Returns the pattern as an expression, which makes the argument again from the names that were bound to all of its parts.
pub(crate) fn whole(typed: &PatType) -> Option<TokenStream> {
    fn is_whole(pattern: &Pat) -> bool {
        match pattern {
            Pat::Ident(name) => name.by_ref.is_none() && name.subpat.is_none(),
            Pat::Paren(paren) => is_whole(&paren.pat),
            Pat::Tuple(tuple) => tuple.elems.iter().all(is_whole),
            Pat::TupleStruct(tuple) => tuple.elems.iter().all(is_whole),
            Pat::Slice(slice) => slice.elems.iter().all(is_whole),
            Pat::Struct(fields) => fields.rest.is_none() && fields.fields.iter().all(|field| is_whole(&field.pat)),
            _ => false,
        }
    }
    (reference(&typed.ty).is_none() && is_whole(&typed.pat)).then(|| {
        // `mut` belongs to the pattern, not to the value.
        let mut pattern = (*typed.pat).clone();
        let _ = take_bindings(&mut pattern, &typed.ty, false);
        pattern.to_token_stream()
    })
}

/// Returns the names that the parameters of a function bind.
pub(crate) fn bound(signature: &Signature) -> Vec<Binding> {
    let typed = signature.inputs.iter().filter_map(|parameter| match parameter {
        FnArg::Receiver(_) => None,
        FnArg::Typed(typed) => Some(typed),
    });
    typed.flat_map(bindings).collect()
}

/// Returns true if the pattern of a parameter binds this name.
pub(crate) fn binds(typed: &PatType, name: &str) -> bool {
    bindings(typed).iter().any(|binding| binding.name.unraw() == name)
}

fn bindings(typed: &PatType) -> Vec<Binding> {
    take_bindings(&mut typed.pat.clone(), &typed.ty, false).unwrap_or_default()
}

/// Returns true if a name in the pattern can be changed: `mut x`, or `ref mut x`.
pub(crate) fn changes(typed: &PatType) -> Option<Ident> {
    fn first(pattern: &Pat) -> Option<Ident> {
        match pattern {
            Pat::Ident(PatIdent { mutability: Some(_), ident, .. }) => Some(ident.clone()),
            Pat::Ident(name) => name.subpat.as_ref().and_then(|(_, inner)| first(inner)),
            Pat::Paren(paren) => first(&paren.pat),
            Pat::Reference(reference) => first(&reference.pat),
            Pat::Tuple(tuple) => tuple.elems.iter().find_map(first),
            Pat::TupleStruct(tuple) => tuple.elems.iter().find_map(first),
            Pat::Slice(slice) => slice.elems.iter().find_map(first),
            Pat::Struct(fields) => fields.fields.iter().find_map(|field| first(&field.pat)),
            Pat::Or(or) => or.cases.iter().find_map(first),
            _ => None,
        }
    }
    first(&typed.pat)
}
