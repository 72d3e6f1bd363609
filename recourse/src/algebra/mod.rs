//! Policies for tower services, combined by `+`, `&` and `|`.

mod adapter;
mod beside;
mod failure;
mod fallback;
mod fork;
mod fork_join;
mod leaf;
mod policy;
mod response;
mod seat;
mod side;
mod turn;

pub use adapter::{Adapted, Adapter, Adapting, Boxed, Lift, Mapped, Unboxed};
pub use beside::Beside;
pub use failure::{Cause, Entry, Failure, Failures};
pub use fallback::{FallbackLayer, FallbackService};
pub use fork::{Cloned, Fork};
pub use fork_join::{ForkJoinLayer, ForkJoinService};
pub use leaf::{Leaf, Lifted};
pub use policy::{Bare, Policy, Stack};
pub use response::FirstSuccess;
pub use turn::{AtOnce, Staggered, Timing};

/// The names of sides that have none.
const LABELS: [&str; 2] = ["left", "right"];
