//! Forgetting what an executor has learnt.

use crate::executor::instance::Executor;
use crate::executor::key::state_key::StateKey;
use crate::observe::{BreakerEvent, Notice};
use crate::time::Instant;

impl Executor {
    /// Forgets what the calls of this executor have left behind, for all keys: circuits are closed and nothing is counted, budgets are
    /// full, and no latency is known. For tests, and for a dependency that was replaced by another one.
    ///
    /// The next call of each key finds the new state. Calls in flight go on with what they began with, and the results of attempts that run are not counted.
    /// What was set stays: policies, observers, and breakers that an operator holds open or closed. Observers are told of each breaker
    /// that is reset, by [`BreakerEvent::Reset`]; one that is held is not reset, since it counts nothing. Other executors are untouched.
    ///
    /// A circuit breaker of your own is reset by its own [`reset`](crate::circuit::CircuitBreaker::reset), and a latency tracker of your own
    /// is made anew. A budget of your own, which a function names, is yours to reset.
    ///
    /// ```
    /// use recourse::{CircuitPolicy, Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let executor = Executor::new();
    /// let policy = Policy::new().circuit(CircuitPolicy::failures(1));
    /// let call = || executor.call(Key::from_static("users.get"), policy, async || Err::<(), _>("connection reset".to_owned()));
    /// assert_eq!(call().await.unwrap_err(), "connection reset");
    /// assert_eq!(call().await.unwrap_err(), "`users.get` was not called: its circuit is open");
    /// executor.reset_state();
    /// assert_eq!(call().await.unwrap_err(), "connection reset");
    /// # }
    /// ```
    pub fn reset_state(&self) {
        for (StateKey { key, .. }, state) in self.states() {
            state.forget();
            // A breaker that is held counts nothing, and begins anew when it is released. Reset here, it would be released until the hold is
            // applied again, and calls would get through one that is held open.
            if let Some(circuit) = state.circuit().filter(|circuit| circuit.held().is_none()) {
                circuit.reset(Instant::now());
                // For an operator who has come in between.
                self.shared.holds.apply(&key, &state.templates(), circuit);
                self.shared.settings.observers.now().notice(Notice::Breaker(&key, BreakerEvent::Reset));
            }
        }
    }
}
