//! What stands between the parentheses.

mod binding_patterns;
mod borrowed;
mod by_ref;
mod conditional;
mod dyn_arc;
mod dyn_box;
mod dyn_mut;
mod dyn_ref;
mod exclusive;
mod exclusive_moved;
mod exclusive_patterns;
mod functions;
mod impl_trait;
mod mutable;
mod mutable_references;
mod nested_patterns;
mod or_patterns;
mod owned;
mod pinned;
mod pinned_path;
mod raw_names;
// mod ref_mut_patterns; BUG: see there.
mod ref_patterns;
mod references_to_references;
mod slice_patterns;
mod struct_patterns;
mod tuple_patterns;
mod wildcard;
