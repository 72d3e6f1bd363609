//! What the tests of the control plane share: a scripted one for paused time, a real one that fails in many ways, and an observer.

#![expect(clippy::missing_panics_doc, reason = "a test that cannot go on fails")]

mod calls;
mod folder;
mod news;
mod plane;
mod server;

pub use calls::{DECLARED, place_of, timeout_of};
pub use folder::Folder;
pub use news::{DEADLINE, News, news};
pub use plane::{Answer, Asked, Plane};
pub use server::{Server, Step, answer};
