//! A policy server with a page to look at policies and edit them, on a folder of policy documents.
//!
//! Prints the address, and serves until Ctrl-C. In a browser you see the policies of all documents, each with its worst case: how many
//! attempts a call can make, and how long it can take. An edit shows its faults with their lines, or the difference, the worst case before
//! and after, and a button to confirm; it is written to the document itself. Programs read `/policies/users/get` (one key),
//! `/policies/users` (all of a namespace) or `/policies` (all), each with a tag, and wait for news by `Prefer: wait=30`:
//!
//! ```text
//! curl -i localhost:8420/policies/users/get
//! curl -i localhost:8420/policies -H 'prefer: wait=30' -H 'if-none-match: "TAG"'      # and save an edit meanwhile
//! ```
//!
//! `cargo run -p recourse-control-plane --bin story` plays a server, a client and an outage, and ends by itself.

mod arguments;

use control_plane::Server;
use std::error::Error;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (listen, settings) = arguments::read().unwrap_or_else(|fault| fault.exit());
    let listener = TcpListener::bind(listen).await.map_err(|fault| format!("cannot listen on {listen}: {fault}"))?;
    let server = Server::start(listener, settings).await?;
    println!("http://{}/", server.address());
    tokio::signal::ctrl_c().await?;
    server.stop().await?;
    Ok(())
}
