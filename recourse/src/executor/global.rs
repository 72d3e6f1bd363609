//! The process-wide executor.

use crate::executor::builder::ExecutorBuilder;
use crate::executor::instance::Executor;
use once_cell::sync::OnceCell;
use std::error::Error;
use std::fmt;

static GLOBAL: OnceCell<Executor> = OnceCell::new();

impl Executor {
    /// Returns the process-wide executor: the installed one, or else a default one that the first use makes.
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// assert_eq!(Executor::global().key_capacity(), Executor::DEFAULT_KEY_CAPACITY);
    /// ```
    pub fn global() -> &'static Self {
        GLOBAL.get_or_init(Self::new)
    }
}

impl ExecutorBuilder {
    /// Builds the executor and makes it the process-wide one, which functions with the attribute use.
    ///
    /// # Errors
    ///
    /// Returns [`AlreadyInstalled`] if an executor is installed already, or if a guarded function has run before and so made the default
    /// one. Call this first thing in `main`.
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// Executor::builder().install().expect("nothing ran before");
    /// assert!(Executor::builder().install().is_err());
    /// ```
    pub fn install(self) -> Result<&'static Executor, AlreadyInstalled> {
        GLOBAL.try_insert(self.build()).map_err(|_| AlreadyInstalled)
    }
}

/// The error of [`ExecutorBuilder::install`]: the process-wide executor exists already.
///
/// ```
/// use recourse::{AlreadyInstalled, Executor};
///
/// Executor::builder().install()?;
/// let second: Result<_, AlreadyInstalled> = Executor::builder().install();
/// assert!(second.is_err());
/// assert_eq!(Executor::global().observer_panics(), 0);
/// # Ok::<(), AlreadyInstalled>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlreadyInstalled;

impl fmt::Display for AlreadyInstalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the process-wide executor is in use already: install it before the first guarded call, and only once",
        )
    }
}

impl Error for AlreadyInstalled {}
