//! Nothing: the package is its test. All others forbid `unsafe_code`.
