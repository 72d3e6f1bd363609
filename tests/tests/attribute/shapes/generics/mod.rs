//! Generics, lifetimes, and the types that functions return.

mod associated_errors;
mod borrowing_errors;
mod bounds;
mod constants;
mod elided_lifetimes;
mod explicit_lifetimes;
mod foreign_errors;
mod generic_errors;
mod generic_type;
mod generic_type_errors;
mod higher_ranked;
mod opaque_results;
mod result_aliases;
mod where_clause;
