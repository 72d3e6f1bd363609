//! Every receiver a method can have.

mod arc;
mod arc_ref;
mod boxed;
mod by_mut;
mod by_ref;
mod by_value;
mod fields_of_a_value;
mod mut_arc;
mod mut_pin_mut;
mod mut_typed_mut;
mod mut_typed_ref;
mod mut_value;
mod pin_arc;
mod pin_mut;
mod pin_ref;
mod rc;
mod typed_mut;
mod typed_ref;
mod typed_value;
mod with_lifetime;
