//! Limits on how many calls run at once.

mod conformance;
