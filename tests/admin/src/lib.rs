//! A server on the loopback interface, and a client that sends what it is told, byte by byte.

#![allow(clippy::missing_panics_doc, reason = "whatever is not as expected fails the test")]

use axum::Router;
use axum::http::request::Parts;
use recourse::admin::Admin;
use recourse::{CircuitPolicy, Executor, Key, Policy};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The header that the check of [`Server::with_writes`] asks for.
pub const TOKEN: &str = "authorization: Bearer of-the-team";
/// The header of every write.
pub const JSON: &str = "content-type: application/json";

/// A server of one executor, below `/resilience`. It ends with the runtime of its test.
#[derive(Debug)]
pub struct Server {
    /// The executor.
    pub executor: Executor,
    address: SocketAddr,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The lines before the body.
    pub head: String,
    /// The body, as it was sent.
    pub text: String,
}

impl Answer {
    /// The body, read as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|fault| panic!("{fault}: {}", self.text))
    }

    /// Why the request was refused.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_else(|| panic!("no error: {}", self.text)).to_owned()
    }
}

/// Allows requests with the [`TOKEN`].
///
/// # Errors
///
/// All others.
pub async fn on_call(request: Parts) -> Result<(), &'static str> {
    match request.headers.get("authorization") {
        Some(token) if token == "Bearer of-the-team" => Ok(()),
        _ => Err("this is for the team on call"),
    }
}

impl Server {
    /// Starts a server that changes nothing.
    pub async fn reads() -> Self {
        let executor = Executor::new();
        let admin = recourse::admin::router(&executor);
        Self::of(executor, admin).await
    }

    /// Starts a server for writes with the [`TOKEN`].
    pub async fn with_writes() -> Self {
        let executor = Executor::new();
        let admin = Admin::new(&executor).writes(on_call).router();
        Self::of(executor, admin).await
    }

    /// Starts a server of a router.
    pub async fn of(executor: Executor, admin: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().nest("/resilience", admin);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { executor, address }
    }

    /// Sends a request with these headers, `Host` and `Content-Length` besides.
    pub async fn send(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let host = format!("host: {}", self.address);
        let length = format!("content-length: {}", body.len());
        let headers = [&[host.as_str(), length.as_str()], headers].concat().join("\r\n");
        self.send_raw(&format!("{line} HTTP/1.1\r\n{headers}\r\nconnection: close\r\n\r\n{body}")).await
    }

    /// Reads a path below `/resilience`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET /resilience{path}"), &[], "").await
    }

    /// Writes as the team on call does.
    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(&format!("POST /resilience{path}"), &[JSON, TOKEN], body).await
    }

    /// Sends exactly this.
    pub async fn send_raw(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let (head, text) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head: head.to_ascii_lowercase(), text: text.to_owned() }
    }

    /// Makes a call of a key whose policy has a circuit. Returns what was told if it was refused.
    pub async fn call(&self, key: &str) -> Option<String> {
        let key: Key = key.parse().expect("a key");
        let policy = Policy::new().circuit(CircuitPolicy::failures(3));
        self.executor.call(key, policy, async || Ok::<_, String>(())).await.err()
    }
}
