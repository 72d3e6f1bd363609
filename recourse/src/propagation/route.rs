//! The function that knows how much a request matters.

use crate::context::Priority;
use crate::sync::Arc;
use http::request::Parts;
use std::fmt;

type OfParts = dyn Fn(&Parts) -> Option<Priority> + Send + Sync;

/// A function of the user's, shared by the services of a layer.
#[derive(Clone)]
pub(super) struct Route(Arc<OfParts>);

impl Route {
    pub(super) fn new(route: impl Fn(&Parts) -> Option<Priority> + Send + Sync + 'static) -> Self {
        Self(Arc::new(route))
    }

    pub(super) fn priority(&self, request: &Parts) -> Option<Priority> {
        (self.0)(request)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Route")
    }
}
