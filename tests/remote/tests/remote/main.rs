//! Policies from a control plane.

mod cache;
