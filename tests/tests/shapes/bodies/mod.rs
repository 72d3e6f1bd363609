//! What a body is made of.

mod async_blocks;
mod cells;
mod closures;
mod coercions;
mod diverging;
mod infallible;
mod inner_attributes;
mod inner_items;
mod labels;
mod large;
mod loops;
mod macros_with_self;
mod not_send;
mod one_line;
mod question_marks;
mod returns;
mod temporaries;
