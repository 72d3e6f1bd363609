//! The user's own lints still fire at the user's code.

mod clippy;
mod deprecated;
// implicit_return: it does not compile yet; see the `BUG` in it.
mod strict;
mod unused;
// unused_borrowed: it does not compile yet; see the `BUG` in it.
mod unused_in_futures;
mod unused_in_methods;
mod unused_lent_self;
// unused_mut_self: it does not compile yet; see the `BUG` in it.
// unused_patterns: it does not compile yet; see the `BUG` in it.
