//! The policy server of the story, and the edits of somebody who has a client for HTTP.

use control_plane::{Server, Settings};
use serde_json::Value;
use std::error::Error;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The server, its folder, and its address, which stays the same.
#[derive(Debug)]
pub(crate) struct Control {
    server: Option<Server>,
    folder: TempDir,
    address: SocketAddr,
    http: reqwest::Client,
}

impl Control {
    pub(crate) async fn start(users: &str) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("policies"))?;
        fs::write(folder.path().join("policies/users.toml"), users)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, http) = (listener.local_addr()?, reqwest::Client::builder().no_proxy().build()?);
        let server = Server::start(listener, Settings::folder(folder.path().join("policies"))).await?;
        Ok(Self { server: Some(server), folder, address, http })
    }

    /// The URL for programs: one document for each namespace.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/policies/{{namespace}}", self.address)
    }

    /// A place for the snapshot of a program.
    pub(crate) fn snapshot(&self) -> PathBuf {
        self.folder.path().join("snapshot")
    }

    /// Saves a text under the tag that the document has, and returns the new version, or the first fault.
    pub(crate) async fn edit(&self, text: &str) -> Result<Result<Value, String>, Box<dyn Error>> {
        let document = format!("http://{}/documents/users.toml", self.address);
        let read = self.http.get(&document).send().await?;
        let tag = read.headers().get("etag").ok_or("the document has no tag")?.clone();
        let answer = self.http.put(&document).header("if-match", tag).body(text.to_owned()).send().await?;
        let is_saved = answer.status().is_success();
        let said: Value = serde_json::from_str(&answer.text().await?)?;
        let fault = &said["faults"][0];
        Ok(if is_saved {
            Ok(said["version"].clone())
        } else {
            let place = format!("{}:{}:{}", text_of(&fault["document"]), fault["line"], fault["column"]);
            Err(format!("{place}: [{}] {}", text_of(&fault["key"]), text_of(&fault["message"])))
        })
    }

    /// Ends the server: nobody listens at its address any more.
    pub(crate) async fn stop(&mut self) -> Result<(), Box<dyn Error>> {
        if let Some(server) = self.server.take() {
            server.stop().await?;
        }
        Ok(())
    }

    /// Starts another server at the same address. All that it knows is in the folder.
    pub(crate) async fn start_again(&mut self) -> Result<(), Box<dyn Error>> {
        let listener = TcpListener::bind(self.address).await?;
        let folder: &Path = self.folder.path();
        self.server = Some(Server::start(listener, Settings::folder(folder.join("policies"))).await?);
        Ok(())
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
