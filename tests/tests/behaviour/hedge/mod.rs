//! Hedges: attempts that start beside one that is slow.

mod accounting;
mod any_order;
mod asking;
mod budget;
mod groups;
mod latency;
mod panics;
mod triggers;

use recourse::Key;

fn key() -> Key {
    Key::from_static("hedged")
}
