//! Empty: this package is for its test, since all others forbid `unsafe_code`.
