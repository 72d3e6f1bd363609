//! The process-wide executor.

use crate::executor::{AlreadyInstalled, Executor};
use once_cell::sync::OnceCell;

static GLOBAL: OnceCell<Executor> = OnceCell::new();

pub(super) fn get() -> &'static Executor {
    GLOBAL.get_or_init(Executor::new)
}

pub(super) fn install(executor: Executor) -> Result<&'static Executor, AlreadyInstalled> {
    GLOBAL.try_insert(executor).map_err(|_| AlreadyInstalled)
}
