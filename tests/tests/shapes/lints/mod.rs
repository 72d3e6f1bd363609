//! The user's own lints still fire at the user's code.

mod clippy;
mod deprecated;
// mod implicit_return; BUG: see there.
mod strict;
mod unused;
// mod unused_borrowed; BUG: see there.
mod unused_in_futures;
mod unused_in_methods;
mod unused_lent_self;
// mod unused_mut_self; BUG: see there.
// mod unused_patterns; BUG: see there.
