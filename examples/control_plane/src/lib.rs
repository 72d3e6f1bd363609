//! A policy server: the documents of a folder, or of etcd, for programs and for people. `main.rs` says what there is to see.
//!
//! | file | contains |
//! |---|---|
//! | `source/` | where documents are kept: a folder, etcd |
//! | `check.rs` `version.rs` `store.rs` | whether documents are good together; the version in a text; what is served, and edits |
//! | `router.rs` `guard.rs` | all paths; who is answered, and who may write |
//! | `http/` | answers for programs: tags, long polls, edits |
//! | `page/` | answers for people |
//! | `bin/story/` | a program whose functions are changed while they run |

mod app;
mod check;
mod guard;
mod http;
mod page;
mod router;
mod server;
mod settings;
mod source;
mod store;
mod version;

pub use server::Server;
pub use settings::Settings;
