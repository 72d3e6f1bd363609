//! Functions that `macro_rules!` writes.

mod block_with_self;
mod blocks;
mod futures;
mod names;
mod options;
mod self_as_a_token;
mod types;
mod whole_items;
