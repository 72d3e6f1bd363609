//! Faults for the attempts of an executor: what a test calls.

use crate::executor::instance::Executor;
use crate::executor::operators::faults::Fault;
use crate::sync::lock;
use recourse_policy::Key;

impl Executor {
    /// Plans a fault for the next attempts of a key in this executor: retries, hedges and first attempts, in the order they start, after the
    /// faults that are planned already. Other keys and other executors are untouched.
    ///
    /// [`testing::fault`](crate::testing::fault) does this in the executor of the scope. An attempt of a function whose attribute says
    /// `executor = ..`, of a closure or of a layer belongs to the executor that it names.
    ///
    /// ```
    /// use recourse::testing::Fault;
    /// use recourse::{Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let executor = Executor::new();
    /// executor.inject(&Key::from_static("users.get"), Fault::fail().times(2));
    /// let call = || executor.call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada"));
    /// assert_eq!(call().await.unwrap(), "Ada", "the third attempt ran");
    /// # }
    /// ```
    pub fn inject(&self, key: &Key, fault: Fault) {
        self.shared.faults.plan(key.clone(), fault);
    }

    /// Returns the keys for which a fault is planned that no attempt has met, sorted: most likely misspelt.
    pub(crate) fn unmet_faults(&self) -> Vec<Key> {
        self.shared.faults.unmet()
    }

    /// Returns the keys that have state, sorted.
    pub(crate) fn known_keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = lock(&self.shared.keys).iter().map(|(state, _)| state.key.clone()).collect();
        keys.sort();
        keys.dedup();
        keys
    }
}
