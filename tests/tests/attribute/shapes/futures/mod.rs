//! Functions that return a future.

mod arguments;
mod box_future;
mod inference;
mod instrumented;
mod instrumented_results;
mod not_a_block;
mod one_attempt;
mod opaque;
mod opaque_output;
mod opaque_with_bounds;
mod pinned_box;
mod several_boxes;
mod several_boxes_of_a_borrow;
mod statements_before;
