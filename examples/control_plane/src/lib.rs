//! A policy server: the documents of a folder, or of etcd, for programs and for people. `main.rs` says what there is to see.
//!
//! | file | contains |
//! |---|---|
//! | `source/` | where documents are kept: a folder, etcd |
//! | `check.rs` `version.rs` `store.rs` | whether documents are good together; the version in a text; what is served, and edits |
//! | `http/` | answers for programs: tags, long polls, who may write |
//! | `page/` | answers for people |
//! | `bin/story/` | a program whose functions are changed while they run |

mod app;
mod check;
mod http;
mod page;
mod server;
mod settings;
mod source;
mod store;
mod version;

pub use server::Server;
pub use settings::Settings;
