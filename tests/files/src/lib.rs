//! What the tests of files share: a folder of their own, and an observer whose news can be waited for.

#![expect(clippy::missing_panics_doc, reason = "a test that cannot go on fails")]

mod folder;
mod news;

pub use folder::Folder;
pub use news::{DEADLINE, News, Told, news};
