//! Empty: this package is for its test, which compiles the shapes of `recourse-tests` as edition 2021.
