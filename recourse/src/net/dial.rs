//! How an address becomes a stream.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Connects to one address. A closure is one: `async |address| TcpStream::connect(address).await`.
///
/// Dropping the future must give up the attempt: that is how the losers of a race end.
pub trait Dialler {
    /// What a connection is.
    type Stream;
    /// One attempt.
    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<Self::Stream>>;
}

impl<D, F, S> Dialler for D
where
    D: Fn(SocketAddr) -> F,
    F: Future<Output = io::Result<S>>,
{
    type Stream = S;

    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<S>> {
        self(address)
    }
}

/// [`TcpStream::connect`], with the options that the operating system has by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpDialler;

impl Dialler for TcpDialler {
    type Stream = TcpStream;

    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> {
        TcpStream::connect(address)
    }
}
