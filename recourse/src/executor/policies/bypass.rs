//! The kill switch: every mechanism off but time limits and fallback, for all keys or for some.

use crate::executor::instance::Executor;
use recourse_policy::Pattern;

impl Executor {
    /// Throws the kill switch for all keys, or takes it back: retries, hedges, circuits and budgets are off, for calls that begin from now
    /// on. Time limits (`timeout`, `attempt_timeout`) and fallbacks stay, and so does the state: when the switch is taken back, circuits and
    /// budgets are as they were.
    ///
    /// Calls in flight keep what they began with. The timeline of a call tells that it was bypassed. Returns true if that changed
    /// something.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let executor = Executor::new();
    /// let attempts = std::cell::Cell::new(0);
    /// let call = || executor.call(Key::from_static("users.get"), Policy::defaults(), async || {
    ///     attempts.set(attempts.get() + 1);
    ///     Err::<(), _>("connection reset".to_owned())
    /// });
    /// executor.bypass(true);
    /// let _ = call().await;
    /// assert_eq!(attempts.take(), 1);
    /// executor.bypass(false);
    /// let _ = call().await;
    /// assert_eq!(attempts.take(), 3);
    /// # }
    /// ```
    pub fn bypass(&self, on: bool) -> bool {
        self.bypass_keys(&Pattern::any(), on)
    }

    /// Throws the kill switch for a key or pattern, or takes it back: see [`Self::bypass`]. Switches are independent: taking one back
    /// leaves the others. At most 10,000 keys and patterns are switched off; beyond that, this changes nothing and returns false.
    ///
    /// ```
    /// use recourse::Executor;
    ///
    /// let executor = Executor::new();
    /// let users = "users.*".parse()?;
    /// assert!(executor.bypass_keys(&users, true));
    /// assert_eq!(executor.bypassed(), [users]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn bypass_keys(&self, pattern: &Pattern, on: bool) -> bool {
        let changed = self.shared.bypass.set(pattern, on);
        if changed {
            self.policies_changed(pattern);
        }
        changed
    }

    /// Returns the keys and patterns for which the kill switch is thrown, sorted.
    pub fn bypassed(&self) -> Vec<Pattern> {
        self.shared.bypass.list()
    }
}
