//! What was meant, resolved. No value of [`Model`] makes an expansion that cannot be: there is no hedged body that runs
//! only once, no clone plan without a loop, no two judges of one error.

use super::arguments::Arguments;
use crate::function::Function;
use crate::paths::Runtime;
use proc_macro2::{Span, TokenStream};
use recourse_policy::{BudgetPolicy, CircuitPolicy, HedgePolicy, KeyTemplate, RetryPolicy};
use std::time::Duration;
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, ExprPath, Ident, Index, LitStr, Member, Type};

/// A guarded function.
pub(crate) struct Model<'a> {
    pub(crate) runtime: Runtime,
    pub(crate) function: &'a Function,
    pub(crate) form: Form<'a>,
    pub(crate) body: Body,
    pub(crate) key: Option<Key<'a>>,
    pub(crate) policy: Sections<'a>,
    /// `fn(&CircuitPolicy) -> Box<dyn CircuitBreaker>`
    pub(crate) breaker: Option<&'a ExprPath>,
    pub(crate) executor: Option<&'a Expr>,
    pub(crate) judge: Judge<'a>,
    pub(crate) shape: Shape<'a>,
    /// The documentation says what the attribute does.
    pub(crate) documented: bool,
}

/// What kind of function it is.
#[derive(Clone, Copy)]
pub(crate) enum Form<'a> {
    /// An `async fn`.
    Async,
    /// A function that returns a future.
    Future {
        /// `Pin<Box<dyn Future>>`, and not `impl Future`.
        boxed: bool,
        /// The type of the future, as it is written.
        returns: &'a Type,
    },
}

/// The body, without its braces.
pub(crate) struct Body {
    /// The inner attributes at its start.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) statements: TokenStream,
    /// The braces.
    pub(crate) span: Span,
}

/// The key, where it is written.
pub(crate) struct Key<'a> {
    pub(crate) written: &'a LitStr,
    /// What completes it in each call.
    pub(crate) template: Option<KeyTemplate>,
}

impl Key<'_> {
    /// True where this argument, or a field of it, completes the key.
    pub(crate) fn names(&self, argument: &Ident) -> bool {
        let mut names = self.template.iter().flat_map(KeyTemplate::names);
        let argument = argument.unraw();
        names.any(|path| path.split('.').next().is_some_and(|name| argument == name))
    }
}

/// A field of an argument in a key: by its name, also where that is a keyword, or by its number.
pub(crate) fn member(word: &str, at: Span) -> Option<Member> {
    if let Ok(index) = word.parse::<u32>() {
        return Some(Member::Unnamed(Index { index, span: at }));
    }
    let name = syn::parse_str::<Ident>(word).or_else(|_| syn::parse_str::<Ident>(&format!("r#{word}")));
    let mut name = name.ok()?;
    name.set_span(at);
    Some(Member::Named(name))
}

/// How often the body may run.
pub(crate) enum Shape<'a> {
    /// Nothing can want the arguments again: they are moved; no loop, no clone.
    Once,
    /// A loop, and a clone of each owned argument for each attempt.
    Repeat {
        arguments: Box<Arguments>,
        /// Two attempts may run at the same time.
        hedged: bool,
        /// The body runs once; its arguments are kept for the fallback.
        once: bool,
        /// An `async fn` with the same parameters, and the error behind them.
        fallback: Option<&'a ExprPath>,
    },
}

impl Shape<'_> {
    /// Two attempts may run at the same time.
    pub(crate) fn is_hedged(&self) -> bool {
        matches!(self, Self::Repeat { hedged: true, .. })
    }
}

/// The policy, part by part.
#[derive(Default)]
pub(crate) struct Sections<'a> {
    /// The shared policy, whose parts the others override.
    pub(crate) base: Option<&'a ExprPath>,
    pub(crate) retry: Option<Section<'a, RetryPolicy>>,
    /// A path is a trigger: an object of the user's that the site borrows, not a part of the policy.
    pub(crate) hedge: Option<Section<'a, HedgePolicy>>,
    pub(crate) circuit: Option<Section<'a, CircuitPolicy>>,
    /// A path is a budget shared with other functions, not a part of the policy.
    pub(crate) budget: Option<Section<'a, BudgetPolicy>>,
    pub(crate) timeout: Option<Section<'a, Duration>>,
    pub(crate) attempt_timeout: Option<Section<'a, Duration>>,
}

impl<'a> Sections<'a> {
    /// True where no mechanism is named, and no policy.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { base, retry, hedge, circuit, budget, timeout, attempt_timeout } = self;
        let limits = timeout.is_none() && attempt_timeout.is_none();
        limits && base.is_none() && retry.is_none() && hedge.is_none() && circuit.is_none() && budget.is_none()
    }

    /// The paths that the policy is made of.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'a ExprPath> {
        let Self { base, retry, circuit, timeout, attempt_timeout, hedge: _, budget: _ } = self;
        let sections = [
            retry.as_ref().and_then(Section::path),
            circuit.as_ref().and_then(Section::path),
            timeout.as_ref().and_then(Section::path),
            attempt_timeout.as_ref().and_then(Section::path),
        ];
        base.iter().copied().chain(sections.into_iter().flatten())
    }
}

/// One part of a policy.
pub(crate) enum Section<'a, T> {
    /// Written as text, and read.
    Written(T),
    /// The user's, for rustc to judge.
    Path(&'a ExprPath),
}

impl<'a, T> Section<'a, T> {
    pub(crate) fn path(&self) -> Option<&'a ExprPath> {
        match self {
            Self::Written(_) => None,
            Self::Path(path) => Some(path),
        }
    }
}

impl<T: Copy> Section<'_, T> {
    /// What was written as text.
    pub(crate) fn written(&self) -> Option<T> {
        match self {
            Self::Written(section) => Some(*section),
            Self::Path(_) => None,
        }
    }
}

/// Who says what an outcome means.
pub(crate) struct Judge<'a> {
    /// The return type, every `impl Trait` in it an `_`.
    pub(crate) returns: Type,
    /// Where a message about the error type belongs.
    pub(crate) blame: Span,
    pub(crate) errors: Errors<'a>,
    /// `fn(&T) -> Class`
    pub(crate) values: Option<&'a ExprPath>,
    /// `fn(Rejected) -> E`
    pub(crate) rejections: Option<&'a ExprPath>,
}

/// Who judges an error.
pub(crate) enum Errors<'a> {
    /// Its own `Classify`, or the rules for types without.
    Own {
        /// It borrows nothing, and names no type parameter of the function.
        is_static: bool,
    },
    /// `fn(&E) -> Class`
    Class(&'a ExprPath),
    /// `fn(&E) -> bool`
    RetryIf(&'a ExprPath),
}

impl<'a> Errors<'a> {
    /// The function, where one is named.
    pub(crate) fn path(&self) -> Option<&'a ExprPath> {
        match self {
            Self::Own { .. } => None,
            Self::Class(path) | Self::RetryIf(path) => Some(path),
        }
    }
}
