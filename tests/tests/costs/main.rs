//! Costs of a call: allocations, and load that hedges add.

mod happy_path;
mod hedge_load;
