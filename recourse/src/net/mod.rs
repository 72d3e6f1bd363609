//! TCP connections by Happy Eyeballs: the addresses of a host are tried a little after each other, and the first connection that
//! succeeds is used.
//!
//! A host often has several addresses, of which some do not answer: IPv6 is broken somewhere on the way, or one machine is down.
//! [`connect`] does not wait for the system's timeout of such an address (about two minutes). It follows version 2 of the
//! algorithm, [RFC 8305], on [`race!`](crate::race!) over addresses.
//!
//! ```text
//!                    0 ms              250 ms
//!  look-up           |──┤
//!  [2001:db8::7]:443    |──────────────────────────────┤     does not answer: dropped, no socket is left
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
//! # Guarantees
//!
//! - IPv6 and IPv4 addresses take turns, in the order of the resolver. Each address is tried once.
//! - The next attempt starts 250 ms after the last one, or when an attempt fails, but then at least 10 ms after the last start.
//! - The address that won is tried first when its host is connected to again, for ten minutes, if the resolver still returns it.
//!   An address that was tried for an attempt delay without an answer is tried last, for ten minutes or until it answers. That
//!   counts, too, when the call is dropped, and the attempts of several calls add up.
//! - Within a deadline, the attempt delay shrinks so that each family gets its turn. At a deadline that is over nothing is tried.
//! - All attempts are futures of the caller's task. When one wins, or the call is dropped, the others and their sockets are
//!   dropped.
//! - An error has every address, with the error of its attempt. Its text names the first 16 and counts the others.
//!
//! # Look-ups
//!
//! The operating system's resolver returns both families in one answer. A resolver that asks for each family separately, see
//! [`Answers::by_family`], need not wait for both answers. IPv6 addresses are used at once. IPv4 addresses are used when 50 ms
//! have passed since their answer, if the IPv6 answer is not there before. Addresses that come later join the attempts that run.
//!
//! # Differences from the RFC
//!
//! There is no history of round-trip times. The answers of a resolver that asks by family are not sorted by RFC 6724; that is the
//! resolver's task, like NAT64 for addresses that are written as such. A change of the network is not noticed; call
//! [`Connector::forget`] after one. The RFC prefers no last winner to the addresses of the first family, and puts back no address
//! that did not answer; set [`Connector::remember`] to 0 to follow it in this. An IPv4 address that is written as IPv6
//! (`::ffff:192.0.2.7`) is an IPv4 address.
//!
//! # Settings
//!
//! [`Connector`] has the settings, and takes other resolvers and dialers. A `#[resilient]` function may connect in its body; each
//! attempt of the call is then a race of its own.
//!
//! [RFC 8305]: https://www.rfc-editor.org/rfc/rfc8305

// Design notes
//
// - `net` is a feature, because it switches on tokio's sockets, which a service that connects by other means does not need.
// - The files from the bottom up: `host` (what the caller wrote), `resolve` (the answers of a resolver), `order` (which address
//   is next; knows no time), `winners` and `silence` (the caches of last winners and of addresses that did not answer), `memory`
//   (both, and what an attempt tells them), `addresses` (answers as the source of a race), `gaps` (when the next one is tried),
//   `dial` (how an address becomes a stream), `attempts` (the race over the addresses), `error`, and `connector`.

mod addresses;
mod attempts;
mod connector;
mod dial;
mod error;
mod gaps;
mod host;
mod memory;
mod order;
mod resolve;
mod silence;
mod winners;

pub use connector::Connector;
pub use dial::{Dialer, TcpDialer};
pub use error::{Attempt, ConnectError};
pub use resolve::{Answer, Answers, Resolver, SystemResolver};

use crate::sync::OnceLock;

/// Connects to a host by Happy Eyeballs, with the settings of [`Connector::new`].
///
/// All calls share one connector, and so what it remembers of last winners. As in tokio, the only deadline is the operating
/// system's, about two minutes for an address that does not answer. Set a deadline with [`Connector::deadline`], or by the
/// `timeout` of a `#[resilient]` function.
///
/// # Errors
///
/// When no address could be connected to, or the host has no address; see [`ConnectError`].
///
/// # Cancel safety
///
/// Dropping the future closes the sockets of all attempts at once. A look-up that runs in a thread of the runtime ends there
/// by itself.
///
/// # Panics
///
/// Outside a tokio runtime whose clock and sockets are enabled, with tokio's message.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let port = listener.local_addr()?.port();
/// let stream = recourse::net::connect("127.0.0.1", port).await?;
/// assert_eq!(stream.peer_addr()?.port(), port);
/// # Ok(())
/// # }
/// ```
pub async fn connect(host: &str, port: u16) -> Result<tokio::net::TcpStream, ConnectError> {
    static SHARED: OnceLock<Connector> = OnceLock::new();
    SHARED.get_or_init(Connector::new).connect(host, port).await
}
