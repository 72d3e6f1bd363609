//! The user's own lints still fire at the user's code.

mod clippy;
mod deprecated;
mod strict;
mod unused;
mod unused_in_futures;
mod unused_in_methods;
