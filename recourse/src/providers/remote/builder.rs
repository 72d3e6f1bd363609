//! The options of a remote provider.

use super::error::{RemoteError, RemoteErrorKind, option};
use super::http::{Http, HttpOptions};
use super::provider::RemoteProvider;
use super::read::Reader;
use super::secret::Secret;
use super::shared::Shared;
use super::snapshot::Snapshot;
use super::state::State;
use super::task::{self, Ends};
use super::template::{Scope, UrlTemplate};
use super::timing::Timing;
use super::transport::Transport;
use super::writes::Writes;
use crate::budget::Budget;
use crate::hedge::TriggerRegistry;
use crate::providers::listeners::Listeners;
use crate::providers::names::PolicyNames;
use crate::sync::{Arc, Mutex};
use crate::time::Instant;
use recourse_policy::document::DocumentReader;
use recourse_policy::{OperatorBounds, limits};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Notify;

/// How a trigger and a budget get a name, for messages.
const NAMES: [&str; 2] = [
    "register it, and give the registry to `RemoteProviderBuilder::triggers`",
    "give it to `RemoteProviderBuilder::budget`",
];
const INTERVAL: Duration = Duration::from_secs(30);
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// The largest document of one key.
const KEY_BYTES: usize = 64 * 1024;
/// When entries that match no key are reported.
const REPORT_AFTER: Duration = Duration::from_secs(60);
/// The name of the environment variable that is the kill switch.
const IGNORE: &str = "RECOURSE_IGNORE_REMOTE";

/// The options of a [`RemoteProvider`].
///
/// ```
/// use recourse::policy::OperatorBounds;
/// use recourse::providers::RemoteProvider;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let remote = RemoteProvider::builder("https://control.example.com/policies/{namespace}")
///     .bearer_token("of-the-team")
///     .interval(Duration::from_secs(60))
///     .max_staleness(Duration::from_secs(24 * 60 * 60))
///     .bounds(OperatorBounds::new().max_attempts(5))
///     .prefetch(["users", "orders"])
///     .start()?;
/// assert_eq!(remote.status().documents.len(), 2);
/// # Ok(())
/// # }
/// ```
///
/// A provider that polls on a runtime of its own, and whose documents name a trigger and a budget of the program:
///
/// ```
/// use recourse::budget::TokenBucket;
/// use recourse::hedge::TriggerRegistry;
/// use recourse::policy::BudgetPolicy;
/// use recourse::providers::RemoteProvider;
/// use std::time::Duration;
///
/// static TRIGGERS: TriggerRegistry = TriggerRegistry::new();
/// static SEARCH: TokenBucket = TokenBucket::new(BudgetPolicy::percent(10));
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let remote = RemoteProvider::builder("https://control.example.com/policies/{namespace}/{name}")
///     .triggers(&TRIGGERS)
///     .budget("search", &SEARCH)
///     .strict(true)
///     .capacity(50_000)
///     .report_unmatched_after(Duration::from_secs(300))
///     .snapshot("policies.snapshot")
///     .ignored(true)
///     .start_on(runtime.handle())?;
/// assert!(remote.status().is_ignored);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct RemoteProviderBuilder {
    url: Secret,
    pub(super) timing: Timing,
    bounds: OperatorBounds,
    strict: bool,
    names: PolicyNames,
    capacity: usize,
    report_after: Duration,
    snapshot: Option<PathBuf>,
    prefetch: Vec<String>,
    ignored: bool,
    pub(super) http: HttpOptions,
    transport: Option<Arc<dyn Transport>>,
    pub(super) fault: Option<RemoteError>,
}

impl RemoteProvider {
    /// Starts a builder. In the path of the URL, `{namespace}` stands for the first part of a key, `{name}` for the rest, and `{key}` for all of it:
    ///
    /// | URL | one document is about | requests for 1,000 keys |
    /// |---|---|---|
    /// | `https://host/policies/{namespace}` | a namespace | as many as there are namespaces |
    /// | `https://host/policies/{namespace}/{name}`, `https://host/{key}.json` | a key | 1,000 |
    /// | `https://host/policies.toml` | all keys | 1 |
    pub fn builder(url: impl Into<String>) -> RemoteProviderBuilder {
        let timing = Timing {
            interval: INTERVAL,
            first_within: None,
            ttl: None,
            negative_ttl: None,
            max_staleness: None,
            backoff: (Duration::from_secs(1), Duration::from_secs(60)),
            timeout: Duration::from_secs(3),
            wait: Some(Duration::from_secs(25)),
        };
        RemoteProviderBuilder {
            // It may have a secret in its query.
            url: Secret::new(url),
            timing,
            bounds: OperatorBounds::new(),
            strict: false,
            names: PolicyNames::new(NAMES),
            capacity: limits::DOCUMENT_KEYS,
            report_after: REPORT_AFTER,
            snapshot: None,
            prefetch: Vec::new(),
            ignored: false,
            http: HttpOptions::default(),
            transport: None,
            fault: None,
        }
    }
}

impl RemoteProviderBuilder {
    /// Sets what the documents may ask for, and how large they may be; one about a single key has at most 64 KiB. The executor has bounds of
    /// its own, which hold as well: raise both with [`ExecutorBuilder::bounds`](crate::ExecutorBuilder::bounds).
    pub fn bounds(mut self, bounds: OperatorBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Lets a value out of bounds refuse its document. By default the value is clamped, and reported.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets the triggers that the documents may name, as in `"hedge": { "trigger": "adaptive", "max_hedges": 1 }`. The section says how many
    /// hedges there are and who pays for them; the trigger says when they start.
    pub fn triggers(mut self, triggers: &'static TriggerRegistry) -> Self {
        self.names.set_triggers(triggers);
        self
    }

    /// Adds a budget that the documents may name, as in `"budget": "search"`. All calls of all keys that name it share it. A name that is no
    /// name, or is there twice, is an error of [`Self::start`].
    pub fn budget(mut self, name: &str, budget: &'static dyn Budget) -> Self {
        if let Err(problem) = self.names.add_budget(name, budget) {
            self.fault.get_or_insert_with(|| option(problem));
        }
        self
    }

    /// Sets how many documents about keys with arguments are kept: by default 10,000. Documents about keys of the program's text are always kept,
    /// since their number is the program's own. When there is no room, the document goes that was asked for longest ago, one that the
    /// control plane does not have before all others. Choose it no smaller than
    /// [`ExecutorBuilder::key_capacity`](crate::ExecutorBuilder::key_capacity).
    pub fn capacity(mut self, documents: usize) -> Self {
        self.capacity = documents.max(1);
        self
    }

    /// Sets a file for the last good documents, which are in force at once when the program starts during an outage. Written at most once a
    /// second, by a new file that is renamed; only its owner can read it. A file that is missing is made; one that is damaged, is no regular
    /// file, or is another URL's is not used, and reported. A fault of the file is never one of the provider.
    pub fn snapshot(mut self, path: impl AsRef<Path>) -> Self {
        // The program may change its working directory later.
        let path = path.as_ref();
        self.snapshot = Some(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        self
    }

    /// Names documents to be fetched before a call asks for them: namespaces, or keys if the URL has a document for each.
    pub fn prefetch<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.prefetch.extend(names.into_iter().map(Into::into));
        self
    }

    /// Throws the [kill switch](RemoteProvider::ignore) from the start.
    pub fn ignored(mut self, ignored: bool) -> Self {
        self.ignored = ignored;
        self
    }

    /// Fetches by something else than HTTP. Options about TLS, headers and proxies have no effect then. [`Transport`] shows one.
    ///
    /// ```
    /// use recourse::providers::remote::{RemoteProviderBuilder, Transport};
    ///
    /// fn from_store(builder: RemoteProviderBuilder, store: impl Transport) -> RemoteProviderBuilder {
    ///     builder.transport(store).interval(std::time::Duration::from_secs(5))
    /// }
    /// ```
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets how long after the start, and after each change, entries that match no key are reported to
    /// [`Observer::policies_unmatched`](crate::observe::Observer::policies_unmatched): by default a minute.
    pub fn report_unmatched_after(mut self, delay: Duration) -> Self {
        self.report_after = delay;
        self
    }

    /// Starts polling on the tokio runtime that this is called in. Waits for nothing: until the first answer, what the snapshot has is in force.
    ///
    /// # Errors
    ///
    /// Returns an error if an option cannot be used, or if this is called outside of a runtime.
    pub fn start(self) -> Result<RemoteProvider, RemoteError> {
        let handle = Handle::try_current().map_err(|_| {
            let says = "there is no tokio runtime here to poll on; call `start` inside of one, or give its handle to `start_on`";
            RemoteError::new(RemoteErrorKind::Runtime, says)
        })?;
        self.start_on(&handle)
    }

    /// Starts polling on a tokio runtime, whose time and IO are enabled. Like [`Self::start`].
    ///
    /// # Errors
    ///
    /// Returns an error if an option cannot be used.
    pub fn start_on(mut self, runtime: &Handle) -> Result<RemoteProvider, RemoteError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let template = UrlTemplate::parse(self.url.expose())?;
        if self.bounds.max_bytes > KEY_BYTES && template.scope == Scope::Key {
            self.bounds.max_bytes = KEY_BYTES;
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(Http::new(&self.http, &template)?),
        };
        let snapshot = self.snapshot.map(|path| Snapshot::new(path, &template));
        let reader = Reader {
            documents: DocumentReader::new().bounds(self.bounds).names(self.names),
            scope: template.scope,
            strict: self.strict,
            keeps_body: snapshot.is_some(),
            hasher: std::hash::RandomState::new(),
        };
        let _inside = runtime.enter();
        let mut state = State::new(self.timing, self.capacity, Instant::now());
        state.is_ignored = self.ignored || is_ignored_by(std::env::var(IGNORE).ok().as_deref());
        let shared = Arc::new(Shared {
            template,
            reader,
            transport,
            listeners: Listeners::reporting_after(self.report_after),
            snapshot,
            state: Mutex::new(state),
            wake: Notify::new(),
            answered: Notify::new(),
        });
        shared.prefetch(&self.prefetch)?;
        if let Some(snapshot) = &shared.snapshot {
            let read = snapshot.read(&shared.reader);
            shared.state().writes = Some(Writes::new(read.as_ref().err().cloned()));
            shared.restore(read.unwrap_or_default());
        }
        let task = runtime.spawn(task::run(Ends(shared.clone()))).abort_handle();
        Ok(RemoteProvider::of(shared, task))
    }
}

fn is_ignored_by(value: Option<&str>) -> bool {
    value.is_some_and(|value| !matches!(value.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "off" | "no"))
}

/// Returns a time within what makes sense.
pub(super) fn sensible(time: Duration) -> Duration {
    time.clamp(SHORTEST, LONGEST)
}
