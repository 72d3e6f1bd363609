//! Behaviour of guarded calls: one file for each mechanism or concern.

mod budget;
mod cancellation;
mod circuit;
mod classify;
mod clocks;
mod errors;
mod executor;
mod fallback;
mod hedge;
mod keys;
mod observe;
mod panics;
mod pushback;
mod replaced;
mod retry;
mod timeout;
mod unwinding;
