//! Policies from a control plane, over HTTP (feature `remote`).

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
