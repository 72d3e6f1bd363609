//! The user's own lints still fire at the user's code.

mod clippy;
mod conditional_statements;
mod deprecated;
mod implicit_return;
mod strict;
mod unused;
mod unused_borrowed;
mod unused_in_futures;
mod unused_in_methods;
mod unused_lent_self;
mod unused_patterns;
