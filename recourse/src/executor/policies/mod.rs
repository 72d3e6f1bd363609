//! Policies that do not stand at the call site: registered, provided, of one call, and the kill switch.
//!
//! | file | content |
//! |---|---|
//! | `registered` | policies by key and pattern, from code |
//! | `builder` | how the builder takes them |
//! | `outside` | what all sources but the call and the attribute say about a key |
//! | `apply` `listen` | changes, while the program runs |
//! | `remotes` | what remote providers say about themselves (feature `remote`) |
//! | `call_policy` | [`with`](crate::with()): what one call asks for |
//! | `held_limits` | limits that operators hold |
//! | `bypass` `bypass_switches` | the kill switch |

pub(super) mod apply;
pub(super) mod builder;
pub(super) mod bypass;
pub(super) mod bypass_switches;
pub(super) mod call_policy;
pub(super) mod held_limits;
pub(super) mod listen;
pub(super) mod outside;
pub(super) mod registered;
#[cfg(feature = "remote")]
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
mod remotes;
