//! The static that the attribute leaves in a guarded function: its key, its own policy, and what that was resolved to.

use crate::budget::Budget;
use crate::call::{Call, Classifier, HedgedCall};
use crate::circuit::MakeBreaker;
use crate::executor::{Executor, Owner, ResolvedSite, SiteSlot, Spec, StateKey, in_scope};
use crate::hedge::Trigger;
use crate::observe::{FallbackRun, RedactFn};
use crate::sync::{Arc, OnceLock};
use recourse_policy::{Capabilities, Key, Policy};
use std::any;
use std::future::Future;
use std::mem;
use std::panic::Location;

/// One guarded function: its key, its spec, and what it was resolved to.
#[derive(Debug)]
pub struct CallSite {
    name: SiteName,
    spec: Spec,
    /// What the site was resolved to in the process-wide executor.
    slot: SiteSlot,
    state: OnceLock<StateKey>,
    /// The place of the attribute.
    location: &'static Location<'static>,
}

/// Where the key of a call site comes from.
#[derive(Clone, Copy, Debug)]
pub enum SiteName {
    /// The key is written in the attribute.
    Literal(&'static str),
    /// Each call completes the key with its arguments.
    Template(&'static str),
    /// The key is the path of the function, read from the name of a type inside it.
    Path(fn() -> &'static str),
}

impl SiteName {
    /// A key that is written in the attribute.
    pub const fn literal(key: &'static str) -> Self {
        Self::Literal(key)
    }

    /// A key that each call completes with its arguments.
    pub const fn template(template: &'static str) -> Self {
        Self::Template(template)
    }

    const fn as_template(self) -> Option<&'static str> {
        match self {
            Self::Template(template) => Some(template),
            Self::Literal(_) | Self::Path(_) => None,
        }
    }

    /// The path of the function in whose static the closure stands.
    pub const fn path<F: Fn()>(inside: F) -> Self {
        // A constant may drop nothing. The closure captures nothing, so nothing leaks.
        mem::forget(inside);
        Self::Path(any::type_name::<F>)
    }

    fn key(self) -> Key {
        match self {
            Self::Literal(key) => Key::from_static(key),
            // The calls of such a site bring their key.
            Self::Template(_) => Key::from_path(""),
            // `shop::users::get::{{closure}}::__RECOURSE_SITE::{{closure}}`: the path ends before the static.
            Self::Path(path) => Key::from_path(path().split("::__RECOURSE_SITE").next().unwrap_or_default()),
        }
    }
}

impl CallSite {
    /// Makes the site of a function whose body can be repeated.
    ///
    /// # Panics
    ///
    /// Panics if a value of the policy is out of bounds: at compile time, since a site is a static.
    #[track_caller]
    pub const fn new(name: SiteName, policy: Policy) -> Self {
        let capabilities = Capabilities { repeat: true, hedge: false, reject: true };
        let spec = Spec {
            policy: policy.validated(),
            capabilities,
            budget: None,
            trigger: None,
            breaker: None,
            redact: None,
            template: name.as_template(),
            pinned: name.as_template().is_none(),
            shows: false,
            falls_back: false,
        };
        Self { name, spec, slot: SiteSlot::new(), state: OnceLock::new(), location: Location::caller() }
    }

    /// Lets a budget of the user's pay for retries.
    pub const fn budget(mut self, budget: &'static dyn Budget) -> Self {
        self.spec.budget = Some(budget);
        self
    }

    /// Lets a trigger of the user's start hedges.
    pub const fn trigger(mut self, trigger: &'static dyn Trigger) -> Self {
        self.spec.trigger = Some(trigger);
        // The trigger stands for the whole section, so the section of a base policy does not count.
        self.spec.policy.hedge = None;
        self
    }

    /// Lets a function of the user's make the circuit breaker.
    pub const fn breaker(mut self, make: MakeBreaker) -> Self {
        self.spec.breaker = Some(make);
        self
    }

    /// Lets a function of the user's change the texts of the function's errors before anybody is told of them.
    pub const fn redact(mut self, redact: RedactFn) -> Self {
        self.spec.redact = Some(redact);
        self
    }

    /// Marks a body that may run twice at once, as its author declares.
    pub const fn hedgeable(mut self) -> Self {
        self.spec.capabilities.hedge = true;
        self
    }

    /// Marks a function that has no error for a rejection, so that none may happen.
    pub const fn never_rejects(mut self) -> Self {
        self.spec.capabilities.reject = false;
        self
    }

    /// Marks a function that shows its attempts to their bodies, and to the code below.
    pub const fn shows_attempts(mut self) -> Self {
        self.spec.shows = true;
        self
    }

    /// Marks a function that has a fallback.
    pub const fn falls_back(mut self) -> Self {
        self.spec.falls_back = true;
        self
    }

    /// Begins the fallback of the call that has just failed, if somebody observes it.
    pub fn fallback(&'static self) -> Option<FallbackRun> {
        FallbackRun::begin(|call| match self.name {
            SiteName::Template(template) => call.template() == Some(template),
            SiteName::Literal(_) | SiteName::Path(_) => *call.key() == self.state_key().key,
        })
    }

    /// Marks a body that runs at most once: its arguments are moved into it.
    pub const fn once(mut self) -> Self {
        self.spec.capabilities.repeat = false;
        self
    }

    /// Begins a call in the executor of the scope, or in the process-wide one.
    #[inline]
    pub fn call(&'static self) -> Call {
        match self.slot.fixed() {
            Some(site) => Call::fixed(site),
            None => self.call_looked_up(),
        }
    }

    /// Begins a call in another executor.
    pub fn call_in(&'static self, executor: &Executor) -> Call {
        Call::counted(self.resolved_in(executor))
    }

    /// Begins a call of one of the site's keys. Without an executor it is begun as [`Self::call`] does.
    pub fn call_of(&'static self, executor: Option<&Executor>, key: &Key) -> Call {
        Call::counted(self.resolved_of(executor, key))
    }

    /// Begins a call that can hold hedges, in the executor of the scope or in the process-wide one.
    #[inline]
    pub fn hedged_call<Fut, C>(&'static self, classifier: C) -> HedgedCall<Fut, C>
    where
        Fut: Future,
        C: Classifier<Fut::Output> + Copy,
    {
        match self.slot.fixed() {
            Some(site) => HedgedCall::fixed(site, classifier),
            None => match self.slot.fixed_inside() {
                Some(site) => HedgedCall::fixed_inside(site, classifier),
                None => HedgedCall::counted(self.looked_up(), classifier),
            },
        }
    }

    /// Begins a call that can hold hedges, in another executor.
    pub fn hedged_call_in<Fut, C>(&'static self, classifier: C, executor: &Executor) -> HedgedCall<Fut, C>
    where
        Fut: Future,
        C: Classifier<Fut::Output> + Copy,
    {
        HedgedCall::counted(self.resolved_in(executor), classifier)
    }

    /// Begins a call of one of the site's keys that can hold hedges.
    pub fn hedged_call_of<Fut, C>(
        &'static self,
        classifier: C,
        executor: Option<&Executor>,
        key: &Key,
    ) -> HedgedCall<Fut, C>
    where
        Fut: Future,
        C: Classifier<Fut::Output> + Copy,
    {
        HedgedCall::counted(self.resolved_of(executor, key), classifier)
    }

    #[cold]
    fn call_looked_up(&'static self) -> Call {
        match self.slot.fixed_inside() {
            Some(site) => Call::fixed_inside(site),
            None => Call::counted(self.looked_up()),
        }
    }

    #[cold]
    fn looked_up(&'static self) -> Arc<ResolvedSite> {
        self.slot.look_up(self.state_key(), &self.spec)
    }

    #[cold]
    fn resolved_in(&'static self, executor: &Executor) -> Arc<ResolvedSite> {
        executor.resolve(self.state_key(), &self.spec)
    }

    fn resolved_of(&'static self, executor: Option<&Executor>, key: &Key) -> Arc<ResolvedSite> {
        let key = StateKey::shared(key.clone());
        match executor {
            Some(executor) => executor.resolve(&key, &self.spec),
            None => match in_scope() {
                Some(executor) => executor.resolve(&key, &self.spec),
                None => Executor::global().resolve(&key, &self.spec),
            },
        }
    }

    fn state_key(&'static self) -> &'static StateKey {
        self.state.get_or_init(|| {
            // A key that is written is a name that the author chose, so all that write it mean one dependency.
            let is_default = matches!(self.name, SiteName::Path(_));
            StateKey { key: self.name.key(), owner: is_default.then(|| Owner::of(self, self.location)) }
        })
    }
}
