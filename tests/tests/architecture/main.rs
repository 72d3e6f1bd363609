//! Rules of the source code that the compiler does not check.

mod circles;
mod contract;
mod keys;
mod layering;
mod length;
mod modules;
mod source;
