//! The file with the last good documents, for a start during an outage.
//!
//! # Design notes
//!
//! The first line has the format's version, the length and the checksum of the rest, so a file that was cut, or in which something has
//! changed, is not used. The documents stand in it as they came, and are read again within the bounds of now.

use super::held::Held;
use super::read::Reader;
use super::snapshot_file;
use super::template::{Scope, UrlTemplate};
use crate::sync::Arc;
use recourse_policy::document::Format;
use serde_json::{Value, json};
use std::hash::BuildHasher;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MAGIC: &str = "recourse-snapshot 1";
/// Snapshots of many documents may be larger than one document, but not by any factor.
const LARGEST: usize = 64 * 1024 * 1024;

/// The file with the last good documents.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) path: PathBuf,
    /// The URL that the documents are from, without its query.
    source: String,
}

/// A document to be written, and how long ago it was confirmed.
#[derive(Debug)]
pub(super) struct Saved {
    pub(super) name: Arc<str>,
    pub(super) held: Arc<Held>,
    pub(super) age: Duration,
}

impl Snapshot {
    pub(super) fn new(path: PathBuf, template: &UrlTemplate) -> Self {
        Self { path, source: template.shown().to_owned() }
    }

    /// Writes the documents to a file beside, and renames it. What could not be written leaves the old file as it was.
    pub(super) fn write(&self, saved: &[Saved]) -> Result<(), String> {
        let now = unix(SystemTime::now());
        let document = |saved: &Saved| {
            let body = saved.held.body.as_deref().and_then(|body| std::str::from_utf8(body).ok())?;
            let format = if saved.held.format == Format::Toml { "toml" } else { "json" };
            let confirmed = now.saturating_sub(saved.age.as_secs());
            Some(json!({ "name": &*saved.name, "format": format, "confirmed": confirmed, "body": body }))
        };
        let documents: Vec<Value> = saved.iter().filter_map(document).collect();
        let text = json!({ "source": self.source, "documents": documents }).to_string();
        let head = format!("{MAGIC} {} {:08x}\n", text.len(), crc32fast::hash(text.as_bytes()));
        snapshot_file::replace(&self.path, (head + &text).as_bytes())
            .map_err(|error| self.says(&format!("cannot be written: {error}; the policies in force are not affected")))
    }

    /// Reads the documents that are good, each with its age. There may be none: a missing file is no error.
    pub(super) fn read(&self, reader: &Reader) -> Result<Vec<(Arc<str>, Held, Duration)>, String> {
        let Some(bytes) = snapshot_file::read(&self.path, LARGEST).map_err(|why| self.says(&why))? else {
            return Ok(Vec::new());
        };
        let text = checked(&bytes).map_err(|why| self.says(why))?;
        let root: Value = serde_json::from_str(text).map_err(|_| self.says("is not the JSON that was written"))?;
        if root["source"] != self.source.as_str() {
            return Err(
                self.says("has the documents of another URL, and is not used; each provider needs a file of its own")
            );
        }
        let (now, mut read, mut bad) = (unix(SystemTime::now()), Vec::new(), None);
        for document in root["documents"].as_array().into_iter().flatten() {
            let (Some(name), Some(body), Some(confirmed)) =
                (document["name"].as_str(), document["body"].as_str(), document["confirmed"].as_u64())
            else {
                continue;
            };
            let format = if document["format"] == "toml" { Format::Toml } else { Format::Json };
            match self.document(reader, name, format, body) {
                Ok(held) => read.push((name.into(), held, Duration::from_secs(now.saturating_sub(confirmed)))),
                Err(why) => bad = Some(why),
            }
        }
        // Bounds or names may have changed since: what they refuse is fetched anew. A fault is told if nothing is left.
        match bad.filter(|_| read.is_empty()) {
            Some(why) => Err(self.says(&why)),
            None => Ok(read),
        }
    }

    fn document(&self, reader: &Reader, name: &str, format: Format, body: &str) -> Result<Held, String> {
        let target = super::read::Target {
            scope: reader.scope,
            name: name.into(),
            shown: self.path.display().to_string().into(),
        };
        let is_name = match reader.scope {
            Scope::All => name.is_empty(),
            _ => recourse_policy::Key::parse(name).is_ok(),
        };
        if !is_name {
            return Err("has a document that is not about a key".to_owned());
        }
        let fingerprint = reader.hasher.hash_one(body.as_bytes());
        reader.read(&target, format, body.as_bytes(), fingerprint).map_err(|error| error.to_string())
    }

    fn says(&self, why: &str) -> String {
        format!("snapshot {}: {why}", self.path.display())
    }
}

/// Returns the text behind the first line, if it is the one that was written.
fn checked(bytes: &[u8]) -> Result<&str, &'static str> {
    const CUT: &str = "was cut or changed, and is not used";
    let text = std::str::from_utf8(bytes).map_err(|_| CUT)?;
    let (head, rest) = text.split_once('\n').ok_or(CUT)?;
    let Some(numbers) = head.strip_prefix(MAGIC) else {
        let is_newer = head.starts_with("recourse-snapshot ");
        return Err(if is_newer {
            "was written by another version, and is not used"
        } else {
            "is no snapshot, and is not used"
        });
    };
    let expected = format!(" {} {:08x}", rest.len(), crc32fast::hash(rest.as_bytes()));
    if numbers == expected { Ok(rest) } else { Err(CUT) }
}

/// Returns the seconds since 1970.
fn unix(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
