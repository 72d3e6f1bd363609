//! What happens to the arguments of a body that may run more than once.
//!
//! The signature keeps its types and patterns; only `mut`s are taken off it. Inside the loop, generated `let`s give each attempt its
//! own value of every name:
//!
//! | parameter | in the signature | for each attempt |
//! |---|---|---|
//! | `x: T`, `mut x: T` | `x: T` | `let [mut] x = clone_arg(&x);` |
//! | `x: &T`, `x: Pin<&T>` | as it is | nothing: the attempt copies the reference |
//! | `mut x: &T` | `x: &T` | `let mut x = x;` |
//! | `#[by_ref] x: T` | `x: T` | `let x = &x;` |
//! | `_: T` | as it is | nothing |
//! | `Path(x): T` | as it is | `let x = clone_arg(&x);`, see `patterns` |
//! | `(x, mut y): T` | `(x, y): T` | `let (x, mut y) = (clone_arg(&x), clone_arg(&y));` |
//! | `ref x: T` | as it is | nothing |
//! | `ref mut x: T` | as it is | `let x = clone_arg(&*x);`, and inside the attempt `let x = &mut { x };` |
//! | `m!(): T` | `__arg2: T` | `let __arg2 = clone_arg(&__arg2);`, and inside the attempt `let m!() = __arg2;` |
//! | `self`, `mut self`, `self: Arc<Self>` | `mut self` | `self = clone_arg(&saved);` |
//! | `#[by_ref] self` | as it is | `let se = &self;`, the name that the body then uses |
//! | `&self`, `self: &Arc<Self>`, `self: Pin<&Self>` | as it is | nothing |
//! | `x: &mut T` | as it is | `let x = &mut *x;` |
//! | `x: Pin<&mut T>` | `mut x: ..` | `let x = Pin::as_mut(&mut x);` |
//! | `&mut self`, `self: &mut Self` | as it is | `let se = &mut *self;`, see `expand/rename` |
//! | `self: Pin<&mut Self>` | `mut self: ..` | `let se = Pin::as_mut(&mut self);` |
//!
//! A fallback gets whole arguments. So with one, a pattern stays only if it can be written as an expression, as `Path(x)` can;
//! `Order { id, .. }` and `_` are treated like `m!()`.
//!
//! A mutable borrow serves one attempt after the other; `validate::borrows` refuses it if two attempts may run at the same time.
//!
//! Only the syntax of a type is known: an alias of a reference, or a struct that holds one, is treated as a value.

use super::patterns::{self, Binding, PassBy};
use super::references::{Reference, reference};
use crate::function::Function;
use crate::spans::user_span;
use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, Pat, PatIdent, PatType, Receiver, ReceiverKind, Signature, Token};

/// The signature of a function whose body may be repeated, and what each attempt gets.
pub(crate) struct Arguments {
    /// The user's signature without `mut`s and patterns.
    pub(crate) signature: Signature,
    pub(crate) passed: Vec<Argument>,
    /// `self`, if it is taken by value.
    pub(crate) owned_self: Option<Token![self]>,
    /// `self`, if it is borrowed mutably, or lent by `#[by_ref]`.
    pub(crate) reborrowed_self: Option<ReborrowedSelf>,
}

/// A receiver that is reborrowed for each attempt.
pub(crate) struct ReborrowedSelf {
    pub(crate) word: Token![self],
    /// The user's `mut`, if there is one.
    pub(crate) mutable: Option<Token![mut]>,
    pub(crate) by: Reborrow,
}

/// How a receiver is reborrowed.
#[derive(Clone, Copy)]
pub(crate) enum Reborrow {
    /// `&self`, of an owned receiver under `#[by_ref]`.
    Shared,
    /// `&mut *self`
    Exclusive,
    /// `Pin::as_mut(&mut self)`
    Pinned,
}

/// A parameter of which each attempt gets its own value.
pub(crate) struct Argument {
    /// `cfg` and lint attributes of the parameter, which the generated `let`s need as well.
    pub(crate) attributes: Vec<Attribute>,
    /// The names in the signature.
    pub(crate) bindings: Vec<Binding>,
    /// The user's pattern, if it cannot stay in the signature. It is matched inside the attempt: outside, a `ref` would borrow from a
    /// local of the loop.
    pub(crate) pattern: Option<Pat>,
}

impl Argument {
    /// Returns true if the pattern that is matched inside the attempt has a `ref mut`.
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
                FnArg::Receiver(receiver) if is_owned(receiver) && function.is_by_ref(index) => {
                    reborrowed_self =
                        Some(ReborrowedSelf { word: receiver.self_token, mutable: None, by: Reborrow::Shared });
                }
                FnArg::Receiver(receiver) if is_owned(receiver) => {
                    owned_self = Some(receiver.self_token);
                    // Each attempt assigns a clone to it.
                    receiver.mutability.get_or_insert(Token![mut](receiver.self_token.span));
                }
                FnArg::Receiver(receiver) => reborrowed_self = reborrow(receiver),
                FnArg::Typed(typed) => {
                    let by_ref = function.is_by_ref(index);
                    let Some((bindings, pattern)) = bindings_of(typed, index, by_ref, all) else { continue };
                    let has_let =
                        pattern.is_some() || bindings.iter().any(|binding| !matches!(binding.pass, PassBy::Capture));
                    let attributes = if has_let { shared_attributes(&mut typed.attrs) } else { Vec::new() };
                    passed.push(Argument { attributes, bindings, pattern });
                }
            }
        }
        Self { signature, passed, owned_self, reborrowed_self }
    }
}

/// Takes off a parameter what an attempt writes again, and returns its names, and its pattern if that cannot stay. Returns `None` for
/// a `_` that needs no name; `all` says that every parameter needs one.
fn bindings_of(typed: &mut PatType, index: usize, by_ref: bool, all: bool) -> Option<(Vec<Binding>, Option<Pat>)> {
    let reference = if by_ref { None } else { reference(&typed.ty) };
    match &mut *typed.pat {
        Pat::Wild(_) if !all => return None,
        Pat::Ident(PatIdent { by_ref: None, mutability, ident, subpat: None, .. }) => {
            let name = ident.clone();
            let pass = match (reference, mutability.take()) {
                _ if by_ref => PassBy::Reference,
                (None, mutable) => PassBy::Clone(mutable),
                (Some(Reference { exclusive: false, .. }), None) => PassBy::Capture,
                (Some(Reference { exclusive: false, .. }), Some(mutable)) => PassBy::Copy(mutable),
                (Some(Reference { exclusive: true, pinned: false }), mutable) => PassBy::Reborrow(mutable),
                (Some(Reference { exclusive: true, pinned: true }), mutable) => {
                    // `Pin::as_mut` borrows the pin itself.
                    *mutability = Some(Token![mut](name.span()));
                    PassBy::Repin(mutable)
                }
            };
            return Some((vec![Binding { name, pass }], None));
        }
        _ => {}
    }
    if !all || patterns::whole(typed).is_some() {
        let mut pattern = (*typed.pat).clone();
        if let Some(bindings) = patterns::take_bindings(&mut pattern, &typed.ty, by_ref) {
            *typed.pat = pattern;
            return Some((bindings, None));
        }
    }
    // At the place of the pattern: a message about the argument is then shown there.
    let name = Ident::new(&format!("__arg{index}"), user_span(typed.pat.span()));
    let pass = match reference {
        _ if by_ref => PassBy::Reference,
        None => PassBy::Clone(None),
        Some(Reference { exclusive: false, .. }) => PassBy::Capture,
        Some(Reference { exclusive: true, .. }) => PassBy::Reborrow(None),
    };
    let plain =
        Pat::Ident(PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident: name.clone(), subpat: None });
    let pattern = std::mem::replace(&mut *typed.pat, plain);
    Some((vec![Binding { name, pass }], Some(pattern)))
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

/// Returns true for a receiver that is a value: `self`, `self: Arc<Self>`.
pub(crate) fn is_owned(receiver: &Receiver) -> bool {
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
    let by = if pinned { Reborrow::Pinned } else { Reborrow::Exclusive };
    Some(ReborrowedSelf { word, mutable, by })
}
