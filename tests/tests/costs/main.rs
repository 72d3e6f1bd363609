//! Costs of a call: allocations, sizes of futures, and the load that hedges add.

mod happy_path;
mod hedge_load;
mod keys;
mod sizes;
