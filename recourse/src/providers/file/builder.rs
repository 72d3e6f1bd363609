//! The options of a provider of files.

use super::contents::Place;
use super::error::{FileError, Problems};
use super::provider::FileProvider;
use super::state::State;
use super::watch::Watch;
use crate::budget::Budget;
use crate::hedge::TriggerRegistry;
use crate::providers::listeners::Listeners;
use crate::providers::names::PolicyNames;
use crate::sync::Arc;
use recourse_policy::OperatorBounds;
use recourse_policy::document::DocumentReader;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the files are read although nothing was told of them.
const POLL: Duration = Duration::from_secs(10);
const SHORTEST_POLL: Duration = Duration::from_millis(10);
const LONGEST_POLL: Duration = Duration::from_secs(24 * 60 * 60);
/// How a trigger and a budget get a name, for messages.
const NAMES: [&str; 2] = [
    "register it, and give the registry to `FileProviderBuilder::triggers`",
    "give it to `FileProviderBuilder::budget`",
];
/// When entries that match no key are reported.
const REPORT_AFTER: Duration = Duration::from_secs(60);

/// The options of a [`FileProvider`].
///
/// ```
/// use recourse::budget::TokenBucket;
/// use recourse::hedge::TriggerRegistry;
/// use recourse::policy::{BudgetPolicy, OperatorBounds};
/// use recourse::providers::FileProvider;
/// use std::time::Duration;
///
/// static TRIGGERS: TriggerRegistry = TriggerRegistry::new();
/// static SEARCH: TokenBucket = TokenBucket::new(BudgetPolicy::percent(10));
///
/// # let path = std::env::temp_dir().join(format!("recourse-doc-builder-{}.toml", std::process::id()));
/// std::fs::write(&path, "['search.*']\nretry = '3 attempts'\nbudget = 'search'\n")?;
/// let file = FileProvider::builder(&path)
///     .bounds(OperatorBounds::new().max_attempts(5))
///     .triggers(&TRIGGERS)
///     .budget("search", &SEARCH)
///     .poll_interval(Duration::from_secs(60))
///     .open()?;
/// assert_eq!(file.status().entries, 1);
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `open` is called"]
pub struct FileProviderBuilder {
    path: PathBuf,
    bounds: OperatorBounds,
    names: PolicyNames,
    poll: Duration,
    report_after: Duration,
    problems: Problems,
}

impl FileProvider {
    /// Reads a file that ends in `.toml` or `.json`, or all such files of a folder, and follows them from then on.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong if the files cannot be used. A file that is not there is an error, too: a program that starts with
    /// a misspelt path would run without its policies, and nobody would notice.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::builder(path).open()
    }

    /// Starts a builder, for bounds, names, and how often the files are read in any case.
    pub fn builder(path: impl AsRef<Path>) -> FileProviderBuilder {
        FileProviderBuilder {
            path: path.as_ref().to_owned(),
            bounds: OperatorBounds::new(),
            names: PolicyNames::new(NAMES),
            poll: POLL,
            report_after: REPORT_AFTER,
            problems: Problems::default(),
        }
    }
}

impl FileProviderBuilder {
    /// Sets what the files may ask for, and how large they may be. The executor has bounds of its own, which hold as well: raise both with
    /// [`ExecutorBuilder::bounds`](crate::ExecutorBuilder::bounds).
    pub fn bounds(mut self, bounds: OperatorBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Sets the triggers that the files may name, as in `hedge = { trigger = "adaptive", max_hedges = 1 }`. The section says how many hedges
    /// there are and who pays for them; the trigger says when they start.
    pub fn triggers(mut self, triggers: &'static TriggerRegistry) -> Self {
        self.names.set_triggers(triggers);
        self
    }

    /// Adds a budget that the files may name, as in `budget = "search"` or `hedge = { trigger = "p99", budget = "search" }`. All calls of all
    /// keys that name it share it. A name that is no name, or is there twice, is an error of [`Self::open`].
    pub fn budget(mut self, name: &str, budget: &'static dyn Budget) -> Self {
        if let Err(problem) = self.names.add_budget(name, budget) {
            self.problems.add(problem);
        }
        self
    }

    /// Sets how often the files are read although the operating system told nothing: 10 ms to a day, by default 10 s. Network file systems
    /// tell nothing.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll = interval.clamp(SHORTEST_POLL, LONGEST_POLL);
        self
    }

    /// Sets how long after the start, and after each change, entries that match no key are reported to
    /// [`Observer::policies_unmatched`](crate::observe::Observer::policies_unmatched): by default a minute.
    ///
    /// ```
    /// use recourse::providers::FileProvider;
    /// use std::time::Duration;
    ///
    /// let builder = FileProvider::builder("policies.toml").report_unmatched_after(Duration::from_secs(300));
    /// assert!(builder.open().is_err(), "there is no such file");
    /// ```
    pub fn report_unmatched_after(mut self, delay: Duration) -> Self {
        self.report_after = delay;
        self
    }

    /// Reads the files, and follows them from then on.
    ///
    /// # Errors
    ///
    /// Like [`FileProvider::open`].
    pub fn open(self) -> Result<FileProvider, FileError> {
        let Self { path, bounds, names, poll, report_after, mut problems } = self;
        if !problems.is_empty() {
            return Err(problems.into_error());
        }
        // The program may change its working directory later.
        let place = Place { path: std::path::absolute(&path).unwrap_or_else(|_| path.clone()), shown: path };
        let reader = DocumentReader::new().bounds(bounds).names(names);
        let state = Arc::new(State::open(place, reader, Listeners::reporting_after(report_after))?);
        match Watch::start(state.clone(), poll, bounds.max_keys) {
            Ok(watch) => Ok(FileProvider::of(state, watch)),
            Err(error) => {
                problems.add(format!("no thread could be started that follows the files: {error}"));
                Err(problems.into_error())
            }
        }
    }
}
