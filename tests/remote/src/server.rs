//! A real HTTP server on loopback that does with a connection whatever a test asks: raw, since a proper one would be too polite.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server does next with a connection.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends bytes, one a second.
    Drip(Vec<u8>),
    /// Sends the same bytes until nobody takes them.
    Flood(Vec<u8>),
    /// Does nothing any more, and keeps the connection.
    Hang,
    /// Resets the connection.
    Reset,
    /// Closes the connection.
    Close,
}

type Script = Arc<dyn Fn(&str) -> Vec<Step> + Send + Sync>;

/// The server. It ends with the runtime.
#[derive(Clone)]
pub struct Server {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Starts a server that answers as the script says, given the head of a request.
    pub async fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::run(None, script).await
    }

    /// Starts one that speaks TLS.
    pub async fn start_tls(acceptor: TlsAcceptor, script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::run(Some(acceptor), script).await
    }

    async fn run(acceptor: Option<TlsAcceptor>, script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let script: Script = Arc::new(script);
        let server = Self { address, script: Arc::new(Mutex::new(script)), heads: Arc::default() };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, acceptor) = (accepting.clone(), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => server.serve_plain(stream).await,
                        // Whoever does not trust the certificate goes away here.
                        Some(acceptor) => {
                            if let Ok(mut stream) = acceptor.accept(stream).await {
                                server.serve(&mut stream).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    /// Replaces the script.
    pub fn answers(&self, script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(script);
    }

    /// The port on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of all requests so far.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn serve_plain(&self, mut stream: TcpStream) {
        if self.serve(&mut stream).await {
            // With nothing to linger for, closing is a reset.
            let _ = stream.set_zero_linger();
        }
    }

    /// Answers requests of a connection until it is closed. Returns true if it is to be reset.
    async fn serve(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> bool {
        while let Some(head) = head_of(stream).await {
            self.heads.lock().unwrap_or_else(PoisonError::into_inner).push(head.clone());
            let script = self.script.lock().unwrap_or_else(PoisonError::into_inner).clone();
            for step in script(&head) {
                let sent = match step {
                    Step::Send(bytes) => stream.write_all(&bytes).await,
                    Step::Drip(bytes) => drip(stream, &bytes).await,
                    Step::Flood(bytes) => loop {
                        if let Err(error) = stream.write_all(&bytes).await {
                            break Err(error);
                        }
                    },
                    Step::Hang => std::future::pending().await,
                    Step::Reset => return true,
                    Step::Close => return false,
                };
                if sent.is_err() {
                    return false;
                }
            }
        }
        false
    }
}

async fn drip(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await?;
        stream.flush().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

/// Reads the head of a request; `None` at the end of the connection.
async fn head_of(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// A proper answer: a status with headers and a body, and its length.
#[must_use]
pub fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    vec![Step::Send([head.as_bytes(), body].concat())]
}
