//! Assembling an executor.

use crate::executor::{Executor, Inner, global};
use crate::observe::{Audience, Observer};
use crate::registry::Bounded;
use crate::sync::{Arc, Mutex};
use recourse_policy::{Key, Policy};
use std::collections::HashMap;
use std::fmt;

/// Keys of closures and of dynamic keys that an executor keeps state for; keys of attributes come on top.
const KEYS: usize = 1_000;

/// What becomes of a call for which nobody wrote a policy: an attribute that names no mechanism, and no policy registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingPolicy {
    /// It gets [`Policy::defaults`].
    #[default]
    Defaults,
    /// It is rejected, and its body does not run.
    Deny,
}

/// Assembles an [`Executor`].
///
/// ```
/// use recourse::{Executor, Key, MissingPolicy, Policy};
/// use std::time::Duration;
///
/// let executor = Executor::builder()
///     .policy(Key::from_static("users.get"), Policy::new().timeout(Duration::from_secs(1)))
///     .missing_policy(MissingPolicy::Deny)
///     .build();
/// ```
#[derive(Debug, Default)]
pub struct Builder {
    policies: HashMap<Key, Policy>,
    missing: MissingPolicy,
    observers: Vec<Arc<dyn Observer>>,
}

impl Builder {
    /// Registers a policy for a key. Its sections stand before those of the attribute; sections it leaves out fall to it.
    pub fn policy(mut self, key: impl Into<Key>, policy: Policy) -> Self {
        self.policies.insert(key.into(), policy);
        self
    }

    /// What becomes of calls without a policy.
    pub fn missing_policy(mut self, missing: MissingPolicy) -> Self {
        self.missing = missing;
        self
    }

    /// Adds an observer; all that are added are told, in this order.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// The executor.
    pub fn build(self) -> Executor {
        let Self { policies, missing, observers } = self;
        let (audience, entries) = (Arc::new(Audience::new(observers)), Mutex::new(Bounded::new(KEYS)));
        Executor { inner: Arc::new(Inner { policies, missing, audience, entries }) }
    }

    /// Builds it and makes it the process-wide one, which functions with the attribute use.
    ///
    /// # Errors
    ///
    /// Where one is installed already, or a guarded function has run before and so made the default one: call this first
    /// thing in `main`.
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// Executor::builder().install().expect("nothing ran before");
    /// assert!(Executor::builder().install().is_err());
    /// ```
    pub fn install(self) -> Result<&'static Executor, AlreadyInstalled> {
        global::install(self.build())
    }
}

/// The process-wide executor exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlreadyInstalled;

impl fmt::Display for AlreadyInstalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the process-wide executor is in use already: install it before the first guarded call, and only once",
        )
    }
}

impl std::error::Error for AlreadyInstalled {}
