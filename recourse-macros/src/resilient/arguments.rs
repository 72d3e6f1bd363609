//! What happens to the arguments of a body that may run more than once.
//!
//! | parameter | in the signature | for each attempt |
//! |---|---|---|
//! | `x: T`, `mut x: T` | `x: T` | `let [mut] x = clone_arg(&x);` |
//! | `x: &T`, `x: Pin<&T>` | as it is | nothing: the attempt copies the reference |
//! | `mut x: &T` | `x: &T` | `let mut x = x;` |
//! | `#[by_ref] x: T` | `x: T` | `let x = &x;` |
//! | `_: T` | as it is | nothing |
//! | `PATTERN: T` | `__arg2: T` | `let __arg2 = clone_arg(&__arg2);`, and inside the attempt `let PATTERN = __arg2;` |
//! | `self`, `mut self`, `self: Arc<Self>` | `mut self` | `self = clone_arg(&saved);` |
//! | `&self`, `self: &Arc<Self>`, `self: Pin<&Self>` | as it is | nothing |
//! | `x: &mut T` | as it is | `let x = &mut *x;` |
//! | `x: Pin<&mut T>` | `mut x: ..` | `let x = Pin::as_mut(&mut x);` |
//! | `&mut self`, `self: &mut Self` | as it is | `let __recourse_self = &mut *self;`, the name that the body then says |
//! | `self: Pin<&mut Self>` | `mut self: ..` | `let __recourse_self = Pin::as_mut(&mut self);` |
//!
//! Where there is a fallback, which gets all of them, `_: T` is a pattern like any other.
//!
//! What is borrowed mutably is lent to one attempt after the other: [`super::validate`] refuses it where two run at once.

use crate::function::Function;
use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericArgument, Pat, PatIdent, PathArguments, Receiver, ReceiverKind, Signature, Token, Type,
};

/// The signature of a body that repeats, and what each attempt gets.
pub(crate) struct Arguments {
    /// The user's signature without `mut`s and patterns.
    pub(crate) signature: Signature,
    pub(crate) passed: Vec<Argument>,
    /// `self` by value.
    pub(crate) owned_self: Option<Token![self]>,
    /// `self` by mutable borrow.
    pub(crate) lent_self: Option<LentSelf>,
}

/// A receiver that is lent to one attempt after the other.
pub(crate) struct LentSelf {
    pub(crate) word: Token![self],
    /// The user's, where the body may change it.
    pub(crate) mutable: Option<Token![mut]>,
    pub(crate) pinned: bool,
}

/// A parameter that each attempt gets anew.
pub(crate) struct Argument {
    /// `cfg` and lint attributes of the parameter, which belong on what is made of it too.
    pub(crate) attributes: Vec<Attribute>,
    /// The name in the signature.
    pub(crate) name: Ident,
    pub(crate) pass: Pass,
    /// The user's pattern, taken apart inside the attempt: outside, `ref` would borrow from one turn of the loop.
    pub(crate) pattern: Option<Pat>,
}

/// How an attempt gets its argument.
pub(crate) enum Pass {
    /// It copies the reference that it captures.
    Captured,
    /// `let mut x = x;`
    Copied(Token![mut]),
    /// `let x = clone_arg(&x);`
    Cloned(Option<Token![mut]>),
    /// `let x = &x;`
    Lent,
    /// `let x = &mut *x;`
    Reborrowed(Option<Token![mut]>),
    /// `let x = Pin::as_mut(&mut x);`
    Repinned(Option<Token![mut]>),
}

impl Argument {
    /// The pattern has a `ref mut`, and borrows from the argument as it stands.
    pub(crate) fn is_borrowed_mutably(&self) -> bool {
        self.pattern.to_token_stream().to_string().contains("ref mut")
    }
}

impl Arguments {
    /// `all` of them need a name, since a fallback gets them.
    pub(crate) fn of(function: &Function, all: bool) -> Self {
        let mut signature = function.signature.clone();
        let (mut owned_self, mut lent_self) = (None, None);
        let mut passed = Vec::new();
        for (index, parameter) in signature.inputs.iter_mut().enumerate() {
            match parameter {
                FnArg::Receiver(receiver) if is_owned(receiver) => {
                    owned_self = Some(receiver.self_token);
                    receiver.mutability.get_or_insert(Token![mut](receiver.self_token.span));
                }
                FnArg::Receiver(receiver) => lent_self = lend(receiver),
                FnArg::Typed(typed) => {
                    let reference = reference(&typed.ty);
                    let Some((name, mutable, pattern)) = name_of(&mut typed.pat, index, all) else { continue };
                    let pass = match (reference, mutable) {
                        _ if function.lends(index) => Pass::Lent,
                        (None, mutable) => Pass::Cloned(mutable),
                        (Some(Reference { exclusive: false, .. }), None) => Pass::Captured,
                        (Some(Reference { exclusive: false, .. }), Some(mutable)) => Pass::Copied(mutable),
                        (Some(Reference { exclusive: true, pinned: false }), mutable) => Pass::Reborrowed(mutable),
                        (Some(Reference { exclusive: true, pinned: true }), mutable) => {
                            if let Pat::Ident(plain) = &mut *typed.pat {
                                plain.mutability = Some(Token![mut](name.span()));
                            }
                            Pass::Repinned(mutable)
                        }
                    };
                    let makes_none = matches!(pass, Pass::Captured) && pattern.is_none();
                    let attributes = if makes_none { Vec::new() } else { shared_attributes(&mut typed.attrs) };
                    passed.push(Argument { attributes, name, pass, pattern });
                }
            }
        }
        Self { signature, passed, owned_self, lent_self }
    }
}

/// Leaves a plain name in the signature; gives it out with the user's `mut` or pattern. `_` stays, and is nobody's, unless `all`
/// need a name.
fn name_of(pattern: &mut Pat, index: usize, all: bool) -> Option<(Ident, Option<Token![mut]>, Option<Pat>)> {
    match pattern {
        Pat::Wild(_) if !all => None,
        Pat::Ident(PatIdent { by_ref: None, mutability, ident, subpat: None, .. }) => {
            Some((ident.clone(), mutability.take(), None))
        }
        _ => {
            let place = Span::mixed_site().located_at(pattern.span());
            let name = Ident::new(&format!("__arg{index}"), place);
            let plain = Pat::Ident(PatIdent {
                attrs: Vec::new(),
                by_ref: None,
                mutability: None,
                ident: name.clone(),
                subpat: None,
            });
            Some((name, None, Some(std::mem::replace(pattern, plain))))
        }
    }
}

/// Attribute macros see parameters before `cfg` is applied, so a `let` made of one needs the same `cfg`. An `expect` moves:
/// what it expects is now said about the `let`.
fn shared_attributes(attributes: &mut Vec<Attribute>) -> Vec<Attribute> {
    const SHARED: [&str; 7] = ["cfg", "cfg_attr", "allow", "expect", "warn", "deny", "forbid"];
    let is = |attribute: &Attribute, name: &str| attribute.path().is_ident(name);
    let shared = attributes.iter().filter(|attribute| SHARED.iter().any(|name| is(attribute, name))).cloned().collect();
    attributes.retain(|attribute| !is(attribute, "expect"));
    shared
}

fn is_owned(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Value => true,
        ReceiverKind::Typed(_, ty) => reference(ty).is_none(),
        _ => false,
    }
}

/// How a receiver is lent, where it is a mutable borrow. One that is pinned is borrowed from, so it is made `mut`.
fn lend(receiver: &mut Receiver) -> Option<LentSelf> {
    let pinned = match &receiver.kind {
        ReceiverKind::Reference(_, _, Some(_)) => false,
        ReceiverKind::Typed(_, ty) => reference(ty).filter(|reference| reference.exclusive)?.pinned,
        _ => return None,
    };
    let (word, mutable) = (receiver.self_token, receiver.mutability.take());
    receiver.mutability = pinned.then(|| Token![mut](word.span));
    Some(LentSelf { word, mutable, pinned })
}

/// `&mut T` or `Pin<&mut T>`.
pub(crate) fn is_exclusive_reference(ty: &Type) -> bool {
    matches!(reference(ty), Some(Reference { exclusive: true, .. }))
}

/// `Option<&mut T>`, `(&mut T, U)`, `[&mut T; 2]`, and such of such: containers whose clones would need one of what they hold.
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

#[derive(Clone, Copy)]
struct Reference {
    exclusive: bool,
    pinned: bool,
}

/// What the syntax tells: an alias of a reference, or a struct that holds one, is a value here.
fn reference(ty: &Type) -> Option<Reference> {
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

/// The type without parentheses, and without the invisible groups in which `macro_rules!` hands on its arguments.
pub(crate) fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Paren(paren) => plain(&paren.elem),
        _ => ty,
    }
}
