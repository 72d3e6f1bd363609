//! What the events of one call have in common.

use crate::context::{CallId, CallIdentity};
use crate::sync::{Arc, OnceLock};
use recourse_policy::{Effective, Key};
use std::fmt;

/// What an observer may know of a call, whatever happens in it: its key, what the key was completed from, its policy, and its identity.
///
/// ```
/// use recourse::observe::{CallInfo, CallTotals, Observer, Wanted};
/// use recourse::resilient;
///
/// #[derive(Debug)]
/// struct Prints;
///
/// impl Observer for Prints {
///     fn wants(&self) -> Wanted {
///         Wanted::Totals
///     }
///     fn call_totals(&self, call: &CallInfo, totals: &CallTotals) {
///         assert_eq!((call.key().as_str(), call.template()), ("db.7", Some("db.{shard}")));
///         assert_eq!((call.name(), totals.attempts), ("db.{shard}", 1));
///         assert_eq!(call.effective().policy.retry.unwrap().max_attempts, Some(2));
///         println!("{} {} was {}", call.name(), call.id(), totals.reason);
///     }
/// }
///
/// #[resilient(key = "db.{shard}", retry = "2 attempts", executor = executor)]
/// async fn load(executor: &recourse::Executor, shard: u32) -> Result<u32, String> {
///     Ok(shard)
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let executor = recourse::Executor::builder().observer(Prints).build();
/// assert_eq!(load(&executor, 7).await, Ok(7));
/// assert_eq!(executor.observer_panics(), 0);
/// # }
/// ```
pub struct CallInfo {
    key: Key,
    naming: Naming,
    effective: Arc<Effective>,
    identity: OnceLock<Arc<CallIdentity>>,
}

/// What is known of the key of a call site beside the key.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Naming {
    /// What the key was completed from.
    pub(crate) template: Option<&'static str>,
    /// The key stands in the program's text.
    pub(crate) is_written: bool,
    /// The function has a fallback.
    pub(crate) falls_back: bool,
}

impl CallInfo {
    pub(crate) const fn new(key: Key, naming: Naming, effective: Arc<Effective>) -> Self {
        Self { key, naming, effective, identity: OnceLock::new() }
    }

    /// Returns the key of the call.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Returns what the key was completed from, `db.{shard}`, if the attribute completes it.
    pub const fn template(&self) -> Option<&'static str> {
        self.naming.template
    }

    /// Returns a name for the label of a metric, of which a program has no more than call sites: the template, or the key if it stands in the
    /// program's text. Keys that are made at run time share one name, [`OTHER`](Self::OTHER).
    pub fn name(&self) -> &str {
        match self.naming.template {
            Some(template) => template,
            None if self.naming.is_written => self.key.as_str(),
            None => Self::OTHER,
        }
    }

    /// The name of calls whose keys are made at run time, without a template.
    pub const OTHER: &'static str = "other";

    /// Returns the policy that the call runs under, with what normalisation changed in it.
    pub fn effective(&self) -> &Effective {
        &self.effective
    }

    /// Returns the identity of the call, the same that its body sees as [`Attempt::call_id`](crate::context::Attempt::call_id).
    ///
    /// The bits are drawn when somebody first asks for them, once for each call and not for each event: one question to the operating
    /// system.
    pub fn id(&self) -> CallId {
        self.identity().id()
    }

    pub(super) const fn falls_back(&self) -> bool {
        self.naming.falls_back
    }

    pub(crate) fn identity(&self) -> &Arc<CallIdentity> {
        self.identity.get_or_init(|| Arc::new(CallIdentity::new(self.key.as_str())))
    }
}

impl Clone for CallInfo {
    /// The clone is of the same call: it has the same identity, whoever asks for it first.
    fn clone(&self) -> Self {
        let identity = OnceLock::from(self.identity().clone());
        Self { key: self.key.clone(), naming: self.naming, effective: self.effective.clone(), identity }
    }
}

impl fmt::Debug for CallInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The identity is not drawn for that.
        f.debug_struct("CallInfo")
            .field("key", &self.key)
            .field("template", &self.naming.template)
            .finish_non_exhaustive()
    }
}
