//! A server on a folder of its own, and what it answers.

mod follower;
mod tools;
mod webdriver;

use control_plane::{Server, Settings};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, redirect};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::net::TcpListener;

pub(crate) use follower::Follower;
pub(crate) use tools::{Started, find, free_port, until};
pub(crate) use webdriver::Browser;

/// Two documents: a namespace, and a key.
pub(crate) const USERS: &str = "version = 3\n\n# Reads are repeated.\n[\"users.*\"]\nretry = \"3 attempts, no delay\"\n\n[users.get]\ntimeout = \"2s\"\n";
pub(crate) const ORDERS: &str =
    "{\n  \"version\": 7,\n  \"key\": \"orders.create\",\n  \"attempt_timeout\": \"800ms\"\n}\n";

/// A server, and the folder that it serves.
#[derive(Debug)]
pub(crate) struct Plane {
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
    http: Client,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|fault| panic!("{fault}: {}", self.text))
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_else(|| panic!("no error: {}", self.text)).to_owned()
    }
}

/// Starts a server at any port.
pub(crate) async fn serve(settings: Settings) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    Server::start(listener, settings).await.expect("a server")
}

/// A client that answers what it was answered, and goes nowhere else.
pub(crate) fn client() -> Client {
    Client::builder().no_proxy().redirect(redirect::Policy::none()).build().expect("a client")
}

impl Plane {
    pub(crate) async fn start() -> Self {
        Self::with(&[("users.toml", USERS), ("orders/create.json", ORDERS)], |settings| settings).await
    }

    pub(crate) async fn with(files: &[(&str, &str)], set: impl FnOnce(Settings) -> Settings) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a document");
        }
        let server = serve(set(Settings::folder(folder.path()))).await;
        Self { server, folder, http: client() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a document")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, "").await
    }

    /// Writes a document under the tag that it has.
    pub(crate) async fn put(&self, name: &str, text: &str) -> Answer {
        let path = format!("/documents/{name}");
        let tag = self.get(&path).await.header("etag").to_owned();
        self.send(Method::PUT, &path, &[("if-match", &tag)], text).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        send(&self.http, method, &self.url(path), headers, body).await
    }
}

/// Sends one request.
pub(crate) async fn send(http: &Client, method: Method, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = http.request(method, url).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("a text") }
}
