//! Nothing: the package is its test, which is the one of `recourse-tests`, compiled as edition 2021.
