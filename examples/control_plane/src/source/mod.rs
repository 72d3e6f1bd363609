//! Where the documents are kept: in a folder, or in etcd. The server keeps nothing of its own, so a restart loses nothing.

mod etcd;
mod etcd_api;
mod file;
mod folder;

use std::time::Duration;

pub(crate) use etcd::Etcd;
pub(crate) use etcd_api::Watch;
pub(crate) use file::{SourceFile, WriteError, is_new_name, tag_of};
pub(crate) use folder::Folder;

/// The time between two looks at a folder, and before a watch is begun anew.
const PAUSE: Duration = Duration::from_secs(1);

/// Where the documents are kept.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Folder(Folder),
    Etcd(Etcd),
}

impl Source {
    /// Reads all documents, in the order of their names.
    pub(crate) async fn read(&self, most: usize) -> Result<Vec<SourceFile>, String> {
        match self {
            Self::Folder(folder) => folder.read(most).await,
            Self::Etcd(etcd) => etcd.read(most).await,
        }
    }

    /// Writes a document if it is still the one with this tag, or still is not there if there is no tag.
    pub(crate) async fn write(&self, name: &str, text: &str, expected: Option<&str>) -> Result<(), WriteError> {
        match self {
            Self::Folder(folder) => folder.write(name, text, expected).await,
            Self::Etcd(etcd) => etcd.write(name, text, expected).await,
        }
    }

    /// Waits until documents may have changed. `watch` is what goes on from one call to the next.
    pub(crate) async fn news(&self, watch: &mut Option<Watch>) {
        match self {
            // Folders are on network disks and in volumes that tell of no change, so somebody has to look. Documents are small.
            Self::Folder(_) => tokio::time::sleep(PAUSE).await,
            Self::Etcd(etcd) => {
                if etcd.news(watch).await.is_err() {
                    // What is known stays in force, and the watch is begun anew.
                    *watch = None;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}
