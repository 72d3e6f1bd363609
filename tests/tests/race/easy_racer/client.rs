//! The client: a request over a connection of its own, which is closed when the request is over or dropped.

use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Why a request is no winner.
#[derive(Debug)]
pub(crate) enum Failed {
    Connection(io::Error),
    Status(u16),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Connection(error)
    }
}

/// The body of a response of 200.
pub(crate) async fn get(server: SocketAddr, path: &str) -> Result<String, Failed> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: loopback\r\n\r\n").as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    let (head, body) = response.split_once("\r\n\r\n").ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
    match head.split(' ').nth(1).and_then(|status| status.parse().ok()) {
        Some(200) => Ok(body.to_owned()),
        Some(status) => Err(Failed::Status(status)),
        None => Err(io::Error::from(io::ErrorKind::InvalidData).into()),
    }
}
