//! Policies as documents: files in TOML or JSON, and the values of serde's formats.
//!
//! A document has the sections of one key, or a table for each of many keys and patterns:
//!
//! ```toml
//! version = 3                                        # of the content, chosen by its author
//!
//! [users.get]
//! retry = "3 attempts, exponential 10ms..250ms"      # the texts of the attribute
//! timeout = "2s"
//!
//! ["t.*"]                                            # a pattern stands in quotes
//! enabled = false
//! hedge = { trigger = "p99", delay = "200ms" }       # or fields
//! ```
//!
//! ```json
//! { "version": 3, "key": "users.get", "retry": { "max_attempts": 3 }, "circuit": "defaults" }
//! ```
//!
//! | section | fields, if it is no text |
//! |---|---|
//! | `retry` | `max_attempts`, `backoff` ("none", "fixed", "linear", "exponential"), `delay` (fixed), `initial`, `max`, `factor`, `jitter` ("none", "full", "equal", "decorrelated"), `max_pushback`, `fresh_after`, `over_nested` |
//! | `hedge` | `trigger` ("p50" to "p99", or the name of a registered one), `delay`, `max_hedges`, `budget`, `fail_slow` |
//! | `circuit` | `failures`, or `percent` and `min_calls`; `window`, `slow`, `cooldown`, `max_cooldown`, `probes`, `successes` |
//! | `budget` | `percent`, `per_second`; as text also the name of a registered budget |
//! | `timeout`, `attempt_timeout` | a duration |
//! | `at_least` | a duration, or a percentile, as in `p50 or 40ms` |
//! | `enabled` | false turns off every mechanism but time limits and fallback |
//! | `classify` | the name of a registered classifier |
//!
//! A value out of bounds is clamped, and reported. Whatever cannot be read refuses the whole document, with all faults at once. Unknown
//! fields do, too, unless the document names a newer `schema`: then they are ignored, and reported. `docs/policy.schema.json` in the
//! repository is the JSON Schema of all of it, for editors.
//!
//! # Design notes
//!
//! Both formats, and serde, are read into one tree (`tree`), and the tree into policies by one set of readers (`section`). So a value means
//! the same wherever it stands. Values are clamped by [`Policy::normalize`](crate::Policy::normalize), as everywhere.

mod content;
#[cfg(feature = "documents")]
#[expect(clippy::module_inception, reason = "the module is about documents, the file about one of them")]
mod document;
#[cfg(feature = "documents")]
mod documents;
#[cfg(feature = "documents")]
mod encoding;
#[cfg(feature = "documents")]
mod entry;
#[cfg(feature = "documents")]
mod fault;
mod fields;
#[cfg(feature = "documents")]
mod findings;
#[cfg(feature = "documents")]
mod folder;
#[cfg(feature = "documents")]
mod format;
mod kind;
#[cfg(feature = "documents")]
mod lines;
#[cfg(feature = "documents")]
mod names;
#[cfg(feature = "documents")]
mod print;
#[cfg(feature = "documents")]
mod read;
mod reading;
mod scalar;
#[cfg(feature = "documents")]
mod schema;
mod section;
mod serde;
#[cfg(feature = "documents")]
mod shape;
mod tree;

pub use self::kind::FaultKind;
#[cfg(feature = "documents")]
pub use self::{
    document::Document,
    documents::{Documents, Resolved, Unmatched},
    entry::{Entry, Resolution, Resolutions},
    fault::{Fault, Refused},
    folder::{DocumentFile, Folder},
    format::Format,
    names::{KnownNames, NameKind, Names, NoNames},
    read::DocumentReader,
    schema::schema,
};
pub use crate::section::Section;
