//! The contract of a provider of policies.

use crate::observe::OutageEvent;
use crate::providers::provided::Provided;
use crate::sync::Arc;
use recourse_policy::{Key, Origin, Pattern};
use std::any::Any;
use std::fmt::{self, Debug};

/// Provides policies from outside of the program's text: from a table, a file, or a control plane.
///
/// A provider is asked when a call site is resolved and when the provider says that something has changed, and not for each call. It must
/// answer at once from memory: a guarded call never waits for its policy. What a provider does not say falls to the next source.
///
/// ```
/// use recourse::policy::Origin;
/// use recourse::providers::{PolicyProvider, Provided, ProviderListener};
/// use recourse::{Executor, Key, Policy};
/// use std::time::Duration;
///
/// /// Limits every read.
/// #[derive(Debug)]
/// struct Reads;
///
/// impl PolicyProvider for Reads {
///     fn origin(&self) -> Origin {
///         Origin::Provider
///     }
///
///     fn provide(&self, key: &Key, _template: Option<&str>) -> Provided {
///         if key.as_str().ends_with(".get") {
///             Provided::policy(Policy::new().timeout(Duration::from_secs(2)))
///         } else {
///             Provided::default()
///         }
///     }
///
///     /// Nothing ever changes.
///     fn listen(&self, _listener: ProviderListener) {}
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let executor = Executor::builder().provider(Reads).build();
/// let hangs = || std::future::pending::<Result<(), String>>();
/// let error = executor.call(Key::from_static("users.get"), Policy::new(), hangs).await.unwrap_err();
/// assert_eq!(error, "`users.get` timed out after 2s, in 1 attempt");
/// # }
/// ```
pub trait PolicyProvider: Debug + Send + Sync {
    /// Returns what kind of source this is, which decides which provider stands before which: [`Origin::Remote`] before [`Origin::File`]
    /// before [`Origin::Provider`]. Among providers of one kind the one that was added last stands first.
    fn origin(&self) -> Origin;

    /// Returns what the provider says about a key. `template` is the key as it is written in the attribute, `db.{shard}`, if calls complete
    /// it with their arguments.
    ///
    /// # Panics
    ///
    /// A panic reaches whoever asked: the first call of a site, or whoever has made a change, after all other keys have been told.
    fn provide(&self, key: &Key, template: Option<&str>) -> Provided;

    /// Takes the listener of an executor, which is to be told of every change from then on. Called once for each executor that the
    /// provider is added to. A provider that outlives executors forgets listeners that are [closed](ProviderListener::is_closed).
    fn listen(&self, listener: ProviderListener);

    /// Returns what the provider holds for keys that are not among `known`, as lines for people: most likely misspelt. `known` are the
    /// keys that calls have met, and their templates.
    ///
    /// ```
    /// use recourse::Policy;
    /// use recourse::providers::{PolicyProvider, StaticProvider};
    ///
    /// let policies = StaticProvider::new();
    /// policies.set("users.gte".parse()?, Policy::defaults());
    /// assert_eq!(policies.unmatched(&["users.get"]).len(), 1);
    /// # Ok::<(), recourse::policy::PatternError>(())
    /// ```
    fn unmatched(&self, known: &[&str]) -> Vec<String> {
        let _ = known;
        Vec::new()
    }

    /// Returns the provider itself, if operators may look at what it says of itself beyond policies: `RemoteProvider` does, for
    /// `Executor::remote_status`.
    ///
    /// ```
    /// use recourse::providers::{PolicyProvider, StaticProvider};
    ///
    /// assert!(StaticProvider::new().as_any().is_none());
    /// ```
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }
}

/// Is told by a provider that something has changed. Cheap to clone; it holds no executor alive.
///
/// ```
/// use recourse::policy::Origin;
/// use recourse::providers::{PolicyProvider, Provided, ProviderListener};
/// use recourse::{Executor, Key, Policy};
/// use std::sync::{Arc, Mutex};
/// use std::time::Duration;
///
/// /// A policy for all keys, which can be replaced.
/// #[derive(Clone, Debug, Default)]
/// struct ForAll(Arc<Mutex<(Policy, Vec<ProviderListener>)>>);
///
/// impl ForAll {
///     fn replace(&self, policy: Policy) {
///         self.0.lock().unwrap().0 = policy;
///         // Told after the change, and not under the lock: the executor asks the provider.
///         let listeners = self.0.lock().unwrap().1.clone();
///         listeners.iter().for_each(ProviderListener::changed);
///     }
/// }
///
/// impl PolicyProvider for ForAll {
///     fn origin(&self) -> Origin {
///         Origin::Provider
///     }
///     fn provide(&self, _key: &Key, _template: Option<&str>) -> Provided {
///         Provided::policy(self.0.lock().unwrap().0)
///     }
///     fn listen(&self, listener: ProviderListener) {
///         self.0.lock().unwrap().1.push(listener);
///     }
/// }
///
/// let provider = ForAll::default();
/// let executor = Executor::builder().provider(provider.clone()).build();
/// provider.replace(Policy::new().timeout(Duration::from_secs(1)));
/// # let _ = executor;
/// ```
#[derive(Clone)]
pub struct ProviderListener(Arc<dyn Listen>);

/// What an executor does when a provider speaks.
pub(crate) trait Listen: Send + Sync {
    /// Something has changed, for the keys that match.
    fn changed(&self, concerned: &Pattern);
    /// A new state was refused, and the last good one stays.
    fn refused(&self, why: &str);
    /// An outage of the source began or ended.
    fn outage(&self, event: &OutageEvent);
    /// It is time to say which entries match no key.
    fn report_unmatched(&self);
    /// The executor is gone.
    fn is_closed(&self) -> bool;
}

impl ProviderListener {
    pub(crate) fn new(listen: Arc<dyn Listen>) -> Self {
        Self(listen)
    }

    /// Tells that something has changed: the executor asks the provider again for each key that it knows, and calls that begin after
    /// this returns are under the new policies.
    pub fn changed(&self) {
        self.0.changed(&Pattern::any());
    }

    /// Tells that something has changed for one key, or for those that match a pattern: the executor asks about these only.
    ///
    /// ```
    /// use recourse::providers::ProviderListener;
    /// use recourse::{Key, policy::Pattern};
    ///
    /// fn tell(listeners: &[ProviderListener]) {
    ///     for listener in listeners {
    ///         listener.changed_for(&Key::from_static("users.get"));
    ///         listener.changed_for("orders.*".parse::<Pattern>().unwrap());
    ///     }
    /// }
    /// # tell(&[]);
    /// ```
    pub fn changed_for(&self, keys: impl Into<Pattern>) {
        self.0.changed(&keys.into());
    }

    /// Tells that the source cannot be reached, or can be reached again. Observers are told, see
    /// [`Observer::policies_outage`](crate::observe::Observer::policies_outage).
    ///
    /// ```
    /// use recourse::observe::OutageEvent;
    /// use recourse::providers::ProviderListener;
    ///
    /// fn tell(listeners: &[ProviderListener], why: &str) {
    ///     listeners.iter().for_each(|listener| listener.outage(&OutageEvent::Began { why: why.to_owned() }));
    /// }
    /// # tell(&[], "connection refused");
    /// ```
    pub fn outage(&self, event: &OutageEvent) {
        self.0.outage(event);
    }

    /// Returns true if the executor is gone, so that the listener can be forgotten: it does nothing any more.
    ///
    /// ```
    /// use recourse::policy::Origin;
    /// use recourse::providers::{PolicyProvider, Provided, ProviderListener};
    /// use recourse::{Executor, Key};
    /// use std::sync::Mutex;
    ///
    /// #[derive(Debug, Default)]
    /// struct Table(Mutex<Vec<ProviderListener>>);
    ///
    /// impl Table {
    ///     /// Tells whoever still listens that there was something that cannot be used.
    ///     fn refuse(&self, why: &str) -> usize {
    ///         let mut listeners = self.0.lock().unwrap();
    ///         listeners.retain(|listener| !listener.is_closed());
    ///         listeners.iter().for_each(|listener| {
    ///             listener.refused(why);
    ///             listener.report_unmatched();
    ///         });
    ///         listeners.len()
    ///     }
    /// }
    ///
    /// impl PolicyProvider for &'static Table {
    ///     fn origin(&self) -> Origin {
    ///         Origin::Provider
    ///     }
    ///     fn provide(&self, _: &Key, _: Option<&str>) -> Provided {
    ///         Provided::default()
    ///     }
    ///     fn listen(&self, listener: ProviderListener) {
    ///         self.0.lock().unwrap().push(listener);
    ///     }
    ///     fn unmatched(&self, known: &[&str]) -> Vec<String> {
    ///         known.is_empty().then(|| "nobody has called anything".to_owned()).into_iter().collect()
    ///     }
    /// }
    ///
    /// let table: &'static Table = Box::leak(Box::default());
    /// let executor = Executor::builder().provider(table).build();
    /// assert_eq!(table.refuse("the answer was no JSON"), 1);
    /// drop(executor);
    /// assert_eq!(table.refuse("the answer was no JSON"), 0);
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Tells that a new state of the source cannot be used, and that the last good one stays. Observers are told, see
    /// [`Observer::policies_refused`](crate::observe::Observer::policies_refused).
    pub fn refused(&self, why: &str) {
        self.0.refused(why);
    }

    /// Lets the executor tell its observers which entries match no key that was called so far, see
    /// [`Observer::policies_unmatched`](crate::observe::Observer::policies_unmatched).
    pub fn report_unmatched(&self) {
        self.0.report_unmatched();
    }
}

impl Debug for ProviderListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderListener").finish_non_exhaustive()
    }
}
