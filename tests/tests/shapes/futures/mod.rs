//! Functions that return a future.

mod box_future;
mod inference;
mod not_a_block;
mod opaque;
mod opaque_output;
mod opaque_with_bounds;
mod pinned_box;
mod several_boxes;
// several_boxes_of_a_borrow: it does not compile yet; see the `BUG` in it.
mod statements_before;
