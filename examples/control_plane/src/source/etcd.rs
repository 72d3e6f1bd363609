//! Documents in etcd: the values below a prefix, by the JSON gateway that every etcd server has.

use super::etcd_api::{EtcdApi, EtcdError, Kv, Watch};
use super::file::{SourceFile, WriteError, tag_of};
use recourse_policy::document::Format;

/// Documents in etcd: `users.toml` is the value of `{prefix}users.toml`.
#[derive(Clone, Debug)]
pub(crate) struct Etcd {
    api: EtcdApi,
    prefix: String,
}

impl Etcd {
    pub(crate) fn new(endpoint: &str, prefix: &str) -> Result<Self, String> {
        Ok(Self { api: EtcdApi::new(endpoint)?, prefix: prefix.to_owned() })
    }

    pub(super) async fn read(&self, most: usize) -> Result<Vec<SourceFile>, String> {
        let found = self.api.below(&self.prefix, most).await.map_err(|fault| fault.to_string())?;
        // Values that are no documents are somebody else's.
        Ok(found.into_iter().filter_map(|value| self.file(value)).collect())
    }

    fn file(&self, value: Kv) -> Option<SourceFile> {
        let name = value.key.strip_prefix(&self.prefix)?.to_owned();
        let format = Format::of_file(&name)?;
        Some(SourceFile { name, format, bytes: value.value, changed: format!("at revision {}", value.mod_revision) })
    }

    pub(super) async fn write(&self, name: &str, text: &str, expected: Option<&str>) -> Result<(), WriteError> {
        let failed = |fault: EtcdError| WriteError::Failed(fault.to_string());
        let key = format!("{}{name}", self.prefix);
        let now = self.api.get(&key).await.map_err(failed)?;
        // 0 is the revision of a key that is not there.
        let revision = now.as_ref().map_or(0, |value| value.mod_revision);
        let now = now.map(|value| value.value);
        if now.as_deref().map(tag_of).as_deref() != expected {
            return Err(WriteError::Conflict(now));
        }
        // Between the two requests somebody else may write, and etcd says so.
        if self.api.put_if(&key, text, revision).await.map_err(failed)? {
            return Ok(());
        }
        let theirs = self.api.get(&key).await.map_err(failed)?;
        Err(WriteError::Conflict(theirs.map(|value| value.value)))
    }

    /// Waits until a watch says that it has begun, so that nothing is missed before the first look, or that something has changed.
    pub(super) async fn news(&self, watch: &mut Option<Watch>) -> Result<(), EtcdError> {
        let watch = match watch {
            Some(watch) => watch,
            None => watch.insert(self.api.watch(&self.prefix).await?),
        };
        watch.next().await
    }
}
