//! Why a body may need its arguments more than once.
//!
//! The answer decides whether arguments are moved or cloned, which borrows are allowed, and what an error message suggests.

use super::super::ast::Ast;
use super::values::Settings;
use crate::options;
use recourse_policy::HedgePolicy;

/// The first reason that applies, strongest first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    /// `hedge` runs the body twice at the same time.
    Hedge,
    /// `idempotent` allows a policy from elsewhere to hedge.
    Idempotent,
    /// `retry` runs the body again.
    Retry,
    /// A shared policy may do either; its contents are not known here.
    Policy,
    /// No mechanism is named, a fallback neither, so the executor's policy decides.
    Unnamed,
    /// The body runs once, but the fallback needs the arguments as well.
    Fallback,
}

impl Repeats {
    /// Returns the reason, or `None` if the arguments are needed only once.
    pub(super) fn of(ast: &Ast, settings: &Settings<'_>) -> Option<Self> {
        let policy = &settings.policy;
        // Two attempts at the same time are the strictest case: they rule out mutable borrows, which retries do not.
        if policy.hedge.as_ref().is_some_and(|hedge| hedge.written().is_none_or(|hedge: HedgePolicy| hedge.hedges())) {
            return Some(Self::Hedge);
        }
        if settings.idempotent.is_some() {
            return Some(Self::Idempotent);
        }
        if policy.retry.as_ref().is_some_and(|retry| retry.written().is_none_or(|retry| retry.repeats())) {
            return Some(Self::Retry);
        }
        if ast.names(options::POLICY) {
            return Some(Self::Policy);
        }
        if !options::MECHANISMS.iter().any(|name| ast.names(name)) {
            return Some(Self::Unnamed);
        }
        settings.fallback.filter(|fallback| fallback.takes_arguments()).map(|_| Self::Fallback)
    }

    /// Returns true if two attempts may run at the same time.
    pub(super) fn is_concurrent(self) -> bool {
        matches!(self, Self::Hedge | Self::Idempotent)
    }
}

/// Returns true if an option that may repeat the body is written, but its value could not be read.
pub(super) fn may_be_unread(ast: &Ast, settings: &Settings<'_>) -> bool {
    let policy = &settings.policy;
    let read = [
        (options::RETRY, policy.retry.is_some()),
        (options::HEDGE, policy.hedge.is_some()),
        (options::POLICY, policy.base.is_some()),
        (options::FALLBACK, settings.fallback.is_some()),
    ];
    read.into_iter().any(|(name, read)| ast.names(name) && !read)
}
