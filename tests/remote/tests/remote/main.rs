//! Policies from a control plane.

mod answers;
mod cache;
mod fleet;
mod floors;
mod missing;
mod outage;
mod panics;
mod refused;
mod secrets;
mod start;
mod tls;
mod urls;
mod versions;
mod watch;
mod wishes;
