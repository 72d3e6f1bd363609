//! How an address becomes a stream.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Connects to one address. An `async` closure is one, and may borrow what it needs; so does one that is shared,
/// `async |address| shared.dial(address).await`.
///
/// Dropping the future must give up the attempt: that is how the losers of a race end.
///
/// What takes long for other reasons than the network stands better behind the race: with the handshake of TLS in the dialer,
/// one that takes longer than the attempt delay opens a second connection to the same server. Connect by TCP, and shake hands on the winner.
///
/// ```
/// use recourse::net::Connector;
/// use std::net::SocketAddr;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let log = std::sync::Mutex::new(Vec::new());
/// let dialer = async |address: SocketAddr| {
///     log.lock().unwrap().push(address.to_string());
///     Ok(address)
/// };
/// assert!(Connector::new().dialer(dialer).connect("192.0.2.7", 443).await.is_ok());
/// assert_eq!(log.into_inner().unwrap(), ["192.0.2.7:443"]);
/// # }
/// ```
pub trait Dialer {
    /// What a connection is.
    type Stream;
    /// One attempt.
    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<Self::Stream>>;
}

impl<D, S> Dialer for D
where
    D: AsyncFn(SocketAddr) -> io::Result<S>,
{
    type Stream = S;

    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<S>> {
        self(address)
    }
}

/// [`TcpStream::connect`], with the options that the operating system has by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpDialer;

impl Dialer for TcpDialer {
    type Stream = TcpStream;

    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> {
        TcpStream::connect(address)
    }
}
