//! The four requests to etcd's JSON gateway that are needed. Keys and values are base64 in it, and 64-bit numbers texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recourse::{Class, Classify, Rejected, resilient};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// The largest answer.
const MOST_BYTES: usize = 64 << 20;

/// A client of one etcd server.
#[derive(Clone, Debug)]
pub(super) struct EtcdApi {
    http: reqwest::Client,
    endpoint: String,
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Kv {
    pub(super) key: String,
    pub(super) value: Vec<u8>,
    pub(super) mod_revision: i64,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum EtcdError {
    #[error("etcd: {}", innermost(.0))]
    Transport(#[from] reqwest::Error),
    #[error("etcd answered {status}: {body}")]
    Status { status: u16, body: String },
    #[error("etcd answered something else than expected: {0}")]
    Answer(String),
    #[error(transparent)]
    Rejected(#[from] Rejected),
}

impl Classify for EtcdError {
    fn classify(&self) -> Class {
        match self {
            Self::Transport(_) | Self::Status { status: 429 | 500..=599, .. } => Class::RETRYABLE,
            Self::Status { .. } | Self::Answer(_) | Self::Rejected(_) => Class::NonRetryable,
        }
    }
}

/// An error of an HTTP client names its cause last.
fn innermost(fault: &dyn std::error::Error) -> String {
    fault.source().map_or_else(|| fault.to_string(), innermost)
}

#[derive(Deserialize)]
struct Range {
    #[serde(default)]
    kvs: Vec<RawKv>,
    #[serde(default)]
    more: bool,
}

#[derive(Deserialize)]
struct RawKv {
    key: String,
    #[serde(default)]
    value: String,
    mod_revision: String,
}

#[derive(Deserialize)]
struct Transaction {
    #[serde(default)]
    succeeded: bool,
}

impl EtcdApi {
    pub(super) fn new(endpoint: &str) -> Result<Self, String> {
        // The pauses between retries are this program's, by the policies below.
        let http = reqwest::Client::builder().no_proxy().retry(reqwest::retry::never());
        let http = http.redirect(reqwest::redirect::Policy::none()).connect_timeout(Duration::from_secs(1));
        // A watch is silent for hours. Without this, nobody would notice that the other end is gone.
        let http = http.tcp_keepalive(Duration::from_secs(15)).build().map_err(|fault| innermost(&fault))?;
        Ok(Self { http, endpoint: endpoint.trim_end_matches('/').to_owned() })
    }

    /// Returns all values below a prefix, in the order of their keys.
    pub(super) async fn below(&self, prefix: &str, most: usize) -> Result<Vec<Kv>, EtcdError> {
        let range = json!({ "key": coded(prefix), "range_end": coded(end_of(prefix)), "limit": most.to_string() });
        let found: Range = self.read("/v3/kv/range", &range).await?;
        if found.more {
            return Err(EtcdError::Answer(format!("there are more than {most} keys below `{prefix}`")));
        }
        found.kvs.into_iter().map(Kv::of).collect()
    }

    /// Returns the value of a key.
    pub(super) async fn get(&self, key: &str) -> Result<Option<Kv>, EtcdError> {
        let found: Range = self.read("/v3/kv/range", &json!({ "key": coded(key) })).await?;
        found.kvs.into_iter().next().map(Kv::of).transpose()
    }

    /// Writes a value if the key is still at a revision.
    pub(super) async fn put_if(&self, key: &str, text: &str, revision: i64) -> Result<bool, EtcdError> {
        let key = coded(key);
        let asked = json!({
            "compare": [{ "key": key, "target": "MOD", "result": "EQUAL", "mod_revision": revision.to_string() }],
            "success": [{ "request_put": { "key": key, "value": coded(text) } }],
        });
        let done: Transaction = self.write("/v3/kv/txn", &asked).await?;
        Ok(done.succeeded)
    }

    /// Begins to watch all keys below a prefix.
    pub(super) async fn watch(&self, prefix: &str) -> Result<Watch, EtcdError> {
        let asked = json!({ "create_request": { "key": coded(prefix), "range_end": coded(end_of(prefix)) } });
        Ok(Watch { response: self.post("/v3/watch", &asked).await?, read: Vec::new() })
    }

    #[resilient(key = "etcd.read", retry = "3 attempts, exponential 50ms..1s", attempt_timeout = "2s")]
    async fn read<T: for<'a> Deserialize<'a>>(&self, path: &str, asked: &Value) -> Result<T, EtcdError> {
        self.answer(path, asked).await
    }

    /// A write is not repeated: whoever asked may look whether it was done.
    #[resilient(key = "etcd.write", retry = "1 attempt", timeout = "5s")]
    async fn write<T: for<'a> Deserialize<'a>>(&self, path: &str, asked: &Value) -> Result<T, EtcdError> {
        self.answer(path, asked).await
    }

    async fn answer<T: for<'a> Deserialize<'a>>(&self, path: &str, asked: &Value) -> Result<T, EtcdError> {
        let mut response = self.post(path, asked).await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST_BYTES {
                return Err(EtcdError::Answer(format!("more than {MOST_BYTES} bytes")));
            }
        }
        serde_json::from_slice(&body).map_err(|fault| EtcdError::Answer(fault.to_string()))
    }

    async fn post(&self, path: &str, asked: &Value) -> Result<reqwest::Response, EtcdError> {
        let response = self.http.post(format!("{}{path}", self.endpoint)).body(asked.to_string()).send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body: String = response.text().await.unwrap_or_default().chars().take(200).collect();
        Err(EtcdError::Status { status: status.as_u16(), body })
    }
}

/// What etcd tells of changes, one line of JSON after another.
#[derive(Debug)]
pub(crate) struct Watch {
    response: reqwest::Response,
    read: Vec<u8>,
}

impl Watch {
    /// Waits for the next line: that the watch has begun, or that something has changed.
    pub(super) async fn next(&mut self) -> Result<(), EtcdError> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                let line: Value =
                    serde_json::from_slice(&line).map_err(|fault| EtcdError::Answer(fault.to_string()))?;
                // A watch that etcd ends, for whatever reason, is begun anew.
                let is_over = line.get("error").is_some() || line["result"]["canceled"] == true;
                return if is_over { Err(EtcdError::Answer(line.to_string())) } else { Ok(()) };
            }
            match self.response.chunk().await? {
                Some(chunk) if self.read.len() < MOST_BYTES => self.read.extend_from_slice(&chunk),
                _ => return Err(EtcdError::Answer("the watch has ended".to_owned())),
            }
        }
    }
}

impl Kv {
    fn of(raw: RawKv) -> Result<Self, EtcdError> {
        let decode = |text: &str| STANDARD.decode(text).map_err(|fault| EtcdError::Answer(fault.to_string()));
        let mod_revision = raw.mod_revision.parse().map_err(|_| EtcdError::Answer(raw.mod_revision))?;
        // A key that is no text is no name of a document.
        let key = String::from_utf8_lossy(&decode(&raw.key)?).into_owned();
        Ok(Self { key, value: decode(&raw.value)?, mod_revision })
    }
}

fn coded(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// Returns the first key that does not begin with a prefix: the prefix with its last byte counted up. No text ends with the highest byte.
fn end_of(prefix: &str) -> Vec<u8> {
    let mut end = prefix.as_bytes().to_vec();
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    end
}
