//! Bodies whose `self` is lent mutably to one attempt after the other.

mod async_blocks;
mod borrowed_results;
mod closures;
mod generic_braces;
mod generic_items;
mod given_away;
mod instrumented;
mod local_macros;
mod macros_with_both;
mod macros_with_functions;
mod nested_items;
mod other_methods;
mod paths;
mod recursion;
mod std_macros;
