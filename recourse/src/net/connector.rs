//! The connector: settings, and the race that makes a connection with them.
//!
//! # Design notes
//!
//! - A connection has no deadline by default, like tokio's. Callers who want one set it here, or have the timeout of a guarded
//!   function.
//! - Attempts are on the heap. 16 futures of sockets in the race would make the future of every caller large.

use super::attempts::{DEFAULTS, Settings};
use super::dial::{Dialer, TcpDialer};
use super::error::{ConnectError, Target};
use super::gaps::SHORTEST;
use super::host::Host;
use super::memory::Memory;
use super::order::Order;
use super::resolve::{Answer, Answers, Resolver, SystemResolver};
use crate::sync::Arc;
use std::net::SocketAddr;
use std::time::Duration;

/// Connects to hosts by Happy Eyeballs, with settings.
///
/// Clones share what they remember of addresses.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | [`attempt_delay`](Self::attempt_delay) | 250 ms | time between the starts of two attempts; 10 ms to 2 s (RFC 8305, section 5) |
/// | [`min_gap`](Self::min_gap) | 10 ms | least time between two starts, after a failure (RFC 8305, section 5, minimum) |
/// | [`resolution_delay`](Self::resolution_delay) | 50 ms | how long IPv4 addresses wait for IPv6 ones (RFC 8305, section 3) |
/// | [`first_family_count`](Self::first_family_count) | 1 | addresses of the first family before the other family's turn (RFC 8305, section 4) |
/// | [`max`](Self::max) | 16 | attempts at the same time |
/// | [`remember`](Self::remember) | 1024 | hosts of which is remembered which address won last, and which did not answer |
/// | [`remember_for`](Self::remember_for) | 10 min | how long that is remembered (RFC 6555, section 4.2) |
/// | [`deadline`](Self::deadline) | none | time for the whole connection, including the look-up |
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
///     .dialer(async |address: SocketAddr| {
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
pub struct Connector<R = SystemResolver, D = TcpDialer> {
    resolver: R,
    dialer: D,
    memory: Arc<Memory>,
    settings: Settings,
}

const LONGEST_ATTEMPT_DELAY: Duration = Duration::from_secs(2);
const REMEMBERED: usize = 1024;
const REMEMBERED_FOR: Duration = Duration::from_secs(600);

impl Connector {
    /// Makes a connector that asks the operating system for addresses and connects by TCP.
    pub fn new() -> Self {
        let memory = Arc::new(Memory::new(REMEMBERED, REMEMBERED_FOR));
        Self { resolver: SystemResolver, dialer: TcpDialer, memory, settings: DEFAULTS }
    }
}

impl Default for Connector {
    fn default() -> Self {
        Self::new()
    }
}

impl<R, D> Connector<R, D> {
    /// Replaces the resolver. The new connector remembers nothing.
    pub fn resolver<S: Resolver>(self, resolver: S) -> Connector<S, D> {
        let Self { resolver: _, dialer, memory, settings } = self;
        Connector { resolver, dialer, memory: Arc::new(memory.emptied()), settings }
    }

    /// Replaces the dialer, to set socket options, to connect through a proxy, or to connect over something that is no socket.
    /// The new connector remembers nothing.
    pub fn dialer<E: Dialer>(self, dialer: E) -> Connector<R, E> {
        let Self { resolver, dialer: _, memory, settings } = self;
        Connector { resolver, dialer, memory: Arc::new(memory.emptied()), settings }
    }

    /// Sets the time between the starts of two attempts while none fails. Clamped to between 10 ms and 2 s.
    ///
    /// Within a [`deadline`](Self::deadline) the time is shorter until both families have been tried: each address up to then
    /// gets an equal share of the time that is left, but at least 10 ms.
    pub fn attempt_delay(mut self, delay: Duration) -> Self {
        self.settings.attempt_delay = delay.clamp(SHORTEST, LONGEST_ATTEMPT_DELAY);
        self
    }

    /// Sets the least time between two starts of which a failure causes the later one.
    pub const fn min_gap(mut self, gap: Duration) -> Self {
        self.settings.min_gap = gap;
        self
    }

    /// Sets how long IPv4 addresses wait for the IPv6 answer of a resolver that asks [by family](Answers::by_family).
    ///
    /// The address that won last time does not wait.
    pub const fn resolution_delay(mut self, delay: Duration) -> Self {
        self.settings.resolution_delay = delay;
        self
    }

    /// Sets how many addresses of the first family are tried before the other family's turn. Zero counts as one.
    pub const fn first_family_count(mut self, count: usize) -> Self {
        self.settings.first_family_count = count;
        self
    }

    /// Sets how many attempts may run at the same time. Zero counts as one.
    ///
    /// While `attempts` of them run, the next address waits until one fails.
    pub const fn max(mut self, attempts: usize) -> Self {
        self.settings.max = attempts;
        self
    }

    /// Gives up after this time, which includes the look-up. The error says which attempts were still running, which addresses were
    /// not tried, and which look-up had no answer. If the time is zero, nothing is looked up or tried.
    ///
    /// A limit that stands around the connection, such as the `attempt_timeout` of a `#[resilient]` function, is not known here. If
    /// it is shorter than two attempt delays, set a deadline as well, so that the other family gets its turn.
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = Some(deadline);
        self
    }

    /// Sets for how many hosts the last winner is remembered: those connected to most recently. For as many hosts, addresses that
    /// did not answer are remembered. Zero remembers none.
    ///
    /// The new connector remembers nothing.
    pub fn remember(mut self, hosts: usize) -> Self {
        self.memory = Arc::new(Memory::new(hosts, self.memory.age()));
        self
    }

    /// Sets how long a winner is remembered, counted from its first win, and an address that did not answer, counted from the first
    /// attempt.
    ///
    /// The new connector remembers nothing.
    pub fn remember_for(mut self, age: Duration) -> Self {
        self.memory = Arc::new(Memory::new(self.memory.hosts(), age));
        self
    }

    /// Forgets the last winners of all hosts, and the addresses that did not answer, for all clones.
    ///
    /// Call this after the machine has moved to another network, where other addresses may be better.
    ///
    /// ```
    /// use recourse::net::Connector;
    /// use std::time::Duration;
    ///
    /// let connector = Connector::new()
    ///     .attempt_delay(Duration::from_millis(200))
    ///     .min_gap(Duration::from_millis(20))
    ///     .resolution_delay(Duration::from_millis(50))
    ///     .first_family_count(2)
    ///     .max(8)
    ///     .deadline(Duration::from_secs(3))
    ///     .remember(100)
    ///     .remember_for(Duration::from_secs(60));
    /// connector.forget(); // after the network has changed
    /// ```
    pub fn forget(&self) {
        self.memory.forget();
    }
}

impl<R: Resolver, D: Dialer> Connector<R, D> {
    /// Connects to a host, given as a name or as an IP address. An IPv6 address may be in brackets.
    ///
    /// The future is `Send` if the resolver and the dialer are `Sync`, and their futures and the stream are `Send`. Code that is
    /// generic over resolvers or dialers has no bound that says so of their futures. Box the dialer's future there, or spawn the
    /// call where the types are known.
    ///
    /// # Errors
    ///
    /// When no address could be connected to before the deadline, or the host has no address; see [`ConnectError`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops all attempts and their sockets at once.
    ///
    /// # Panics
    ///
    /// When the dialer or the resolver panics, and outside a tokio runtime, with tokio's message.
    pub async fn connect(&self, host: &str, port: u16) -> Result<D::Stream, ConnectError> {
        let target = || Target::Host { host: host.to_owned(), port };
        let name = match Host::parse(host) {
            // An address is not looked up, and so it has nothing to remember.
            Ok(Host::Address(address)) => return self.race_to([SocketAddr::new(address, port)], target).await,
            Ok(Host::Name(name)) => name,
            Err(why) => return Err(ConnectError::unasked(target(), why)),
        };
        let settings = self.settings;
        if settings.is_over() {
            return Err(ConnectError::over(target()));
        }
        let memory = self.memory.of(name, port, settings.patience());
        let order = match &memory {
            Some(memory) => memory.order(settings.first_family_count),
            None => Order::new(settings.first_family_count, None, Vec::new()),
        };
        let answers = self.resolver.resolve(name, port);
        let (record, raced) = settings.race(&self.dialer, memory.as_ref(), answers, order).await;
        let (address, stream) = raced.map_err(|lost| ConnectError::new(target(), record, lost))?;
        if let Some(memory) = memory {
            memory.won(address.ip());
        }
        Ok(stream)
    }
}

impl<R, D: Dialer> Connector<R, D> {
    /// Connects to one of these addresses. Their families take turns; the first address decides which family goes first.
    ///
    /// No resolver is asked, and no winner is remembered. Otherwise the same as [`connect`](Self::connect).
    ///
    /// ```
    /// use recourse::net::Connector;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// let addresses = ["[::1]:1".parse().unwrap(), listener.local_addr()?];
    /// let stream = Connector::new().connect_to(addresses).await?;
    /// assert_eq!(stream.peer_addr()?, addresses[1]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_to(&self, addresses: impl IntoIterator<Item = SocketAddr>) -> Result<D::Stream, ConnectError> {
        self.race_to(addresses, || Target::Addresses).await
    }

    async fn race_to(
        &self,
        addresses: impl IntoIterator<Item = SocketAddr>,
        target: impl FnOnce() -> Target,
    ) -> Result<D::Stream, ConnectError> {
        let mut order = Order::new(self.settings.first_family_count, None, Vec::new());
        order.add_sorted(addresses);
        let (record, raced) = self.settings.race(&self.dialer, None, Answers::<Never, Never>::none(), order).await;
        raced.map(|(_, stream)| stream).map_err(|lost| ConnectError::new(target(), record, lost))
    }
}

/// The type of an answer that no question was asked for.
type Never = std::future::Ready<Answer>;
