//! The static that an attribute leaves in a function: what is written there, and what was worked out from it.

use crate::budget::Budget;
use crate::circuit::MakeBreaker;
use crate::executor::{Call, Executor, Handle, HedgedCall, Judge, Spec};
use crate::hedge::Trigger;
use crate::sync::{Arc, OnceLock, get_or_make};
use recourse_policy::{Capabilities, Key, Policy};
use std::future::Future;
use std::mem;

/// One annotated function. Its identity is its address: two functions never share one.
#[derive(Debug)]
pub struct Site {
    name: Name,
    spec: Spec,
    /// For the process-wide executor, which is never replaced.
    global: OnceLock<Arc<Handle>>,
    key: OnceLock<Key>,
}

/// Where a site's key comes from.
#[derive(Clone, Copy, Debug)]
pub enum Name {
    /// It is written in the attribute.
    Literal(&'static str),
    /// Each call completes it.
    Template,
    /// It is the path of the function, read from the name of a type inside it.
    Path(fn() -> &'static str),
}

impl Name {
    /// A key that is written in the attribute.
    pub const fn literal(key: &'static str) -> Self {
        Self::Literal(key)
    }

    /// The path of the function in whose static the closure stands.
    pub const fn path<F: Fn()>(inside: F) -> Self {
        // Dropping is not allowed in a constant; it captures nothing, so nothing leaks.
        mem::forget(inside);
        Self::Path(std::any::type_name::<F>)
    }

    fn key(self) -> Key {
        match self {
            Self::Literal(key) => Key::from_static(key),
            // A call of such a site brings its key.
            Self::Template => Key::from_path(""),
            // `shop::users::get::{{closure}}::__RECOURSE_SITE::{{closure}}`: the path ends before the static.
            Self::Path(path) => Key::from_path(path().split("::__RECOURSE_SITE").next().unwrap_or_default()),
        }
    }
}

impl Site {
    /// A site of a function whose body can be repeated.
    ///
    /// # Panics
    ///
    /// Where a value of the policy is out of bounds: at compile time, since a site is a static.
    #[track_caller]
    pub const fn new(name: Name, policy: Policy) -> Self {
        let capabilities = Capabilities { repeat: true, hedge: false };
        let spec = Spec {
            policy: policy.validated(),
            capabilities,
            budget: None,
            trigger: None,
            breaker: None,
            pinned: !matches!(name, Name::Template),
        };
        Self { name, spec, global: OnceLock::new(), key: OnceLock::new() }
    }

    /// Retries are paid for by a budget of the user's.
    pub const fn budget(mut self, budget: &'static dyn Budget) -> Self {
        self.spec.budget = Some(budget);
        self
    }

    /// Hedges are started by a trigger of the user's.
    pub const fn trigger(mut self, trigger: &'static dyn Trigger) -> Self {
        self.spec.trigger = Some(trigger);
        // It stands for the whole section: that of a base policy falls to it.
        self.spec.policy.hedge = None;
        self
    }

    /// The circuit breaker is made by a function of the user's.
    pub const fn breaker(mut self, make: MakeBreaker) -> Self {
        self.spec.breaker = Some(make);
        self
    }

    /// The author vouches that the body may run twice at once.
    pub const fn hedgeable(mut self) -> Self {
        self.spec.capabilities.hedge = true;
        self
    }

    /// The body runs once at the most: its arguments are moved into it.
    pub const fn once(mut self) -> Self {
        self.spec.capabilities.repeat = false;
        self
    }

    /// A call in the process-wide executor.
    #[inline]
    pub fn call(&'static self) -> Call<&'static Handle> {
        Call::new(self.handle())
    }

    /// A call in another executor.
    pub fn call_in(&'static self, executor: &Executor) -> Call<Arc<Handle>> {
        Call::new(self.handle_in(executor))
    }

    /// A call of one of the site's keys.
    pub fn call_of(&'static self, executor: Option<&Executor>, key: &Key) -> Call<Arc<Handle>> {
        Call::new(self.handle_of(executor, key))
    }

    /// A call that can hold hedges, in the process-wide executor.
    #[inline]
    pub fn hedged_call<Fut: Future, J: Judge<Fut::Output>>(
        &'static self,
        judge: J,
    ) -> HedgedCall<&'static Handle, Fut, J> {
        HedgedCall::new(self.handle(), judge)
    }

    /// A call that can hold hedges, in another executor.
    pub fn hedged_call_in<Fut: Future, J: Judge<Fut::Output>>(
        &'static self,
        judge: J,
        executor: &Executor,
    ) -> HedgedCall<Arc<Handle>, Fut, J> {
        HedgedCall::new(self.handle_in(executor), judge)
    }

    /// A call of one of the site's keys that can hold hedges.
    pub fn hedged_call_of<Fut: Future, J: Judge<Fut::Output>>(
        &'static self,
        judge: J,
        executor: Option<&Executor>,
        key: &Key,
    ) -> HedgedCall<Arc<Handle>, Fut, J> {
        HedgedCall::new(self.handle_of(executor, key), judge)
    }

    fn handle_of(&'static self, executor: Option<&Executor>, key: &Key) -> Arc<Handle> {
        executor.unwrap_or_else(|| Executor::global()).handle(key, &self.spec)
    }

    #[inline]
    fn handle(&'static self) -> &'static Handle {
        match self.global.get() {
            Some(handle) => handle,
            None => self.first_handle(),
        }
    }

    #[cold]
    #[inline(never)]
    fn first_handle(&'static self) -> &'static Handle {
        get_or_make(&self.global, || self.handle_in(Executor::global())).as_ref()
    }

    #[cold]
    fn handle_in(&'static self, executor: &Executor) -> Arc<Handle> {
        executor.handle(self.key.get_or_init(|| self.name.key()), &self.spec)
    }
}
