//! Empty: this package is for its test.
