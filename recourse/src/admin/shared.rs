//! What the handlers of one router share.

use crate::admin::hosts::Hosts;
use crate::executor::Executor;
use crate::sync::Arc;
use axum::http::request::Parts;
use std::fmt::{self, Debug};
use std::future::Future;
use std::pin::Pin;

/// Says whether a request may write.
pub(super) type Check = Arc<dyn Fn(Parts) -> Checked + Send + Sync>;

type Checked = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// The executor, and who may do what.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) executor: Executor,
    pub(super) hosts: Hosts,
    /// `None` as long as nobody may write.
    pub(super) check: Option<Check>,
}

impl Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { executor, hosts, check } = self;
        f.debug_struct("Admin")
            .field("executor", executor)
            .field("hosts", hosts)
            .field("writes", &check.is_some())
            .finish()
    }
}
