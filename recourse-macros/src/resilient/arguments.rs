//! What happens to the arguments of a body that may run more than once.
//!
//! The signature keeps its types; only `mut`s and patterns are taken off it. Inside the loop, generated `let`s give each attempt its
//! own value of every argument:
//!
//! | parameter | in the signature | for each attempt |
//! |---|---|---|
//! | `x: T`, `mut x: T` | `x: T` | `let [mut] x = clone_arg(&x);` |
//! | `x: &T`, `x: Pin<&T>` | as it is | nothing: the attempt copies the reference |
//! | `mut x: &T` | `x: &T` | `let mut x = x;` |
//! | `#[by_ref] x: T` | `x: T` | `let x = &x;` |
//! | `_: T` | as it is | nothing (with a fallback, the same as a pattern) |
//! | `PATTERN: T` | `__arg2: T` | `let __arg2 = clone_arg(&__arg2);`, and inside the attempt `let PATTERN = __arg2;` |
//! | `self`, `mut self`, `self: Arc<Self>` | `mut self` | `self = clone_arg(&saved);` |
//! | `&self`, `self: &Arc<Self>`, `self: Pin<&Self>` | as it is | nothing |
//! | `x: &mut T` | as it is | `let x = &mut *x;` |
//! | `x: Pin<&mut T>` | `mut x: ..` | `let x = Pin::as_mut(&mut x);` |
//! | `&mut self`, `self: &mut Self` | as it is | `let __recourse_self = &mut *self;`, the name that the body then uses |
//! | `self: Pin<&mut Self>` | `mut self: ..` | `let __recourse_self = Pin::as_mut(&mut self);` |
//!
//! A mutable borrow serves one attempt after the other; `validate::borrows` refuses it if two attempts may run at the same time.
//!
//! Only the syntax of a type is known: an alias of a reference, or a struct that holds one, is treated as a value.

use crate::function::Function;
use crate::spans::user_span;
use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericArgument, Pat, PatIdent, PathArguments, Receiver, ReceiverKind, Signature, Token, Type,
};

/// The signature of a function whose body may be repeated, and what each attempt gets.
pub(crate) struct Arguments {
    /// The user's signature without `mut`s and patterns.
    pub(crate) signature: Signature,
    pub(crate) passed: Vec<Argument>,
    /// `self`, if it is taken by value.
    pub(crate) owned_self: Option<Token![self]>,
    /// `self`, if it is borrowed mutably.
    pub(crate) reborrowed_self: Option<ReborrowedSelf>,
}

/// A receiver that is reborrowed for each attempt.
pub(crate) struct ReborrowedSelf {
    pub(crate) word: Token![self],
    /// The user's `mut`, if there is one.
    pub(crate) mutable: Option<Token![mut]>,
    pub(crate) pinned: bool,
}

/// A parameter of which each attempt gets its own value.
pub(crate) struct Argument {
    /// `cfg` and lint attributes of the parameter, which the generated `let`s need as well.
    pub(crate) attributes: Vec<Attribute>,
    /// The name in the signature.
    pub(crate) name: Ident,
    pub(crate) pass: PassBy,
    /// The user's pattern. It is matched inside the attempt: outside, a `ref` would borrow from a local of the loop.
    pub(crate) pattern: Option<Pat>,
}

/// How an attempt gets its argument.
pub(crate) enum PassBy {
    /// The attempt copies the reference that it captures.
    Capture,
    /// `let mut x = x;`
    Copy(Token![mut]),
    /// `let x = clone_arg(&x);`
    Clone(Option<Token![mut]>),
    /// `let x = &x;`
    Reference,
    /// `let x = &mut *x;`
    Reborrow(Option<Token![mut]>),
    /// `let x = Pin::as_mut(&mut x);`
    Repin(Option<Token![mut]>),
}

impl Argument {
    /// Returns true if the pattern has a `ref mut`.
    pub(crate) fn is_borrowed_mutably(&self) -> bool {
        self.pattern.to_token_stream().to_string().contains("ref mut")
    }
}

impl Arguments {
    /// `all` says that every parameter needs a name, since a fallback gets them all.
    pub(crate) fn of(function: &Function, all: bool) -> Self {
        let mut signature = function.signature.clone();
        let (mut owned_self, mut reborrowed_self) = (None, None);
        let mut passed = Vec::new();
        for (index, parameter) in signature.inputs.iter_mut().enumerate() {
            match parameter {
                FnArg::Receiver(receiver) if is_owned(receiver) => {
                    owned_self = Some(receiver.self_token);
                    // Each attempt assigns a clone to it.
                    receiver.mutability.get_or_insert(Token![mut](receiver.self_token.span));
                }
                FnArg::Receiver(receiver) => reborrowed_self = reborrow(receiver),
                FnArg::Typed(typed) => {
                    let reference = reference(&typed.ty);
                    let Some((name, mutable, pattern)) = name_of(&mut typed.pat, index, all) else { continue };
                    let pass = match (reference, mutable) {
                        _ if function.is_by_ref(index) => PassBy::Reference,
                        (None, mutable) => PassBy::Clone(mutable),
                        (Some(Reference { exclusive: false, .. }), None) => PassBy::Capture,
                        (Some(Reference { exclusive: false, .. }), Some(mutable)) => PassBy::Copy(mutable),
                        (Some(Reference { exclusive: true, pinned: false }), mutable) => PassBy::Reborrow(mutable),
                        (Some(Reference { exclusive: true, pinned: true }), mutable) => {
                            // `Pin::as_mut` borrows the pin itself.
                            if let Pat::Ident(plain) = &mut *typed.pat {
                                plain.mutability = Some(Token![mut](name.span()));
                            }
                            PassBy::Repin(mutable)
                        }
                    };
                    let has_no_let = matches!(pass, PassBy::Capture) && pattern.is_none();
                    let attributes = if has_no_let { Vec::new() } else { shared_attributes(&mut typed.attrs) };
                    passed.push(Argument { attributes, name, pass, pattern });
                }
            }
        }
        Self { signature, passed, owned_self, reborrowed_self }
    }
}

/// Leaves a plain name in the signature, and returns it with the user's `mut` or pattern. `_` is left alone, and has no name, unless
/// `all` need one.
fn name_of(pattern: &mut Pat, index: usize, all: bool) -> Option<(Ident, Option<Token![mut]>, Option<Pat>)> {
    match pattern {
        Pat::Wild(_) if !all => None,
        Pat::Ident(PatIdent { by_ref: None, mutability, ident, subpat: None, .. }) => {
            Some((ident.clone(), mutability.take(), None))
        }
        _ => {
            // At the place of the pattern: a message about the argument is then shown there.
            let name = Ident::new(&format!("__arg{index}"), user_span(pattern.span()));
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

/// Returns the attributes that a generated `let` shares with its parameter.
///
/// An attribute macro sees parameters before `cfg` is applied, so the `let` needs the same `cfg`. An `expect` is moved, not copied: the
/// lint that it expects is now reported for the `let`, and no longer for the parameter.
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

/// Returns how a receiver is reborrowed, if it is a mutable borrow. A pinned one is made `mut`, since `Pin::as_mut` borrows it.
fn reborrow(receiver: &mut Receiver) -> Option<ReborrowedSelf> {
    let pinned = match &receiver.kind {
        // `&mut self` is reborrowed through the reference, so it can stay as it is.
        ReceiverKind::Reference(_, _, Some(_)) => false,
        ReceiverKind::Typed(_, ty) => reference(ty).filter(|reference| reference.exclusive)?.pinned,
        _ => return None,
    };
    let (word, mutable) = (receiver.self_token, receiver.mutability.take());
    receiver.mutability = pinned.then(|| Token![mut](word.span));
    Some(ReborrowedSelf { word, mutable, pinned })
}

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

#[derive(Clone, Copy)]
struct Reference {
    exclusive: bool,
    pinned: bool,
}

/// Returns the kind of reference, or `None` for a value.
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

/// Returns the type without parentheses, and without the invisible groups that `macro_rules!` puts around its arguments.
pub(crate) fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Paren(paren) => plain(&paren.elem),
        _ => ty,
    }
}
