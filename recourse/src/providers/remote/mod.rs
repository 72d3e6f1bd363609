//! Policies from a control plane, over HTTP (feature `remote`).
//!
//! ```no_run
//! use recourse::providers::RemoteProvider;
//!
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let remote = RemoteProvider::builder("https://control.example.com/policies/{namespace}").start()?;
//! recourse::Executor::builder().provider(remote).install()?;
//! # Ok(())
//! # }
//! ```
//!
//! ```json
//! { "version": 3, "users.*": { "timeout": "2s" }, "users.get": { "retry": "3 attempts, exponential 10ms..250ms" } }
//! ```
//!
//! A task on the program's tokio runtime fetches documents and keeps them in memory, where calls find their policies. **A call never waits for the
//! network and never fails because of it**: until the first answer, its declared policy applies.
//!
//! # Documents
//!
//! [`policy::document`](crate::policy::document) says what a document may contain. [`RemoteProvider::builder`] says which URLs there are: a document
//! about each namespace (few requests), about each key, or one about all. The document of a key has to name the key, and that of a namespace only
//! has entries whose names begin with the namespace, so that an answer to another request is not mistaken for one. JSON is expected, TOML
//! with `content-type: application/toml` or a path that ends in `.toml`.
//!
//! | answer | effect |
//! |---|---|
//! | 200 with a document | in force at once, as a whole; another one of the same name a second later at the earliest, and then the newest |
//! | 200 with one that cannot be used: a mistake, an older `version`, none after there was one | the last good one stays; [`Observer::policies_refused`](crate::observe::Observer::policies_refused) is told line, column, field and what is allowed |
//! | 304 | the last good one is confirmed |
//! | 404, 410 | there is none: the declared policy applies. Asked again after [`negative_ttl`](RemoteProviderBuilder::negative_ttl); the next one may begin with any version |
//! | 408, 429, 5xx, no connection, no whole answer in time | an outage, see below |
//! | anything else: redirects, 204, 206, 401, 403, compressed bodies, HTML | the last good one stays, and the error is reported |
//!
//! Going back to an older text means to publish it with a higher `version`. Values out of bounds are clamped and stand in [`RemoteDocument::reports`], or
//! [refuse](RemoteProviderBuilder::strict) the document.
//!
//! # When documents are fetched
//!
//! A document is fetched first when a call has asked for it, or by [`prefetch`](RemoteProviderBuilder::prefetch); within one
//! [interval](RemoteProviderBuilder::interval) (30 s) unless [`first_fetch_within`](RemoteProviderBuilder::first_fetch_within) says otherwise, and then
//! every half to one and a half intervals. All delays are drawn by each client for itself, so that a fleet does not ask in step. `ETag`, `Cache-Control:
//! max-age` less `Age`, and `Retry-After` are heeded; no server is asked more often than the interval says, or less than every hour. Each document
//! is fetched by one request at a time, at most four documents are at once, and no more than a hundred a second begin.
//!
//! A server that can hold an answer back until there is something new says so: each request has `Prefer: wait=0` (RFC 7240), and an answer with
//! `Preference-Applied: wait` lets the next ones wait there, with `If-None-Match` and `Prefer: wait=25`, for at most 16 documents. A change then
//! arrives within about a second.
//!
//! # Outages
//!
//! What was fetched stays in force. While it is not confirmed, timelines mark it as stale and say how old it is: `remote
//! (https://control.example.com/policies/users v3, stale: confirmed over 10m ago)`; [`RemoteStatus`] has the exact age. Fetches are spaced by a
//! [backoff](RemoteProviderBuilder::backoff) that all documents share (1 s to 60 s), and
//! [`Observer::policies_outage`](crate::observe::Observer::policies_outage) is told when it begins and ends. With
//! [`max_staleness`](RemoteProviderBuilder::max_staleness), what is older does not count any more. With a
//! [snapshot file](RemoteProviderBuilder::snapshot), a program that starts during an outage has the last good documents from its first call.
//! [`RemoteProvider::ignore`] is the kill switch.
//!
//! # Security
//!
//! - Scheme, host and port are those of the URL; a key only fills its place in the path. Redirects are not followed. No proxy is used unless
//!   [asked for](RemoteProviderBuilder::proxy_from_environment).
//! - A control plane may be at any address, this machine's among them, unless
//!   [`refuse_local_addresses`](RemoteProviderBuilder::refuse_local_addresses) forbids those.
//! - TLS is rustls, and cannot be told to accept what it does not trust. Headers and certificates of the client are sent by TLS only, or to this
//!   machine; they are [`Secret`], and in no error, status, log or file. URLs are shown without their query.
//! - A document has at most 64 KiB about a key, and `max_bytes` of the [bounds](RemoteProviderBuilder::bounds) (4 MiB) otherwise, headers 16 KiB. A compressed
//!   body is refused. A fetch takes at most [3 s](RemoteProviderBuilder::timeout).
//! - What a document asks for stays within the operator's bounds, see [`providers`](crate::providers). In addition, no time limit is below half of the
//!   local policy's, and no circuit opens after fewer than five failures or calls, unless the function's own does
//!   ([`OperatorBounds::raise`](crate::policy::OperatorBounds::raise)); as what is local is known only at a call, such values are raised, and reported in
//!   timelines and by [`Observer::policy_resolved`](crate::observe::Observer::policy_resolved), also with strict bounds. Documents carry no signature: whoever can write them,
//!   or pass for the server, decides the policies within these bounds.
//!
//! # Servers
//!
//! The guide "Serving policies", `docs/serving-policies.md` in the repository and a page of its site, has a recipe for each of them.
//!
//! Any server of files will do, as nginx or a CDN with one JSON file for each namespace; `examples/control_plane` in the repository is a small server with
//! a page to edit policies. What speaks otherwise, such as the HTTP interfaces of etcd and Consul, is asked by a [`Transport`] of your own, to which
//! all of the above applies but what is said about HTTP.
//!
//! # Design notes
//!
//! - `turn` and `done` decide, given the time, what is fetched when and what an answer changes; `task` only carries that out. So ten minutes of outage are
//!   tested in a moment, through the code that runs in production.
//! - A policy is resolved once for many calls, so a timeline cannot have the age to the second. A stale document tells its executors at a few
//!   steps (10 s, 1 min, 10 min, 1 h ..), and what a timeline says, "over 10m ago", is true for each call.
//! - One failure is no outage: another document is asked for next, which tells whether the control plane or the document is at fault.
//! - Requests that wait break all at once when a server restarts, for all clients. So the first fetch after that is drawn within an interval.
//! - The task is one of the program's runtime and not a thread, unlike that of files, because the HTTP client needs a runtime. It reads bodies of
//!   more than 16 KiB, and writes files, by `spawn_blocking`. A panic of a transport or of another provider is caught and counted.
//! - A request that does not hold back still asks `wait=0`, since a server is not to be asked to wait by a client whose time limit is short.

mod addresses;
mod builder;
mod doc;
mod done;
mod error;
mod headers;
mod held;
mod http;
mod options;
mod outage;
mod provider;
mod read;
mod secret;
mod shared;
mod snapshot;
mod snapshot_file;
mod state;
mod status;
mod task;
mod template;
mod timers;
mod timing;
mod transport;
mod turn;
mod writes;

pub use builder::RemoteProviderBuilder;
pub use error::{RemoteError, RemoteErrorKind};
pub use provider::RemoteProvider;
pub use secret::Secret;
pub use status::{DocumentState, RemoteDocument, RemoteOutage, RemoteStatus};
pub use transport::{FetchAnswer, FetchFuture, FetchRequest, Transport};
