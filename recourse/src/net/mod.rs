//! Connections by Happy Eyeballs: several addresses of a host at once, a little after each other; the first that answers wins.
//! The algorithm is version 2, [RFC 8305], on [`race!`](crate::race!) over addresses that may come late.
//!
//! ```text
//!                    0 ms              250 ms
//!  look-up           |──┤
//!  [2001:db8::7]:443    |──────────────────────────────┤     black hole: dropped, no socket is left
//!  192.0.2.7:443                         |────────▶ the stream
//! ```
//!
//! ```no_run
//! # async fn example() -> Result<(), recourse::net::ConnectError> {
//! let stream = recourse::net::connect("example.org", 443).await?;
//! # drop(stream);
//! # Ok(())
//! # }
//! ```
//!
//! # What holds
//!
//! - IPv6 and IPv4 addresses take turns, in the order of the resolver, each address once.
//! - The next attempt starts 250 ms after the last one, or when one fails, but not earlier than 10 ms after the last one.
//! - The address that won is tried first when its host is connected to again, for ten minutes, as long as the resolver still gives it.
//! - All attempts are futures of the caller's task: when one wins, or the call is dropped, the others and their sockets are gone.
//! - An error names every address, with its own error.
//!
//! The operating system's resolver gives both families in one answer. A resolver that asks twice, [by family](Answers::by_family),
//! need not wait for both: an IPv6 answer is used at once, an IPv4 answer when the other one has had 50 ms, and what comes later
//! joins the attempts that run.
//!
//! Not of the RFC: a history of round-trip times; sorting the answers of such a resolver by RFC 6724 (it is the resolver's to do), and
//! NAT64 for addresses that are written as such. A change of the network is not noticed: [`Connector::forget`] is there for that.
//! Preferring an address that has won to one of the first family is a choice of ours; [`Connector::remember`] with 0 leaves it out.
//!
//! [`Connector`] has the settings, and takes resolvers and dialers of your own. A `#[resilient]` function may connect in its
//! body: each attempt of the call is then a race of its own.
//!
//! [RFC 8305]: https://www.rfc-editor.org/rfc/rfc8305

mod addresses;
mod connector;
mod dial;
mod error;
mod host;
mod order;
mod resolve;
mod winners;

pub use connector::Connector;
pub use dial::{Dialer, TcpDialer};
pub use error::{Attempt, ConnectError};
pub use resolve::{Answer, Answers, Resolver, SystemResolver};

use crate::sync::OnceLock;

/// Connects to a host, by Happy Eyeballs with the settings of [`Connector::new`], which all callers share.
///
/// The only deadline is the operating system's (about two minutes for an address that does not answer): set one with
/// [`Connector::deadline`], or with the `timeout` of a `#[resilient]` function.
///
/// # Errors
///
/// When no address could be connected to, or the host has none; see [`ConnectError`].
///
/// # Cancel safety
///
/// Dropping the future closes the sockets of all attempts, at once. A look-up that runs in a thread of the runtime ends there
/// by itself.
///
/// # Panics
///
/// Outside a tokio runtime with its clock and its sockets enabled, in tokio's words.
pub async fn connect(host: &str, port: u16) -> Result<tokio::net::TcpStream, ConnectError> {
    static SHARED: OnceLock<Connector> = OnceLock::new();
    SHARED.get_or_init(Connector::new).connect(host, port).await
}
