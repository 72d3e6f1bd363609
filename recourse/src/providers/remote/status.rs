//! What a remote provider says about itself.

use super::doc::{Doc, Phase};
use super::error::RemoteError;
use super::held::Age;
use super::shared::Shared;
use super::state::State;
use super::timers::{Event, Id};
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::document::Fault;
use std::time::Duration;

/// The most documents that are listed.
const LISTED: usize = 1_000;

/// The status of a [`RemoteProvider`](super::RemoteProvider), as an operator wants to see it. With the feature `serde`, it is `Serialize`.
///
/// ```
/// use recourse::providers::RemoteProvider;
/// use recourse::providers::remote::DocumentState;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let remote = RemoteProvider::builder("https://control.example.com/policies/{namespace}").prefetch(["users"]).start()?;
/// let status = remote.status();
/// assert!(status.is_polling && status.outage.is_none());
/// assert_eq!(status.documents[0].state, DocumentState::Unknown, "it was not fetched yet");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RemoteStatus {
    /// The URL of the documents as it was given, without its query.
    pub url: Arc<str>,
    /// False if the runtime on which the provider polls has ended.
    pub is_polling: bool,
    /// True if the kill switch is thrown: what is held does not count, and nothing is fetched.
    pub is_ignored: bool,
    /// The documents that were asked for, by name; the first 1,000 of them.
    pub documents: Vec<RemoteDocument>,
    /// The number of documents that are not listed.
    pub left_out: usize,
    /// The number of documents with policies in force.
    pub held: usize,
    /// The number of documents that the control plane does not have.
    pub missing: usize,
    /// The number of documents with policies that were not confirmed lately.
    pub stale: usize,
    /// The age of the policies that were confirmed longest ago.
    pub oldest: Option<Duration>,
    /// How many fetches were begun.
    pub fetches: u64,
    /// How many fetches brought nothing.
    pub failures: u64,
    /// How many documents were refused because they cannot be used.
    pub refusals: u64,
    /// How many documents were put into force.
    pub installs: u64,
    /// How many panics were caught: of other providers that were asked, or of a transport.
    pub panics: u64,
    /// How many fetches in a row brought nothing.
    pub failures_in_a_row: u32,
    /// How long ago the last fetch was begun.
    pub last_fetch: Option<Duration>,
    /// How long ago the control plane last said what is in force, or that there is nothing.
    pub last_success: Option<Duration>,
    /// When the next fetch begins; `None` while nothing but fetches under way is left.
    pub next_fetch_in: Option<Duration>,
    /// The number of keys and patterns in force.
    pub entries: usize,
    /// The highest version in force.
    pub version: Option<u64>,
    /// The last error. Stays when it is over.
    pub last_error: Option<RemoteError>,
    /// The outage that lasts, if there is one.
    pub outage: Option<RemoteOutage>,
    /// Why the snapshot could not be read or written the last time, if that is so.
    pub snapshot_error: Option<String>,
}

/// An outage of the control plane, in [`RemoteStatus::outage`].
///
/// ```
/// use recourse::providers::remote::RemoteStatus;
///
/// fn line(status: &RemoteStatus) -> String {
///     match status.outage {
///         Some(outage) => format!("no answer for {:?}, asked again in {:?}", outage.lasts, outage.next_fetch_in),
///         None => "the control plane answers".to_owned(),
///     }
/// }
/// # let _ = line;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoteOutage {
    /// Fetches in a row that have failed.
    pub failures: u32,
    /// How long it lasts.
    pub lasts: Duration,
    /// When the control plane is asked again.
    pub next_fetch_in: Duration,
}

/// Whether the policies of a document are in force.
///
/// ```
/// use recourse::providers::remote::DocumentState;
///
/// assert_eq!(DocumentState::TooOld.code(), "too_old");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentState {
    /// Not fetched yet.
    Unknown,
    /// In force.
    Fresh,
    /// In force, although the control plane did not confirm it lately, or the last fetch failed.
    Stale,
    /// Not in force: it was not confirmed for [`max_staleness`](super::RemoteProviderBuilder::max_staleness).
    TooOld,
    /// The control plane has no such document.
    Missing,
}

impl DocumentState {
    /// Returns the name of the state, in `snake_case`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::TooOld => "too_old",
            Self::Missing => "missing",
        }
    }
}

/// What is known of one document, in [`RemoteStatus::documents`].
///
/// ```
/// use recourse::providers::remote::{DocumentState, RemoteDocument};
///
/// fn alarms(documents: &[RemoteDocument]) -> impl Iterator<Item = String> {
///     let stale = documents.iter().filter(|document| document.state == DocumentState::Stale);
///     stale.map(|document| format!("{} v{:?} is {:?} old", document.name, document.version, document.age))
/// }
/// # let _ = alarms(&[]);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RemoteDocument {
    /// The key, or the namespace; empty if one document is about all keys.
    pub name: Arc<str>,
    /// The URL, without its query.
    pub url: Arc<str>,
    /// Whether its policies are in force.
    pub state: DocumentState,
    /// The version in force.
    pub version: Option<u64>,
    /// The number of keys and patterns in force.
    pub entries: usize,
    /// How long ago the control plane has confirmed what is in force.
    pub age: Option<Duration>,
    /// When it is fetched next; `None` while a fetch is under way.
    pub next_fetch_in: Option<Duration>,
    /// True if a request waits at the server until there is something new.
    pub is_watched: bool,
    /// Why the last fetch brought nothing.
    pub error: Option<RemoteError>,
    /// What was clamped, ignored, or can never happen in the policies in force.
    pub reports: Vec<Fault>,
    /// The number of reports that are not listed.
    pub more_reports: usize,
}

/// Returns the status.
pub(super) fn of(shared: &Shared) -> RemoteStatus {
    let (now, state) = (Instant::now(), shared.state());
    let sorted = state.sorted();
    let documents: Vec<_> = sorted.iter().take(LISTED).map(|(id, doc)| document(&state, **id, doc, now)).collect();
    let in_force = || sorted.iter().map(|(_, doc)| *doc).filter(|doc| doc.in_force().is_some());
    let held = || sorted.iter().filter_map(|(_, doc)| doc.in_force());
    let since = |at: Instant| now.saturating_duration_since(at);
    let outage = state.outage.since().map(|at| RemoteOutage {
        failures: state.outage.failures,
        lasts: since(at),
        next_fetch_in: state.outage.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now)),
    });
    RemoteStatus {
        url: shared.template.shown().into(),
        is_polling: !state.has_ended,
        is_ignored: state.is_ignored,
        left_out: sorted.len() - documents.len(),
        documents,
        held: held().count(),
        missing: sorted.iter().filter(|(_, doc)| doc.is_missing).count(),
        stale: in_force().filter(|doc| doc.age.is_stale()).count(),
        oldest: in_force().map(|doc| since(doc.confirmed_at)).max(),
        fetches: state.counts.fetches,
        failures: state.counts.failures,
        refusals: state.counts.refusals,
        installs: state.counts.installs,
        panics: state.counts.panics,
        failures_in_a_row: state.failures_in_a_row,
        last_fetch: state.last_fetch_at.map(since),
        last_success: state.last_success_at.map(since),
        next_fetch_in: state.timers.first_fetch().map(|at| at.saturating_duration_since(now)),
        entries: held().map(|held| held.documents.len()).sum(),
        version: held().filter_map(|held| held.version).max(),
        last_error: state.last_error.clone(),
        outage,
        snapshot_error: state.writes.as_ref().and_then(|writes| writes.error.clone()),
    }
}

fn document(state: &State, id: Id, doc: &Doc, now: Instant) -> RemoteDocument {
    let held = doc.in_force();
    RemoteDocument {
        name: doc.target.name.clone(),
        url: doc.target.shown.clone(),
        state: match (&doc.held, doc.age) {
            (None, _) if doc.is_missing => DocumentState::Missing,
            (None, _) => DocumentState::Unknown,
            (Some(_), Age::Fresh) => DocumentState::Fresh,
            (Some(_), Age::Stale(_)) => DocumentState::Stale,
            (Some(_), Age::TooOld) => DocumentState::TooOld,
        },
        version: held.and_then(|held| held.version),
        entries: held.map_or(0, |held| held.documents.len()),
        age: held.map(|_| now.saturating_duration_since(doc.confirmed_at)),
        next_fetch_in: state.timers.of(id, Event::Fetch).map(|at| at.saturating_duration_since(now)),
        is_watched: doc.phase == Phase::InFlight && doc.can_wait,
        error: doc.error.clone(),
        reports: held.map_or_else(Vec::new, |held| held.reports.clone()),
        more_reports: held.map_or(0, |held| held.more_reports),
    }
}
