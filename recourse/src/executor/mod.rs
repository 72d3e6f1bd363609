//! Executors: the policies, observers and settings of a program, and the state that calls of one key share.
//!
//! Everything here outlives a single call. An [`Executor`] exists once in most programs. It keeps one [`KeyState`](key_state::KeyState)
//! for each key: the circuit breaker, the budgets and the latencies. A call site (a guarded function, a closure, a layer) asks for its
//! key once, and gets a [`ResolvedSite`]: the policy that is in force for it, and references to the state of its key. What happens in one
//! call is the business of the module `call`, which starts from a `ResolvedSite`.
//!
//! ```text
//! Executor ── settings        what the builder was given: policies by key, observers, triggers, makers of breakers and trackers
//!    │
//!    ├── key ──> KeyState     circuit breaker (key_circuit, custom_breaker), budgets, latencies
//!    │
//!    └── resolve(key, spec) ──> ResolvedSite ──> SiteSlot (remembers it) ──> a call
//! ```
//!
//! # Design notes
//!
//! - **State is shared by key, a policy is not.** Sites of one key share their breaker and their budgets. If their texts differ, the
//!   first site's text makes the shared state, and the timeline of the others lists the difference.
//! - **Policies registered in code stand before the attribute's**, section by section: they can be changed without touching the function.
//! - **The keys of the program's text are pinned.** Their number is the program's own. All other keys live in a bounded map.
//! - **User code runs under no lock**: triggers, trackers and breakers are made outside of the locks, so two threads that come first at
//!   once may both make one, and one of them stays.

mod admission;
mod breakers;
mod budget_ref;
mod builder;
mod custom_breaker;
mod global;
mod hedge_settings;
mod instance;
mod key_circuit;
mod key_state;
mod resolve;
mod resolved;
mod settings;
mod site_slot;
mod spec;

pub use breakers::{Breakers, UnknownBreaker};
pub use builder::ExecutorBuilder;
pub use global::AlreadyInstalled;
pub use instance::Executor;
pub use settings::MissingPolicy;

pub(crate) use admission::{Admission, Refusal};
pub(crate) use hedge_settings::HedgeSettings;
pub(crate) use key_circuit::KeyCircuit;
pub(crate) use resolved::ResolvedSite;
#[cfg(feature = "tower")]
pub(crate) use site_slot::KeptSite;
pub(crate) use site_slot::SiteSlot;
pub(crate) use spec::Spec;
