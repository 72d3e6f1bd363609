//! What a provider of files says about itself.

use super::error::FileError;
use crate::sync::Arc;
use recourse_policy::document::Fault;
use std::time::SystemTime;

/// The status of a [`FileProvider`](super::FileProvider), as an operator wants to see it.
///
/// ```
/// use recourse::providers::{FileProvider, Reload};
/// use std::time::Duration;
/// # let path = std::env::temp_dir().join(format!("recourse-status-{}.toml", std::process::id()));
/// std::fs::write(&path, "version = 3\n[users.get]\ntimeout = '2s'\n")?;
///
/// let provider = FileProvider::builder(&path).report_unmatched_after(Duration::from_secs(300)).open()?;
/// let status = provider.status();
/// assert_eq!((status.entries, status.versions[0].1, status.is_stale), (1, Some(3), false));
/// assert!(matches!(provider.reload()?, Reload::Unchanged));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FileStatus {
    /// The files in force, each with the version that its author gave it.
    pub versions: Vec<(Arc<str>, Option<u64>)>,
    /// The number of keys and patterns in force.
    pub entries: usize,
    /// When the policies in force were read.
    pub loaded_at: SystemTime,
    /// How many changes were taken over since the start.
    pub reloads: u64,
    /// How many changes were refused since the start.
    pub refusals: u64,
    /// Why the last change that was refused cannot be used. Stays when the files are mended.
    pub last_fault: Option<FileError>,
    /// True if the files say something else than what is in force, because the change was refused.
    pub is_stale: bool,
    /// What was clamped, ignored, or can never happen in the policies in force.
    pub reports: Arc<[Fault]>,
    /// The number of reports that are not listed.
    pub more_reports: usize,
    /// Why the operating system does not tell of changes, so that they are only seen by the poll.
    pub watch_fault: Option<String>,
}

/// What a [reload](super::FileProvider::reload) did.
///
/// ```
/// use recourse::providers::{FileProvider, Reload};
/// # let path = std::env::temp_dir().join(format!("recourse-reload-{}.toml", std::process::id()));
/// std::fs::write(&path, "[users.get]\ntimeout = '2s'\n")?;
///
/// let provider = FileProvider::open(&path)?;
/// assert_eq!(provider.reload()?, Reload::Unchanged);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reload {
    /// The files are those in force.
    Unchanged,
    /// The files had changed, and are in force now.
    Changed,
}
