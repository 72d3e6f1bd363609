//! `net::connect`, Happy Eyeballs by RFC 8305: on paused time with a resolver and a dialer of the test's own, and on sockets.

mod connections;
mod deadlines;
mod dropped;
mod failures;
mod many;
mod memory;
mod resolution;
mod sockets;

use recourse::net::{Answer, Answers, Connector, Dialer, Resolver};
use recourse_tests::{ms, wait};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// `6a` and `4b` are addresses: of this family, with this letter in the place of their last part.
fn address(name: &str) -> SocketAddr {
    let last = name.as_bytes()[1];
    let text = if name.starts_with('6') { format!("[2001:db8::{last:x}]:443") } else { format!("192.0.2.{last}:443") };
    text.parse().expect("an address")
}

fn name(address: SocketAddr) -> String {
    let last = match address {
        SocketAddr::V6(v6) => *v6.ip().octets().last().expect("16"),
        SocketAddr::V4(v4) => v4.ip().octets()[3],
    };
    format!("{}{}", if address.is_ipv6() { 6 } else { 4 }, char::from(last))
}

fn addresses(names: &str) -> Vec<SocketAddr> {
    names.split_whitespace().map(address).collect()
}

/// What a question is answered with, and after how many milliseconds.
type Script = (u64, Result<&'static str, io::ErrorKind>);

async fn answer((after, names): Script) -> Answer {
    tokio::time::sleep(ms(after)).await;
    names.map(addresses).map_err(Into::into)
}

/// Two questions.
#[derive(Clone, Copy)]
struct ByFamily {
    v6: Script,
    v4: Script,
}

impl Resolver for ByFamily {
    fn resolve(&self, _: &str, _: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        Answers::by_family(answer(self.v6), answer(self.v4))
    }
}

/// One question.
#[derive(Clone, Copy)]
struct Together(Script);

impl Resolver for Together {
    fn resolve(&self, _: &str, _: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        Answers::together(answer(self.0))
    }
}

/// What an address does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Connects(u64),
    Refuses(u64),
    Nothing,
}

use Does::{Connects, Nothing, Refuses};

/// A network: what each address does, and which attempts there were.
#[derive(Clone)]
struct Network {
    hosts: Arc<Mutex<Vec<(&'static str, Does)>>>,
    start: Arc<Mutex<Instant>>,
    attempts: Arc<Mutex<Vec<(String, u64)>>>,
    open: Arc<AtomicUsize>,
}

impl Network {
    fn new(hosts: &[(&'static str, Does)]) -> Self {
        let start = Arc::new(Mutex::new(Instant::now()));
        Self { hosts: Arc::new(Mutex::new(hosts.to_vec())), start, attempts: Arc::default(), open: Arc::default() }
    }

    fn set(&self, hosts: &[(&'static str, Does)]) {
        *self.hosts.lock().unwrap() = hosts.to_vec();
    }

    async fn attempt(&self, address: SocketAddr) -> io::Result<String> {
        let _open = Open::new(&self.open);
        let name = name(address);
        self.attempts.lock().unwrap().push((name.clone(), elapsed(*self.start.lock().unwrap())));
        let does = self.hosts.lock().unwrap().iter().find(|(host, _)| *host == name).map_or(Nothing, |(_, does)| *does);
        match does {
            Nothing => std::future::pending().await,
            Connects(after) => {
                wait(after).await;
                Ok(name)
            }
            Refuses(after) => {
                wait(after).await;
                Err(io::ErrorKind::ConnectionRefused.into())
            }
        }
    }

    /// The attempts since the last look: which address, and when it was tried.
    fn attempts(&self) -> Vec<(String, u64)> {
        *self.start.lock().unwrap() = Instant::now();
        std::mem::take(&mut self.attempts.lock().unwrap())
    }

    /// Attempts that run.
    fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }
}

/// An attempt that runs.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn elapsed(since: Instant) -> u64 {
    since.elapsed().as_millis().try_into().expect("not that long")
}

impl Dialer for Network {
    type Stream = String;

    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<String>> {
        self.attempt(address)
    }
}

/// A connector for this network.
fn connector<R: Resolver>(resolver: R, network: &Network) -> Connector<R, Network> {
    Connector::new().resolver(resolver).dialer(network.clone())
}

/// Connects with this answer, in a network that does this: which address won, and which were tried when.
async fn race(answer: &'static str, hosts: &[(&'static str, Does)]) -> (Option<String>, Vec<(String, u64)>) {
    let network = Network::new(hosts);
    let won = connector(Together((0, Ok(answer))), &network).connect("host.example", 443).await.ok();
    assert_eq!(network.open(), 0, "no attempt is left");
    (won, network.attempts())
}

fn tried(attempts: &[(&str, u64)]) -> Vec<(String, u64)> {
    attempts.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect()
}

const SECOND: Duration = Duration::from_secs(1);
