//! What the calls of a layer run under.

use crate::executor::{Executor, Handle, Spec};
use crate::sync::Arc;
use recourse_policy::{Capabilities, Key};
use std::fmt;
use std::ops::Deref;

/// The policy of a layer, and the same without what repeats. Both have the state of one key.
pub(super) struct Handles {
    whole: Arc<Handle>,
    once: Arc<Handle>,
}

impl Handles {
    pub(super) fn new(executor: &Executor, key: &Key, spec: &Spec) -> Self {
        let whole = executor.handle(key, spec);
        let once = if whole.may_go_on(1) {
            executor.handle(key, &Spec { capabilities: Capabilities::none(), ..*spec })
        } else {
            whole.clone()
        };
        Self { whole, once }
    }

    /// True where the circuit is sure to refuse a call now.
    pub(super) fn refuses(&self) -> bool {
        self.whole.refuses()
    }
}

impl fmt::Debug for Handles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handles").field("key", &self.whole.key).finish_non_exhaustive()
    }
}

/// What one call runs under.
pub(super) struct Held {
    handles: Arc<Handles>,
    once: bool,
}

impl Held {
    pub(super) fn new(handles: &Arc<Handles>) -> Self {
        Self { handles: Arc::clone(handles), once: false }
    }

    /// There is no request for an attempt after the one that is made: from here on the call has a policy that wants none.
    pub(super) fn ends_here(&mut self) {
        self.once = true;
    }
}

impl Deref for Held {
    type Target = Handle;

    #[inline]
    fn deref(&self) -> &Handle {
        if self.once { &self.handles.once } else { &self.handles.whole }
    }
}
