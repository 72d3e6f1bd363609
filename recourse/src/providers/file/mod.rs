//! Policies from files, which are changed while the program runs (feature `file`).
//!
//! Ten functions that share one policy, which can be changed while they run:
//!
//! ```no_run
//! use recourse::providers::FileProvider;
//!
//! recourse::Executor::builder().provider(FileProvider::open("policies.toml")?).install()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```toml
//! ["users.*"]                                        # all functions whose key begins with `users.`
//! retry = "3 attempts, exponential 10ms..250ms"
//! timeout = "2s"
//! ```
//!
//! # Files
//!
//! [`policy::document`](crate::policy::document) says what a file may contain; `recourse check policies.toml`, of the package
//! `recourse-rs-cli`, checks it before it is deployed.
//!
//! | path | the policies are |
//! |---|---|
//! | a file that ends in `.toml` or `.json` | its entries: those of one key, or a table for each of many |
//! | a folder | those of all such files in it and below it. A file with the sections of one key need not name the key: `users/get.toml` is `users.get` |
//!
//! Names that begin with a dot are left out. Two files with the same key or pattern are refused.
//!
//! # What happens to a change
//!
//! | change | effect |
//! |---|---|
//! | an edit, a file that is renamed over the old one, a link that is set anew (Kubernetes swaps `..data`) | in force once it was quiet for 50 ms; under edits without end at least every 500 ms |
//! | many edits | one or a few reloads, the last one of the last edit |
//! | an edit that cannot be used: a mistake, an empty file, half of a file | the last good state stays. [`Observer::policies_refused`](crate::observe::Observer::policies_refused) is told file, line, column, key, field and what is allowed, once the file says so for 250 ms; [`FileStatus`] has it, too |
//! | a file that is gone for a moment | nothing: it is looked at again 250 ms later |
//! | a file that stays away | the last good state stays, and the file is reported like a mistake. In a folder, the policies of a file that stays away end; those of an empty folder stay |
//! | the same bytes, a change that is taken back | nothing |
//! | no news from the operating system, as on network file systems | the files are read [every 10 s](FileProviderBuilder::poll_interval) |
//!
//! **Write a new file and rename it over the old one.** A TOML file that is written in place and stops for longer than 50 ms between two
//! lines is good up to there.
//!
//! Calls that have begun go on as they began; the next call is under the new policies, and no call ever waits for a file. What is in force is
//! always what one reading found, all files together. Values out of bounds are clamped, and stand in [`FileStatus::reports`].
//!
//! On Rust 1.85 to 1.87 cargo takes notify 8.2.1 if it is told to look at the Rust version (`resolver.incompatible-rust-versions = "fallback"`,
//! the default of edition 2024); later versions need 1.88.
//!
//! # Design notes
//!
//! - A thread of its own, `recourse-files`, follows the files, and ends when the last handle is dropped; an executor has one. A task of the
//!   program's runtime would end with the runtime, and would read files where calls run.
//! - Folders are watched and not files, on every step of the way that has a link (`places`): what a path leads to changes in the folder in
//!   which a file or a link is set anew, and the watcher of a file stays with the file that was replaced.
//! - What is told is only when to look. Whether there is a change is decided by the bytes: events are lost, repeated and late on one
//!   system or another.
//! - Executors are told after the change is in force and under no lock, since they ask the provider, and observers may call it.

mod builder;
mod contents;
mod debounce;
mod error;
mod places;
mod provider;
mod state;
mod status;
mod watch;

pub use builder::FileProviderBuilder;
pub use error::FileError;
pub use provider::FileProvider;
pub use status::{FileStatus, Reload};
