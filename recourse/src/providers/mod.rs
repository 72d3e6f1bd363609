//! Policies from outside: from tables in code, from files, from a control plane, changed while the program runs.
//!
//! A provider is added to an executor by [`ExecutorBuilder::provider`](crate::ExecutorBuilder::provider). An annotated call never waits for
//! a provider, and never fails because of one.
//!
//! # Which policy counts
//!
//! Section by section, the first of these sources that has the section; within a source the most specific entry: `users.get` before
//! `users.{id}` before `users.*` before `*`.
//!
//! | source | set by |
//! |---|---|
//! | kill switch | [`Executor::bypass`](crate::Executor::bypass), or `enabled = false` in a document: every mechanism is off but time limits and fallback |
//! | call | [`recourse::with`](crate::with()), which may only tighten |
//! | remote | a provider of origin [`Origin::Remote`](crate::policy::Origin::Remote): `RemoteProvider`, with the feature `remote` |
//! | file | a provider of origin [`Origin::File`](crate::policy::Origin::File): `FileProvider`, with the feature `file` |
//! | provider | any other [`PolicyProvider`], such as a [`StaticProvider`] |
//! | registered | [`ExecutorBuilder::policy`](crate::ExecutorBuilder::policy), [`Executor::set_policy`](crate::Executor::set_policy) |
//! | attribute | the function's own |
//! | defaults | [`ExecutorBuilder::default_policy`](crate::ExecutorBuilder::default_policy), or [`Policy::defaults`](crate::Policy::defaults), if nobody wrote anything |
//!
//! The timeline of a call names the source of each section ([`Effective::sources`](crate::policy::Effective::sources)), and what was clamped
//! or left out because the function cannot do it. What comes from a provider stays within the
//! [bounds of the operator](crate::policy::OperatorBounds).
//!
//! # Changes
//!
//! A call in flight keeps what it began with, and the next call sees the change. State stays: an open circuit stays open for what is left of
//! its cooldown, a budget keeps what is left. Observers are told of each key whose policy has changed.
//!
//! # Ready-made providers
//!
//! | provider | policies | change |
//! |---|---|---|
//! | [`StaticProvider`] | a table in code | [`StaticProvider::set`], [`StaticProvider::remove`] |
//! | `FileProvider` (feature `file`) | a TOML or JSON file, or a folder of them | an edit of the files, by any way an editor or Kubernetes has |
//! | `RemoteProvider` (feature `remote`) | documents of a control plane, over HTTP | a new version, seen by polling or by a request that waits for it |

#[cfg(any(feature = "file", feature = "remote"))]
mod answer;
#[cfg(feature = "file")]
#[cfg_attr(docsrs, doc(cfg(feature = "file")))]
pub mod file;
mod listeners;
#[cfg(any(feature = "file", feature = "remote"))]
mod names;
mod provided;
mod provider;
#[cfg(feature = "remote")]
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
pub mod remote;
mod static_provider;

#[cfg(feature = "file")]
#[cfg_attr(docsrs, doc(cfg(feature = "file")))]
pub use file::{FileError, FileProvider, FileProviderBuilder, FileStatus, Reload};
pub use provided::Provided;
pub(crate) use provider::Listen;
pub use provider::{PolicyProvider, ProviderListener};
#[cfg(feature = "remote")]
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
pub use remote::{RemoteError, RemoteProvider, RemoteProviderBuilder, RemoteStatus};
pub use static_provider::StaticProvider;
