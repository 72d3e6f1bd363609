//! A port of this machine, first without and then with a server behind it.

use axum::Router;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpSocket;

/// A port that refuses connections: it is taken, so no other program gets it, and nobody listens.
pub(crate) struct Port(TcpSocket);

impl Port {
    pub(crate) fn refused() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
        Self(socket)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.local_addr().expect("it was bound"))
    }

    /// Spawns a server behind the port, in the runtime of the test.
    pub(crate) fn serve(self, router: Router) {
        let listener = self.0.listen(64).expect("it listens");
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
}

/// A client that asks no proxy, whatever the environment says.
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}
