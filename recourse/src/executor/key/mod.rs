//! What calls of one key share: the circuit breaker, the budgets, the latencies, and the sites that were resolved.
//!
//! | file | content |
//! |---|---|
//! | `state` | [`KeyState`](state::KeyState): all of it |
//! | `state_key` | which state a site uses: that of its key, or one of its own behind a default key |
//! | `circuit` `custom_breaker` `admission` | the circuit breaker, ours or the user's, and what it answers |
//! | `budget` `budget_ref` | the budget of retries, and what a call holds of it |
//! | `concurrency` `rate` | the limits that all calls share |
//! | `shared` | what the first site makes of these, and how it follows a change of the policy |
//! | `entries` | what operators hold for a key, by key and pattern |
//! | `loss` | what is lost with the state |

pub(super) mod admission;
pub(super) mod budget;
pub(super) mod budget_ref;
pub(super) mod circuit;
pub(super) mod concurrency;
pub(super) mod custom_breaker;
pub(super) mod entries;
mod loss;
pub(super) mod rate;
mod shared;
pub(super) mod state;
pub(super) mod state_key;
