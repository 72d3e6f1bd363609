//! Policies from a control plane.

mod cache;
mod fleet;
mod missing;
mod outage;
mod panics;
mod refused;
mod start;
mod urls;
mod versions;
mod watch;
mod wishes;
