//! A redis of the tests' own.

use super::process::{Process, tool, wait_for};
use redis::aio::MultiplexedConnection;
use redis::{Client, Cmd, RedisError, RedisResult, Value};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

pub(crate) struct Redis {
    process: Process,
    /// Those of a node of a cluster: for clients, and for other nodes.
    ports: Option<[u16; 2]>,
}

impl Redis {
    /// Starts a server on a Unix socket. `None` if there is none on this machine, and the test is over.
    pub(crate) async fn start(arguments: &str) -> Option<Self> {
        let server = Self::run(arguments)?;
        wait_for("redis", async || server.ask("PING").await.ok()).await;
        Some(server)
    }

    /// The same, without waiting until it serves.
    pub(crate) fn run(arguments: &str) -> Option<Self> {
        Self::prepared("true", arguments)
    }

    /// The same, after a command in the folder of the server.
    pub(crate) fn prepared(before: &str, arguments: &str) -> Option<Self> {
        let program = tool("redis-server", "redis-server", &[])?;
        let script = format!(
            "{before}\n\"{}\" --port 0 --unixsocket redis.sock --save '' {arguments} >/dev/null &",
            program.display()
        );
        Some(Self { process: Process::start(None, &script), ports: None })
    }

    /// Starts a node of a cluster: these have no Unix sockets for each other, so they get ports that are free just now.
    pub(crate) async fn node() -> Option<Self> {
        let program = tool("redis-server", "redis-server", &[])?;
        let ports @ [port, bus] = free_ports();
        let script = format!(
            "\"{}\" --bind 127.0.0.1 --port {port} --cluster-port {bus} --cluster-enabled yes --save '' >/dev/null &",
            program.display()
        );
        let server = Self { process: Process::start(None, &script), ports: Some(ports) };
        wait_for("a node of redis", async || server.ask("PING").await.ok()).await;
        Some(server)
    }

    pub(crate) fn url(&self) -> String {
        match self.ports {
            Some([port, _]) => format!("redis://127.0.0.1:{port}/"),
            None => format!("redis+unix://{}", self.process.folder.join("redis.sock").display()),
        }
    }

    /// The ports of a node, for clients and for other nodes.
    pub(crate) fn ports(&self) -> [u16; 2] {
        self.ports.expect("a node")
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.process.folder
    }

    pub(crate) async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        Client::open(self.url())?.get_multiplexed_async_connection().await
    }

    /// Sends one command, its words between spaces, over a connection of its own.
    pub(crate) async fn ask(&self, command: &str) -> RedisResult<Value> {
        words(command).query_async(&mut self.connect().await?).await
    }

    /// The error that a command is answered with.
    pub(crate) async fn error(&self, command: &str) -> RedisError {
        self.ask(command).await.expect_err(command)
    }
}

/// A command of these words.
pub(crate) fn words(command: &str) -> Cmd {
    let mut words = command.split(' ');
    let mut cmd = redis::cmd(words.next().expect("a command"));
    cmd.arg(words.collect::<Vec<_>>());
    cmd
}

fn free_ports() -> [u16; 2] {
    let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let both = [free(), free()];
    both.map(|listener| listener.local_addr().expect("an address").port())
}
