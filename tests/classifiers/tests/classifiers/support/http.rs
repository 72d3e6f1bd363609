//! HTTP servers, good and bad, and a client for them.

use axum::Router;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Redirect;
use axum::routing::{any, get};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// A server, and how many requests it has got.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<AtomicU32>,
}

impl Server {
    /// A server that is well, whatever it says: `/status/503`, `/seconds/429/2`, `/date/429/60` (seconds from now), `/round`.
    pub(crate) async fn start() -> Self {
        let requests = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&requests);
        let count = axum::middleware::from_fn(move |request: axum::extract::Request, next: axum::middleware::Next| {
            counted.fetch_add(1, Ordering::Relaxed);
            next.run(request)
        });
        let router = Router::new()
            .route("/status/{code}", any(status))
            .route("/seconds/{code}/{after}", any(seconds))
            .route("/date/{code}/{after}", any(date))
            .route("/text", get("no JSON"))
            .route("/round", get(async || Redirect::to("/round")))
            .route("/hangs", any(std::future::pending::<StatusCode>))
            .layer(count);
        let listener = listener().await;
        let url = url(&listener);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }
}

type Path<T> = axum::extract::Path<T>;

async fn status(axum::extract::Path(code): Path<u16>) -> StatusCode {
    StatusCode::from_u16(code).expect("a status")
}

async fn seconds(axum::extract::Path((code, after)): Path<(u16, String)>) -> (StatusCode, HeaderMap) {
    with_header(code, after)
}

async fn date(axum::extract::Path((code, after)): Path<(u16, u64)>) -> (StatusCode, HeaderMap) {
    with_header(code, http_date(SystemTime::now() + Duration::from_secs(after)))
}

fn with_header(code: u16, retry_after: String) -> (StatusCode, HeaderMap) {
    let value = retry_after.try_into().expect("a header");
    (StatusCode::from_u16(code).expect("a status"), HeaderMap::from_iter([(RETRY_AFTER, value)]))
}

/// A date of RFC 9110. Asctime's form, whose order is that of `date -u`, would do; this one is the usual.
fn http_date(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let output = std::process::Command::new("date")
        .args(["-u", "-d", &format!("@{seconds}"), "+%a, %d %b %Y %H:%M:%S GMT"])
        .env("LC_ALL", "C")
        .output();
    String::from_utf8(output.expect("date").stdout).expect("text").trim().to_owned()
}

/// A server that does this with each connection, once it has read the head of a request. Returns its URL.
pub(crate) async fn bad_server<F: Future<Output = ()> + Send>(
    then: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) -> String {
    let listener = listener().await;
    let url = url(&listener);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match connection.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            then(connection).await;
        }
    });
    url
}

/// A server that resets each connection after it has sent this much of an answer.
pub(crate) async fn resets_after(answer: &'static str) -> String {
    bad_server(move |mut connection| async move {
        connection.write_all(answer.as_bytes()).await.expect("a client");
        connection.flush().await.expect("a client");
        connection.set_zero_linger().expect("a socket");
    })
    .await
}

/// A server that sends this much of an answer, and never goes on.
pub(crate) async fn hangs_after(answer: &'static str) -> String {
    bad_server(move |mut connection| async move {
        connection.write_all(answer.as_bytes()).await.expect("a client");
        tokio::spawn(async move {
            let _ = connection.read_u8().await;
        });
    })
    .await
}

/// A server that speaks first, whatever the client is, and then listens for ever. Returns its port.
pub(crate) async fn speaks(text: &'static str) -> u16 {
    let listener = listener().await;
    let port = listener.local_addr().expect("it was bound").port();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.write_all(text.as_bytes()).await;
            kept.push(connection);
        }
    });
    port
}

/// The head of an answer, and half of its body.
pub(crate) const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf.";

pub(crate) async fn listener() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port")
}

fn url(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().expect("it was bound"))
}

/// A port that refuses connections: it is taken, so no other program gets it, and nobody listens.
pub(crate) struct Refused(TcpSocket);

impl Refused {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
        Self(socket)
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().expect("it was bound").port()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port())
    }
}

/// A client that asks no proxy, whatever the environment says, and trusts nobody but an authority without certificates.
pub(crate) fn client() -> reqwest::Client {
    builder().build().expect("a client")
}

pub(crate) fn builder() -> reqwest::ClientBuilder {
    // An error if another test was here before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = rcgen::generate_simple_self_signed(["authority.test".to_owned()]).expect("a certificate");
    let authority = reqwest::Certificate::from_der(authority.cert.der()).expect("a certificate");
    reqwest::Client::builder().no_proxy().tls_certs_only([authority])
}

/// A server behind TLS, with a certificate that nobody has signed but itself. Returns its URL.
pub(crate) async fn self_signed() -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).expect("a key of the certificate");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = listener().await;
    let port = listener.local_addr().expect("it was bound").port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            // The client hangs up.
            let _ = acceptor.accept(connection).await;
        }
    });
    format!("https://localhost:{port}/")
}
