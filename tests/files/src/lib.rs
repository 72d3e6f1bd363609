//! What the tests of files share: a folder of their own, and an observer whose news can be waited for.

mod folder;
mod news;

pub use folder::Folder;
pub use news::{DEADLINE, News, Told, news};
