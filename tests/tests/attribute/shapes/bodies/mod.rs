//! Bodies, and the expressions in them.

mod async_blocks;
mod cells;
mod closures;
mod coercions;
mod conditions;
mod diverging;
mod infallible;
mod inner_attributes;
mod inner_items;
mod labels;
mod large;
mod loops;
mod macros_with_self;
mod modern;
mod nested_calls;
mod not_send;
mod one_line;
mod question_marks;
mod returns;
mod spawned;
mod temporaries;
