//! A subscriber that writes down which spans there were.

use std::sync::{Arc, Mutex};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Metadata, Subscriber};

#[derive(Clone, Default)]
struct Names(Arc<Mutex<Vec<&'static Metadata<'static>>>>);

impl Subscriber for Names {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut names = self.0.lock().unwrap();
        names.push(span.metadata());
        Id::from_u64(names.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The spans of this thread, as long as it lives.
#[allow(clippy::redundant_pub_crate, reason = "the compiler's `unreachable_pub` wants it so")]
pub(super) struct Spans {
    names: Names,
    _watching: DefaultGuard,
}

impl Spans {
    pub(super) fn watch() -> Self {
        let names = Names::default();
        Self { names: names.clone(), _watching: set_default(names) }
    }

    /// The names of all spans since the last time.
    pub(super) fn take(&self) -> Vec<&'static str> {
        self.all().map(Metadata::name).collect()
    }

    /// The names of the fields of all spans since the last time.
    pub(super) fn fields(&self) -> Vec<&'static str> {
        self.all().flat_map(|span| span.fields().iter().map(|field| field.name())).collect()
    }

    fn all(&self) -> impl Iterator<Item = &'static Metadata<'static>> + use<> {
        std::mem::take(&mut *self.names.0.lock().unwrap()).into_iter()
    }
}
