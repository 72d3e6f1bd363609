//! Dialers: how an address becomes a stream.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Connects to one address.
///
/// An `async` closure is a dialer, and may borrow what it needs. To share a dialer, call it in a closure:
/// `async |address| shared.dial(address).await`.
///
/// Dropping the future must give up the attempt, because that is how the losers of a race end.
///
/// A dialer should connect and do nothing else. A TLS handshake in the dialer, for example, can take longer than the attempt
/// delay, and the race then opens a second connection to the same server. Do the handshake on the stream that won.
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
///
/// ```
/// use recourse::net::Dialer;
/// use std::net::SocketAddr;
///
/// // An async closure is a dialer: here one that fails, and elsewhere TLS above TCP.
/// let refuses = async |_: SocketAddr| Err::<(), _>(std::io::Error::other("no route"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn dial(refuses: impl Dialer<Stream = ()>) {
/// assert!(refuses.dial("127.0.0.1:80".parse().unwrap()).await.is_err());
/// # }
/// # dial(refuses);
/// ```
pub trait Dialer {
    /// The connection.
    type Stream;
    /// Makes one attempt to connect to `address`.
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

/// Connects by [`TcpStream::connect`], with the default options of the operating system.
///
/// ```
/// use recourse::net::{Dialer, TcpDialer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let stream = TcpDialer.dial(listener.local_addr()?).await?;
/// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpDialer;

impl Dialer for TcpDialer {
    type Stream = TcpStream;

    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> {
        TcpStream::connect(address)
    }
}
