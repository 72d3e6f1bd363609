//! Places of a function, and other attributes on it.

mod conditional;
mod default_key;
mod deprecated;
mod documented;
mod foreign_abi;
mod inside_functions;
mod instrument_above;
mod instrument_below;
mod instrument_fields;
mod must_use;
mod other_attributes;
mod recursion;
mod test_attribute;
mod visibility;
