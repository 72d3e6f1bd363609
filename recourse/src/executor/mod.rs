//! Executors: the policies, observers and settings of a program, and the state that calls of one key share.
//!
//! Everything here outlives a single call. An [`Executor`] exists once in most programs. It keeps one [`KeyState`](key::state::KeyState)
//! for each key: the circuit breaker, the budgets and the latencies. A call site is resolved to a [`ResolvedSite`]: the policy that is in
//! force for it, and references to the state of its key. What happens in one call belongs to the module `call`, which starts from a
//! `ResolvedSite`.
//!
//! A guarded function in the process-wide executor is resolved once, and checked again after a change. The service of a layer is resolved when
//! it is made, and checked in the same way. Closures, keys with arguments and functions with `executor = ..` are resolved for each call,
//! which finds what the key remembers. So are guarded functions inside a [scope](Executor::scope) of another executor.
//!
//! ```text
//! Executor ── settings        what the builder was given: policies by key, observers, triggers, makers of breakers and trackers
//!    │
//!    ├── key ──> KeyState     circuit breaker, budgets, latencies, the sites that were resolved
//!    │
//!    └── resolve(key, spec) ──> ResolvedSite ──> a call
//!                                    └── remembered by: KeyState, the SiteSlot of a guarded function, the KeptSite of a layer
//! ```
//!
//! | room | content |
//! |---|---|
//! | `key` | what calls of one key share |
//! | `site` | what a call site was resolved to, and who remembers that |
//! | `policies` | policies that do not stand at the site |
//! | `operators` | what operators see and do |
//!
//! | counter | belongs to | grows when |
//! |---|---|---|
//! | generation | a circuit breaker | its state changes: results of an older generation are not counted |
//! | version | the state of a key | something changes that the sites of the key were resolved from |
//! | revision | the process ([`epoch`](crate::epoch)) | any version grows: each site then compares its version |
//!
//! # Design notes
//!
//! - **State is shared by key, a policy is not.** Sites of one key share their breaker and their budgets. If their policies differ, the
//!   first site's policy makes the shared state, and the timeline of the others lists the difference.
//! - **Policies registered in code take precedence over the attribute's**, section by section: they can be changed without touching the function.
//! - **The keys of the program's text are pinned.** Their number is the program's own. All other keys live in a bounded map, which evicts
//!   what [says nothing](key::state::KeyState::lost) first, and nothing that a call uses.
//! - **User code runs under no lock**: triggers, trackers and breakers are made outside of the locks, so two threads that come first at
//!   once may both make one, and one of them stays.

mod builder;
mod global;
mod instance;
mod key;
mod observed;
mod operators;
mod policies;
mod scope;
mod settings;
mod site;

pub use builder::ExecutorBuilder;
pub use global::AlreadyInstalled;
pub use instance::Executor;
pub use operators::breakers::Breakers;
#[cfg(feature = "test-util")]
pub use operators::faults::Fault;
pub use operators::held::{HeldBreaker, UnknownBreaker};
pub use operators::limits::{HeldLimit, Limits};
pub use policies::call_policy::{With, with};
pub use scope::{EnterGuard, Scope};
pub use settings::MissingPolicy;
pub use site::status::SiteStatus;

pub(crate) use key::admission::{Admission, Refusal};
pub(crate) use key::state_key::{Owner, StateKey};
#[cfg(feature = "test-util")]
pub(crate) use operators::faults::FaultKind;
#[cfg(feature = "metrics")]
pub(crate) use operators::gauges::GaugeSeries;
#[cfg(feature = "metrics")]
pub(crate) use operators::levels::{KeyLevels, SlotLevels};
pub(crate) use policies::call_policy::HiddenCallPolicy;
pub(crate) use scope::in_scope;
pub(crate) use site::hedging::SiteHedging;
pub(crate) use site::latency::SiteLatency;
pub(crate) use site::limits::{AttemptSlot, QueuePlace, SiteConcurrency, SiteLimits, SiteRate, TakenAttempt};
pub(crate) use site::resolved::ResolvedSite;
#[cfg(feature = "tower")]
pub(crate) use site::slot::KeptSite;
pub(crate) use site::slot::SiteSlot;
pub(crate) use site::spec::Spec;
