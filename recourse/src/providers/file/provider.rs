//! The provider: what the files say about a key, and what an operator can ask of it.

use super::error::FileError;

use super::state::State;
use super::status::{FileStatus, Reload};
use super::watch::Watch;
use crate::providers::answer;
use crate::providers::names::Named;
use crate::providers::provided::Provided;
use crate::providers::provider::{PolicyProvider, ProviderListener};
use crate::sync::Arc;
use recourse_policy::document::Entry;
use recourse_policy::{Key, Origin, Section};
use std::time::Instant;

/// Provides the policies of a TOML or JSON file, or of a folder of such files, and follows every change while the program runs. Clones are
/// handles of one provider; the module [`providers::file`](super) says which files there are, and what happens to a broken edit.
///
/// ```
/// use recourse::providers::FileProvider;
/// use recourse::{Executor, Key, Policy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = std::env::temp_dir().join(format!("recourse-doc-provider-{}.toml", std::process::id()));
/// std::fs::write(&path, "['users.*']\ntimeout = '2s'\n")?;
/// let file = FileProvider::open(&path)?;
/// let executor = Executor::builder().provider(file.clone()).build();
///
/// let hangs = || std::future::pending::<Result<(), String>>();
/// let call = || executor.call(Key::from_static("users.get"), Policy::new(), hangs);
/// assert_eq!(call().await.unwrap_err(), "`users.get` timed out after 2s, in 1 attempt");
///
/// std::fs::write(&path, "['users.*']\ntimeout = '500ms'\n")?;
/// // Happens by itself, a moment later.
/// file.reload()?;
/// assert_eq!(call().await.unwrap_err(), "`users.get` timed out after 500ms, in 1 attempt");
/// # std::fs::remove_file(path)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FileProvider {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: Arc<State>,
    watch: Watch,
}

impl FileProvider {
    pub(super) fn of(state: Arc<State>, watch: Watch) -> Self {
        Self { inner: Arc::new(Inner { state, watch }) }
    }

    /// Reads the files now, and returns what came of it. Calls that begin after this returns are under the new policies. Nothing has to call
    /// this: it is for tests, and for a signal or an endpoint that an operator wants.
    ///
    /// ```
    /// use recourse::providers::{FileProvider, Reload};
    ///
    /// # let path = std::env::temp_dir().join(format!("recourse-doc-reload-{}.toml", std::process::id()));
    /// std::fs::write(&path, "[users.get]\ntimeout = '2s'\n")?;
    /// let file = FileProvider::open(&path)?;
    /// assert_eq!(file.reload()?, Reload::Unchanged);
    ///
    /// std::fs::write(&path, "[users.get]\ntimeout = 'soon'\n")?;
    /// let refused = file.reload().unwrap_err();
    /// assert_eq!((refused.faults()[0].line, &*refused.faults()[0].field), (2, "timeout"));
    /// assert!(file.status().is_stale);
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong with the files if they cannot be used. What was in force stays in force.
    pub fn reload(&self) -> Result<Reload, FileError> {
        self.inner.state.look(None).into_reload()
    }

    /// Returns what is in force and since when, and what was refused.
    ///
    /// ```
    /// use recourse::providers::FileProvider;
    ///
    /// # let path = std::env::temp_dir().join(format!("recourse-doc-status-{}.toml", std::process::id()));
    /// std::fs::write(&path, "version = 7\n[users.get]\ntimeout = '2s'\n")?;
    /// let status = FileProvider::open(&path)?.status();
    /// assert_eq!((status.versions[0].1, status.entries), (Some(7), 1));
    /// assert_eq!((status.reloads, status.is_stale), (0, false));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn status(&self) -> FileStatus {
        self.inner.state.status()
    }
}

impl PolicyProvider for FileProvider {
    fn origin(&self) -> Origin {
        Origin::File
    }

    fn provide(&self, key: &Key, template: Option<&str>) -> Provided {
        let documents = self.inner.state.documents();
        answer::provided(&documents, key, template, |entry, section| place(entry, section, key))
    }

    fn listen(&self, listener: ProviderListener) {
        self.inner.state.listeners.add(listener, Instant::now());
        self.inner.watch.wake();
    }

    fn unmatched(&self, known: &[&str]) -> Vec<String> {
        let place = |entry: &Entry<Named>| format!("{}:{}", entry.file(), entry.line());
        answer::unmatched(&self.inner.state.documents(), known, place)
    }
}

/// Returns where a section stands, `policies.toml:3 users.*`. The key of the call itself is not repeated.
fn place(entry: &Entry<Named>, section: Section, key: &Key) -> Arc<str> {
    let (file, line, pattern) = (entry.file(), entry.line_of(section).unwrap_or(entry.line()), entry.pattern());
    if pattern.as_str() == key.as_str() { format!("{file}:{line}") } else { format!("{file}:{line} {pattern}") }.into()
}
