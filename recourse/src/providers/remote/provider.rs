//! The provider: what the control plane says about a key, and what an operator can ask of it.

use super::error::RemoteError;
use super::shared::Shared;
use super::state::Told;
use super::status::{self, RemoteStatus};
use crate::providers::provided::Provided;
use crate::providers::provider::{PolicyProvider, ProviderListener};
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::{Key, Origin};
use std::any::Any;
use std::fmt::{self, Debug};
use std::pin::pin;
use tokio::task::AbortHandle;

/// Provides the policies of a control plane, fetched over HTTP, and follows every change while the program runs. Clones are handles of one
/// provider, whose task ends when the last of them is dropped; an executor has one. The module [`providers::remote`](super) says what is
/// fetched when, and what happens during an outage.
///
/// ```no_run
/// use recourse::Executor;
/// use recourse::providers::RemoteProvider;
///
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let remote = RemoteProvider::builder("https://control.example.com/policies/{namespace}")
///     .bearer_token(std::env::var("CONTROL_TOKEN")?)
///     .snapshot("/var/lib/shop/policies.snapshot")
///     .start()?;
/// Executor::builder().provider(remote.clone()).install()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RemoteProvider {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Shows neither the query of the URL nor what was fetched.
impl Debug for RemoteProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteProvider").field("url", &self.inner.shared.template.shown()).finish_non_exhaustive()
    }
}

impl RemoteProvider {
    pub(super) fn of(shared: Arc<Shared>, task: AbortHandle) -> Self {
        Self { inner: Arc::new(Inner { shared, task }) }
    }

    /// Fetches all documents now that are known by name: those that a call has asked for, and those of
    /// [`prefetch`](super::RemoteProviderBuilder::prefetch). Also those that the control plane did not have, and during an outage. Returns when
    /// each has been answered, or one attempt has met an outage. Nothing has to call this: it is for a start that wants to wait, for tests, and
    /// for an endpoint that an operator wants. Calls that begin after this returns are under the new policies, but for a version that comes within
    /// a second of another.
    ///
    /// A request that waits at the server for something new is given up, and the document is fetched at once. Dropping the future leaves the
    /// fetches under way.
    ///
    /// # Errors
    ///
    /// Returns the last error, if a document could not be fetched or used, or an error if the runtime ends on which the provider polls. What was in force stays in force.
    ///
    /// ```no_run
    /// use recourse::providers::RemoteProvider;
    ///
    /// # async fn start(remote: RemoteProvider) {
    /// if let Err(error) = remote.refresh().await {
    ///     eprintln!("the policies are those of the program until the control plane answers: {error}");
    /// }
    /// # }
    /// ```
    pub async fn refresh(&self) -> Result<(), RemoteError> {
        let shared = &self.inner.shared;
        shared.refresh()?;
        loop {
            let mut answered = pin!(shared.answered.notified());
            // Before the look, so that no answer in between is missed.
            answered.as_mut().enable();
            if let Some(result) = shared.refreshed() {
                return result;
            }
            answered.await;
        }
    }

    /// Throws the kill switch, or takes it back: while `ignored`, calls are under the policies that are declared or come from elsewhere, as if
    /// nothing had been fetched, and nothing is fetched. Calls that begin after this returns see the change.
    ///
    /// The environment variable `RECOURSE_IGNORE_REMOTE`, read by [`start`](super::RemoteProviderBuilder::start), does the same from the
    /// start: any value but `0`, `false`, `off` and `no`.
    ///
    /// ```
    /// # use recourse::providers::RemoteProvider;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let remote = RemoteProvider::builder("http://localhost:9/policies/{namespace}").start()?;
    /// remote.ignore(true);
    /// assert!(remote.status().is_ignored);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if another provider panics that is asked because of the change, after all keys have been told.
    pub fn ignore(&self, ignored: bool) {
        let shared = &self.inner.shared;
        if std::mem::replace(&mut shared.state().is_ignored, ignored) != ignored {
            shared.listeners.changed(Instant::now().into_std());
            shared.wake.notify_one();
        }
    }

    /// Returns what is in force and how old it is, what could not be fetched or used, and when the control plane is asked next.
    ///
    /// ```
    /// # use recourse::providers::RemoteProvider;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let remote = RemoteProvider::builder("http://localhost:9/policies/{namespace}?secret").start()?;
    /// let status = remote.status();
    /// assert_eq!((&*status.url, status.held, status.fetches), ("http://localhost:9/policies/{namespace}", 0, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(&self) -> RemoteStatus {
        status::of(&self.inner.shared)
    }
}

impl PolicyProvider for RemoteProvider {
    fn origin(&self) -> Origin {
        Origin::Remote
    }

    fn provide(&self, key: &Key, template: Option<&str>) -> Provided {
        let found = self.inner.shared.look_up(key, template);
        found.map_or_else(Provided::default, |found| found.held.provided(key, template, &found.shown, found.age))
    }

    fn listen(&self, listener: ProviderListener) {
        let shared = &self.inner.shared;
        shared.listeners.add(listener, Instant::now().into_std());
        let mut state = shared.state();
        // A file that could not be read at the start: there was nobody to tell.
        let error = state.writes.as_ref().and_then(|writes| writes.error.clone());
        if let Some(error) = error {
            state.tell(Told::Refused(error));
        }
        drop(state);
        shared.wake.notify_one();
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn unmatched(&self, known: &[&str]) -> Vec<String> {
        let in_force: Vec<_> = {
            let state = self.inner.shared.state();
            // The documents of single keys were asked for by calls.
            let of_many = |doc: &super::doc::Doc| Some((doc.in_force()?.clone(), doc.target.shown.clone()));
            state.sorted().into_iter().filter_map(|(_, doc)| of_many(doc)).collect()
        };
        in_force.iter().flat_map(|(held, shown)| held.unmatched(known, shown)).collect()
    }
}
