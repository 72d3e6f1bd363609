//! Addresses of this machine that behave badly, and the operating system's view of sockets.

use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// An address that never answers a connection request.
///
/// Its queue has room for one connection, which is used, so Linux drops every further request. This needs no network.
pub(super) struct BlackHole {
    pub(super) address: SocketAddr,
    _held: (TcpListener, TcpStream),
}

impl BlackHole {
    /// Returns `None` if the operating system has a longer queue, and answers.
    pub(super) async fn at(ip: IpAddr) -> io::Result<Option<Self>> {
        let socket = if ip.is_ipv6() { TcpSocket::new_v6()? } else { TcpSocket::new_v4()? };
        socket.bind(SocketAddr::new(ip, 0))?;
        let listener = socket.listen(0)?;
        let address = listener.local_addr()?;
        let filler = TcpStream::connect(address).await?;
        let answers = timeout(Duration::from_millis(50), TcpStream::connect(address)).await.is_ok();
        Ok((!answers).then_some(Self { address, _held: (listener, filler) }))
    }
}

/// Returns an address that refuses connections: its listener was closed.
pub(super) async fn refuses(ip: IpAddr) -> io::Result<SocketAddr> {
    TcpListener::bind(SocketAddr::new(ip, 0)).await?.local_addr()
}

/// Returns the number of sockets that are connecting or connected to this address, if the operating system tells, as Linux does.
///
/// The states are those of the kernel's `/proc/net/tcp`; 2 is `SYN_SENT`.
pub(super) fn sockets_to(address: SocketAddr, state: Option<u8>) -> Option<usize> {
    let table = std::fs::read_to_string(if address.is_ipv6() { "/proc/net/tcp6" } else { "/proc/net/tcp" }).ok()?;
    // The kernel prints words of four bytes, in the machine's byte order.
    let word = |word: &[u8]| format!("{:08X}", u32::from_ne_bytes([word[0], word[1], word[2], word[3]]));
    let words = |bytes: &[u8]| bytes.chunks(4).map(word).collect::<Vec<_>>().concat();
    let ip = match address.ip() {
        IpAddr::V4(ip) => words(&ip.octets()),
        IpAddr::V6(ip) => words(&ip.octets()),
    };
    let searched = format!("{ip}:{:04X}", address.port());
    // A table that changes while it is read may list a socket twice, so sockets are counted by their local address.
    let mut found = HashSet::new();
    for row in table.lines().skip(1) {
        let mut columns = row.split_whitespace().skip(1);
        let (local, remote, in_state) = (columns.next(), columns.next(), columns.next());
        let in_state = in_state.and_then(|state| u8::from_str_radix(state, 16).ok());
        if remote == Some(&searched) && (state.is_none() || state == in_state) {
            found.insert(local);
        }
    }
    Some(found.len())
}
