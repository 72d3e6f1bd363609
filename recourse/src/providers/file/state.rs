//! The policies in force, and how they are replaced by what the files say.

use super::contents::{Contents, Parsed, Place};
use super::error::FileError;
use super::status::{FileStatus, Reload};
use crate::providers::listeners::Listeners;
use crate::providers::names::{Named, PolicyNames};
use crate::sync::{Arc, Mutex, lock};
use recourse_policy::document::{DocumentReader, Documents};
use std::collections::hash_map::RandomState;
use std::time::{Duration, Instant, SystemTime};

/// What stays so for so long, with no event since, is not half-finished.
pub(super) const GRACE: Duration = Duration::from_millis(250);
/// What stays so for so long is used even if there are events all the time.
const LONGEST: Duration = Duration::from_secs(2);

/// The state of a provider, which its handles and its thread share.
#[derive(Debug)]
pub(super) struct State {
    place: Place,
    reader: DocumentReader<PolicyNames>,
    hasher: RandomState,
    /// Held while the files are read, so that an older reading never replaces a newer one.
    reading: Mutex<()>,
    held: Mutex<Held>,
    pub(super) listeners: Listeners,
}

#[derive(Debug)]
struct Held {
    documents: Arc<Documents<Named>>,
    /// What is in force.
    good: Seen,
    /// What was refused, and why, if that is what the files still say.
    refused: Option<(u64, FileError)>,
    /// What may be half-finished, and when it was first seen.
    doubtful: Option<(u64, Instant)>,
    status: FileStatus,
}

/// The fingerprint of what was read, and the names of the files.
#[derive(Debug)]
struct Seen {
    fingerprint: u64,
    files: Vec<String>,
}

/// What a look at the files found.
#[derive(Debug)]
pub(super) enum Look {
    /// What is in force.
    Unchanged,
    /// Something else, which is in force now. Listeners are not told yet.
    Changed,
    /// What cannot be used. `is_new` if listeners are not told yet.
    Refused { why: FileError, is_new: bool },
    /// What may be half-finished: to be looked at again.
    Doubtful,
}

impl State {
    /// Reads the files for the first time.
    pub(super) fn open(
        place: Place,
        reader: DocumentReader<PolicyNames>,
        listeners: Listeners,
    ) -> Result<Self, FileError> {
        let hasher = RandomState::new();
        let contents = Contents::read(&place, reader.max());
        let Parsed { documents, reports, more_reports } =
            contents.parse(&reader).map_err(super::error::Problems::into_error)?;
        let status = FileStatus {
            versions: versions(&documents),
            entries: documents.len(),
            loaded_at: SystemTime::now(),
            reloads: 0,
            refusals: 0,
            last_fault: None,
            is_stale: false,
            reports: reports.into(),
            more_reports,
            watch_fault: None,
        };
        let good = Seen { fingerprint: contents.fingerprint(&hasher), files: contents.names() };
        let held = Held { documents: Arc::new(documents), good, refused: None, doubtful: None, status };
        Ok(Self { place, reader, hasher, reading: Mutex::new(()), held: Mutex::new(held), listeners })
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn documents(&self) -> Arc<Documents<Named>> {
        lock(&self.held).documents.clone()
    }

    pub(super) fn status(&self) -> FileStatus {
        lock(&self.held).status.clone()
    }

    pub(super) fn note_watch_fault(&self, fault: Option<String>) {
        lock(&self.held).status.watch_fault = fault;
    }

    /// Reads the files, puts into force what they say, and tells the listeners. With `patience`, what may be half-finished is only used if it
    /// stays so: what cannot be read, and a folder from which files have gone.
    pub(super) fn look(&self, patience: Option<Patience>) -> Look {
        let look = self.read(patience);
        // Under no lock: executors ask the provider, and observers may do anything.
        match &look {
            Look::Changed => self.listeners.changed(Instant::now()),
            Look::Refused { why, is_new: true } => self.listeners.refused(&why.to_string()),
            _ => {}
        }
        look
    }

    fn read(&self, patience: Option<Patience>) -> Look {
        let _one_at_a_time = lock(&self.reading);
        let contents = Contents::read(&self.place, self.reader.max());
        let fingerprint = contents.fingerprint(&self.hasher);
        let files = contents.names();
        {
            let held = &mut *lock(&self.held);
            if held.good.fingerprint == fingerprint {
                // A change that was taken back.
                (held.refused, held.doubtful, held.status.is_stale) = (None, None, false);
                return Look::Unchanged;
            }
            if let Some((_, why)) = held.refused.as_ref().filter(|(refused, _)| *refused == fingerprint) {
                return Look::Refused { why: why.clone(), is_new: false };
            }
        }
        let parsed = contents.parse(&self.reader);
        drop(contents);
        let held = &mut *lock(&self.held);
        let is_less = held.good.files.iter().any(|file| !files.contains(file));
        if let Some(patience) = patience.filter(|_| parsed.is_err() || is_less) {
            let since = match held.doubtful {
                Some((seen, since)) if seen == fingerprint => since,
                _ => patience.now,
            };
            if !patience.is_over(since) {
                held.doubtful = Some((fingerprint, since));
                return Look::Doubtful;
            }
        }
        held.doubtful = None;
        let status = &mut held.status;
        match parsed {
            Ok(Parsed { documents, reports, more_reports }) => {
                status.versions = versions(&documents);
                status.entries = documents.len();
                status.loaded_at = SystemTime::now();
                status.reloads += 1;
                status.is_stale = false;
                (status.reports, status.more_reports) = (reports.into(), more_reports);
                held.documents = Arc::new(documents);
                held.good = Seen { fingerprint, files };
                held.refused = None;
                Look::Changed
            }
            Err(problems) => {
                let why = problems.into_error();
                status.refusals += 1;
                status.is_stale = true;
                status.last_fault = Some(why.clone());
                held.refused = Some((fingerprint, why.clone()));
                Look::Refused { why, is_new: true }
            }
        }
    }
}

/// How long what may be half-finished is not used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) now: Instant,
    pub(super) last_event: Option<Instant>,
}

impl Patience {
    /// True for what has been there since `since`, if nobody writes any more, and in any case after a while.
    fn is_over(&self, since: Instant) -> bool {
        let quiet = self.last_event.map_or(since, |last| last.max(since));
        self.now.saturating_duration_since(quiet) >= GRACE || self.now.saturating_duration_since(since) >= LONGEST
    }
}

impl Look {
    /// Returns what a look without patience found.
    pub(super) fn into_reload(self) -> Result<Reload, FileError> {
        match self {
            Self::Unchanged | Self::Doubtful => Ok(Reload::Unchanged),
            Self::Changed => Ok(Reload::Changed),
            Self::Refused { why, .. } => Err(why),
        }
    }
}

fn versions(documents: &Documents<Named>) -> Vec<(Arc<str>, Option<u64>)> {
    documents.versions().map(|(file, version)| (file.clone(), version)).collect()
}
