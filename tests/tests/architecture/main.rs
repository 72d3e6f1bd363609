//! Rules of the source code that the compiler does not check.

mod layering;
