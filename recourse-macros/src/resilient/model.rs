//! The meaning of an attribute and its function, with every option resolved.
//!
//! A [`Model`] holds no contradiction: no hedged body that runs only once, no clones without a loop, no two functions that classify
//! the same error. So whatever it holds can be expanded.

use super::arguments::Arguments;
use super::of_call::OfCall;
use crate::function::Function;
use crate::runtime::Runtime;
use proc_macro2::{Span, TokenStream};
use recourse_policy::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, HedgePolicy, KeyTemplate, RatePolicy, RetryPolicy,
};
use std::time::Duration;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ExprClosure, ExprPath, Ident, Index, LitStr, Member, Type};

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
    /// `fn(&str) -> String`
    pub(crate) redact: Option<&'a ExprPath>,
    pub(crate) executor: Option<&'a Expr>,
    pub(crate) classifier: Classifier<'a>,
    pub(crate) shape: Shape,
    pub(crate) fallback: Option<Fallback<'a>>,
    pub(crate) of_call: OfCall<'a>,
    /// Whether a section about resilience is added to the documentation.
    pub(crate) documented: bool,
}

/// The kind of function.
#[derive(Clone, Copy)]
pub(crate) enum Form<'a> {
    /// An `async fn`.
    Async,
    /// A function that returns a future.
    Future {
        /// `Pin<Box<dyn Future>>`, rather than `impl Future`.
        boxed: bool,
        /// The type of the future, as written.
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

/// The key, if one is written.
pub(crate) struct Key<'a> {
    pub(crate) written: &'a LitStr,
    /// The text and the arguments of a key that has arguments.
    pub(crate) template: Option<KeyTemplate>,
}

impl Key<'_> {
    /// Returns true if this argument, or a field of it, is part of the key.
    pub(crate) fn names(&self, argument: &Ident) -> bool {
        let mut names = self.template.iter().flat_map(KeyTemplate::names);
        let argument = argument.unraw();
        names.any(|path| path.split('.').next().is_some_and(|name| argument == name))
    }
}

/// Returns the field of an argument that a key names: by its number, or by its name, which may be a keyword.
pub(crate) fn member(word: &str, span: Span) -> Option<Member> {
    if let Ok(index) = word.parse::<u32>() {
        return Some(Member::Unnamed(Index { index, span }));
    }
    let name = syn::parse_str::<Ident>(word).or_else(|_| syn::parse_str::<Ident>(&format!("r#{word}")));
    let mut name = name.ok()?;
    name.set_span(span);
    Some(Member::Named(name))
}

/// How often the body may run.
pub(crate) enum Shape {
    /// Nothing needs the arguments a second time: they are moved, without a loop or a clone.
    Once,
    /// A loop, in which each attempt gets its own clone of each owned argument.
    Repeat {
        arguments: Box<Arguments>,
        /// Two attempts may run at the same time.
        hedged: bool,
        /// The body runs once, and the arguments are kept for the fallback only.
        runs_once: bool,
    },
}

/// What the caller gets instead of an error.
#[derive(Clone, Copy)]
pub(crate) enum Fallback<'a> {
    /// A function with the same parameters, and the error as the last one.
    Path(&'a ExprPath),
    Closure(&'a ExprClosure),
    /// `Ok(value)`, which needs no arguments.
    Value(&'a Expr),
}

impl Fallback<'_> {
    /// Returns true if the fallback gets the arguments of the call.
    pub(crate) fn takes_arguments(self) -> bool {
        !matches!(self, Self::Value(_))
    }
}

impl Model<'_> {
    /// Returns true if the attribute names no mechanism, so that the executor's policy for the key decides.
    pub(crate) fn is_bare(&self) -> bool {
        self.policy.is_empty() && !self.has_fallback() && !self.of_call.has_mechanism()
    }

    /// Returns true if the attribute names a fallback.
    pub(crate) fn has_fallback(&self) -> bool {
        self.fallback.is_some()
    }
}

impl Shape {
    /// Returns true if two attempts may run at the same time.
    pub(crate) fn is_hedged(&self) -> bool {
        matches!(self, Self::Repeat { hedged: true, .. })
    }
}

/// The parts of the policy.
#[derive(Default)]
pub(crate) struct Sections<'a> {
    /// The shared policy, whose parts the others override.
    pub(crate) base: Option<&'a ExprPath>,
    pub(crate) retry: Option<Section<'a, RetryPolicy>>,
    /// A path names a trigger, a static that the call site borrows; it is not a part of the policy.
    pub(crate) hedge: Option<Section<'a, HedgePolicy>>,
    pub(crate) circuit: Option<Section<'a, CircuitPolicy>>,
    /// A path names a budget that is shared with other functions; it is not a part of the policy.
    pub(crate) budget: Option<Section<'a, BudgetPolicy>>,
    pub(crate) concurrency: Option<Section<'a, ConcurrencyPolicy>>,
    pub(crate) rate: Option<Section<'a, RatePolicy>>,
    pub(crate) timeout: Option<Section<'a, Duration>>,
    pub(crate) attempt_timeout: Option<Section<'a, Duration>>,
    pub(crate) at_least: Option<Section<'a, AtLeast>>,
}

impl<'a> Sections<'a> {
    /// Returns true if no mechanism and no policy is named.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { base, retry, hedge, circuit, budget, concurrency, rate, timeout, attempt_timeout, at_least } = self;
        let times = timeout.is_none() && attempt_timeout.is_none() && at_least.is_none();
        let limits = times && concurrency.is_none() && rate.is_none();
        limits && base.is_none() && retry.is_none() && hedge.is_none() && circuit.is_none() && budget.is_none()
    }

    /// Returns the paths of the constants that the policy is made of.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'a ExprPath> {
        let Self { base, retry, circuit, concurrency, rate, timeout, attempt_timeout, at_least, hedge: _, budget: _ } =
            self;
        let sections = [
            retry.as_ref().and_then(Section::path),
            circuit.as_ref().and_then(Section::path),
            concurrency.as_ref().and_then(Section::path),
            rate.as_ref().and_then(Section::path),
            timeout.as_ref().and_then(Section::path),
            attempt_timeout.as_ref().and_then(Section::path),
            at_least.as_ref().and_then(Section::path),
        ];
        base.iter().copied().chain(sections.into_iter().flatten())
    }
}

/// One part of a policy.
pub(crate) enum Section<'a, T> {
    /// Parsed from text.
    Written(T),
    /// The path of a constant or static of the user's, which rustc checks.
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
    /// Returns the section if it was written as text.
    pub(crate) fn written(&self) -> Option<T> {
        match self {
            Self::Written(section) => Some(*section),
            Self::Path(_) => None,
        }
    }
}

/// The functions that say what an outcome means.
pub(crate) struct Classifier<'a> {
    /// The return type, with `_` for every `impl Trait` in it.
    pub(crate) returns: Type,
    /// The span at which messages about the error type are shown.
    pub(crate) error_span: Span,
    pub(crate) errors: ErrorClassifier<'a>,
    /// `fn(&T) -> Class`
    pub(crate) values: Option<UserFunction<'a>>,
    pub(crate) rejections: Rejections<'a>,
}

/// A function of the user's.
#[derive(Clone, Copy)]
pub(crate) enum UserFunction<'a> {
    /// The path of a function.
    Path(&'a ExprPath),
    /// A closure, which captures nothing.
    Closure(&'a ExprClosure),
}

impl UserFunction<'_> {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Path(path) => path.span(),
            Self::Closure(closure) => closure.span(),
        }
    }
}

/// How a rejection becomes an error.
#[derive(Clone, Copy)]
pub(crate) enum Rejections<'a> {
    /// By the conversion of the error type.
    Converted,
    /// By an `fn(Rejected) -> E`.
    Function(UserFunction<'a>),
    /// There is no rejection.
    Never,
}

/// The function that returns the class of an error.
pub(crate) enum ErrorClassifier<'a> {
    /// The error type's own `Classify`, or the rules for types without one.
    Type {
        /// The type borrows nothing, and names no type parameter of the function.
        is_static: bool,
    },
    /// `fn(&E) -> Class`
    Class(UserFunction<'a>),
    /// `fn(&E) -> bool`
    RetryIf(UserFunction<'a>),
}

impl<'a> ErrorClassifier<'a> {
    /// Returns the function, if the attribute names one.
    pub(crate) fn function(&self) -> Option<UserFunction<'a>> {
        match self {
            Self::Type { .. } => None,
            Self::Class(function) | Self::RetryIf(function) => Some(*function),
        }
    }
}
