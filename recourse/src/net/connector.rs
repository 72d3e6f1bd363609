//! Settings, and a connection made with them.

use super::addresses::{Addresses, Record};
use super::dial::{Dialler, TcpDialler};
use super::error::ConnectError;
use super::order::Order;
use super::resolve::{Answer, Answers, Resolver, SystemResolver};
use super::winners::Winners;
use crate::race::race_from;
use crate::sync::{Arc, Mutex, PoisonError};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Connects to hosts by Happy Eyeballs, with settings. Clones share what they know of last winners.
///
/// | | default | |
/// |---|---|---|
/// | [`attempt_delay`](Self::attempt_delay) | 250 ms | between two attempts; 10 ms to 2 s (RFC 8305, section 5) |
/// | [`min_gap`](Self::min_gap) | 10 ms | between two attempts where the first one has failed (RFC 8305, section 5, minimum) |
/// | [`resolution_delay`](Self::resolution_delay) | 50 ms | that IPv4 addresses wait for IPv6 ones (RFC 8305, section 3) |
/// | [`first_family_count`](Self::first_family_count) | 1 | addresses of the first family before the other one's turn (RFC 8305, section 4) |
/// | [`max`](Self::max) | 16 | attempts at the same time |
/// | [`remember`](Self::remember) | 1024 | hosts whose last winner is remembered |
/// | [`deadline`](Self::deadline) | none | of the whole connection, the look-up included |
///
/// ```
/// use recourse::net::{Answers, Connector};
/// use std::net::SocketAddr;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), recourse::net::ConnectError> {
/// # use recourse::net::{Answer, Resolver};
/// # use std::future::Future;
/// # struct Both;
/// # impl Resolver for Both {
/// #     fn resolve(&self, _: &str, port: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
/// #         Answers::together(async move {
/// #             Ok(vec![SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], port)), SocketAddr::from(([127, 0, 0, 1], port))])
/// #         })
/// #     }
/// # }
/// let connector = Connector::new()
///     .deadline(Duration::from_secs(5))
///     .resolver(Both)
///     .dialler(async |address: SocketAddr| {
///         if address.is_ipv6() {
///             std::future::pending::<()>().await;
///         }
///         Ok(address)
///     });
/// let start = tokio::time::Instant::now();
/// assert_eq!(connector.connect("example.org", 443).await?, "127.0.0.1:443".parse().unwrap());
/// assert_eq!(start.elapsed(), Duration::from_millis(250));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a connector does nothing until it connects"]
pub struct Connector<R = SystemResolver, D = TcpDialler> {
    resolver: R,
    dialler: D,
    winners: Arc<Winners>,
    settings: Settings,
}

#[derive(Clone, Copy, Debug)]
struct Settings {
    attempt_delay: Duration,
    min_gap: Duration,
    resolution_delay: Duration,
    first_family_count: usize,
    max: usize,
    deadline: Option<Duration>,
}

const DEFAULTS: Settings = Settings {
    attempt_delay: Duration::from_millis(250),
    min_gap: Duration::from_millis(10),
    resolution_delay: Duration::from_millis(50),
    first_family_count: 1,
    max: 16,
    deadline: None,
};
const SHORTEST_ATTEMPT_DELAY: Duration = Duration::from_millis(10);
const LONGEST_ATTEMPT_DELAY: Duration = Duration::from_secs(2);
const REMEMBERED: usize = 1024;

impl Connector {
    /// With the resolver of the operating system, over TCP.
    pub fn new() -> Self {
        let winners = Arc::new(Winners::new(REMEMBERED));
        Self { resolver: SystemResolver, dialler: TcpDialler, winners, settings: DEFAULTS }
    }
}

impl Default for Connector {
    fn default() -> Self {
        Self::new()
    }
}

impl<R, D> Connector<R, D> {
    /// Looks hosts up in another way.
    pub fn resolver<S: Resolver>(self, resolver: S) -> Connector<S, D> {
        let Self { resolver: _, dialler, winners, settings } = self;
        Connector { resolver, dialler, winners, settings }
    }

    /// Connects to addresses in another way: with socket options, through TLS, or over something that is no socket.
    pub fn dialler<E: Dialler>(self, dialler: E) -> Connector<R, E> {
        let Self { resolver, dialler: _, winners, settings } = self;
        Connector { resolver, dialler, winners, settings }
    }

    /// How long after an attempt the next one starts where none has failed; at least 10 ms, at most 2 s.
    pub fn attempt_delay(mut self, delay: Duration) -> Self {
        self.settings.attempt_delay = delay.clamp(SHORTEST_ATTEMPT_DELAY, LONGEST_ATTEMPT_DELAY);
        self
    }

    /// The least time between the starts of two attempts where the later one starts because one has failed.
    pub const fn min_gap(mut self, gap: Duration) -> Self {
        self.settings.min_gap = gap;
        self
    }

    /// How long IPv4 addresses wait for the answer to the IPv6 question, where a resolver asks [by
    /// family](Answers::by_family). An address that won last time does not wait.
    pub const fn resolution_delay(mut self, delay: Duration) -> Self {
        self.settings.resolution_delay = delay;
        self
    }

    /// How many addresses of the first family are tried before the other family's turn; 0 counts as 1.
    pub const fn first_family_count(mut self, count: usize) -> Self {
        self.settings.first_family_count = count;
        self
    }

    /// How many attempts may run at the same time; 0 counts as 1. Where all have their black hole, the next address waits until
    /// one fails.
    pub const fn max(mut self, attempts: usize) -> Self {
        self.settings.max = attempts;
        self
    }

    /// Ends a connection so long after its begin, the look-up included, with an error that tells what was still running.
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = Some(deadline);
        self
    }

    /// Of how many hosts the last winner is remembered, those connected to most recently; 0 for none. Forgets all there are.
    pub fn remember(mut self, hosts: usize) -> Self {
        self.winners = Arc::new(Winners::new(hosts));
        self
    }
}

impl<R: Resolver, D: Dialler> Connector<R, D> {
    /// Connects to a host, which is a name or an IP address (IPv6 also in brackets).
    ///
    /// The future is `Send` where those of the resolver and the dialler are.
    ///
    /// # Errors
    ///
    /// When no address could be connected to before the deadline, or the host has none; see [`ConnectError`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops all attempts, at once, and with them their sockets.
    ///
    /// # Panics
    ///
    /// When the dialler or the resolver does; and outside a tokio runtime, in tokio's words.
    pub async fn connect(&self, host: &str, port: u16) -> Result<D::Stream, ConnectError> {
        let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse::<IpAddr>();
        if let Ok(address) = literal {
            return self.race(Answers::<Asked, Asked>::none(), Some(address), host, port).await;
        }
        if let Some(why) = no_name(host) {
            return Err(ConnectError::unasked(host, port, why));
        }
        self.race(self.resolver.resolve(host, port), None, host, port).await
    }

    async fn race<V6, V4>(
        &self,
        answers: Answers<V6, V4>,
        literal: Option<IpAddr>,
        host: &str,
        port: u16,
    ) -> Result<D::Stream, ConnectError>
    where
        V6: Future<Output = Answer>,
        V4: Future<Output = Answer>,
    {
        let settings = self.settings;
        let winner = if literal.is_none() { self.winners.get(host) } else { None };
        let mut order = Order::new(settings.first_family_count, winner);
        order.add(literal.map(|address| SocketAddr::new(address, port)));
        let record = Mutex::new(Record::default());
        let addresses = Addresses::new(answers, order, settings.resolution_delay, &record);
        let dial = |address| async move { self.dialler.dial(address).await.map(|stream| (address, stream)) };
        let raced = race_from(addresses, dial, settings.max)
            .stagger(settings.attempt_delay)
            .min_gap(settings.min_gap)
            .until(settings.deadline)
            .await;
        match raced {
            Ok((address, stream)) => {
                if literal.is_none() {
                    self.winners.won(host, address.ip());
                }
                Ok(stream)
            }
            Err(lost) => {
                self.winners.lost(host);
                let record = record.into_inner().unwrap_or_else(PoisonError::into_inner);
                Err(ConnectError::new(host, port, record, lost))
            }
        }
    }
}

/// The questions about a host that is an address: none.
type Asked = std::future::Ready<Answer>;

/// Why this can be no host.
fn no_name(host: &str) -> Option<io::Error> {
    let why = if host.is_empty() {
        "the host is empty: write a name or an IP address".to_owned()
    } else if let Some((name, port)) = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()) {
        format!("the host `{host}` has a port in it: write `connect({name:?}, {port})`")
    } else if host.contains("://") || host.contains('/') {
        format!("the host `{host}` is a URL: write its host only, such as `example.org`")
    } else {
        return None;
    };
    Some(io::Error::new(io::ErrorKind::InvalidInput, why))
}
