//! Rules of the source code that the compiler does not check.

mod circles;
mod classifiers;
mod contract;
mod front_door;
mod keys;
mod layering;
mod length;
mod modules;
mod source;
mod steps;
