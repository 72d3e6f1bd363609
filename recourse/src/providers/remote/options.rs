//! The options of a remote provider that concern time and the way to the control plane.

use super::builder::{RemoteProviderBuilder, sensible};
use super::error::option;
use super::secret::Secret;
use std::time::Duration;

/// Time. All times are held between 10 ms and a day.
///
/// ```
/// use recourse::providers::RemoteProvider;
/// use std::time::Duration;
///
/// let (ms, s) = (Duration::from_millis, Duration::from_secs);
/// let remote = RemoteProvider::builder("https://control.example.com/policies/{namespace}")
///     .first_fetch_within(s(1))
///     .ttl(s(120))
///     .negative_ttl(s(300))
///     .backoff(s(2), s(120))
///     .timeout(s(5))
///     .connect_timeout(ms(500))
///     .long_poll(s(55));
/// # let _ = remote;
/// ```
impl RemoteProviderBuilder {
    /// Sets the mean time between two fetches of a document: by default 30 s. Each fetch is drawn from a half to one and a half of it, so that
    /// a fleet does not ask in step. A server that says `Cache-Control: max-age` is asked less often, and at least every hour.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.timing.interval = sensible(interval);
        self
    }

    /// Sets the time within which the first fetch of a document begins, after the start or the first call that asks for it: by default the
    /// [interval](Self::interval), so that a fleet that starts at once does not ask at once. Zero fetches at once.
    pub fn first_fetch_within(mut self, time: Duration) -> Self {
        self.timing.first_within = Some(time.min(sensible(Duration::MAX)));
        self
    }

    /// Sets how long a document counts as fresh after the control plane has confirmed it: by default three [intervals](Self::interval). After
    /// that, and after a failure, it stays in force and is marked as stale.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.timing.ttl = Some(sensible(ttl));
        self
    }

    /// Sets the mean time for which it is believed that the control plane has no document (404, 410): by default the
    /// [interval](Self::interval).
    pub fn negative_ttl(mut self, ttl: Duration) -> Self {
        self.timing.negative_ttl = Some(sensible(ttl));
        self
    }

    /// Sets how long a document is used that the control plane no longer confirms. After that calls are as if it had never been fetched. By
    /// default there is no limit: an old policy of an operator is nearer to what is wanted than none.
    pub fn max_staleness(mut self, limit: Duration) -> Self {
        self.timing.max_staleness = Some(limit.max(sensible(Duration::ZERO)));
        self
    }

    /// Sets the first and the longest delay after failures: by default 1 s and 60 s. The delay doubles with each failure in a row, and is
    /// drawn from a half of that to all of it.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        let first = sensible(first);
        self.timing.backoff = (first, sensible(longest).max(first));
        self
    }

    /// Sets how long a fetch may take, from the connection to the last byte: by default 3 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timing.timeout = sensible(timeout);
        self
    }

    /// Sets how long making a connection may take: by default 1 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = sensible(timeout);
        self
    }

    /// Sets for how long a server may hold an answer back until there is something new: by default 25 s. Only a server that says that it can is
    /// asked to. `None` polls in any case.
    pub fn long_poll(mut self, wait: impl Into<Option<Duration>>) -> Self {
        // In whole seconds, as the header has it.
        let whole = |wait: Duration| Duration::from_secs(wait.as_secs().clamp(1, 60 * 60));
        self.timing.wait = wait.into().map(whole);
        self
    }
}

/// The way to the control plane. What is set here is secret, and over plain HTTP only sent to this machine.
///
/// ```no_run
/// use recourse::providers::RemoteProvider;
///
/// # fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let remote = RemoteProvider::builder("https://control.example.com/policies/{namespace}")
///     .header("x-team", "shop")
///     .client_certificate(std::fs::read_to_string("client.pem")?)
///     .root_certificates(std::fs::read("ca.pem")?)
///     .proxy_from_environment()
///     .start()?;
/// # let _ = remote;
/// # Ok(())
/// # }
/// ```
impl RemoteProviderBuilder {
    /// Sets a token that is sent as `authorization: Bearer ..`.
    pub fn bearer_token(self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        self.header("authorization", Secret::new(format!("Bearer {}", token.expose())))
    }

    /// Adds a header that is sent with each request. Its value is never shown.
    pub fn header(mut self, name: &str, value: impl Into<Secret>) -> Self {
        if let Err(fault) = self.http.add_header(name, value.into()) {
            self.fault.get_or_insert(fault);
        }
        self
    }

    /// Sets a certificate of the client and its private key, both in PEM.
    pub fn client_certificate(mut self, pem: impl Into<Secret>) -> Self {
        self.http.identity = Some(pem.into());
        self
    }

    /// Trusts these certificates in PEM, and no others. By default those of the operating system are trusted.
    pub fn root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        match reqwest::Certificate::from_pem_bundle(pem.as_ref()) {
            Ok(roots) if !roots.is_empty() => self.http.roots = Some(roots),
            _ => {
                let says = "root_certificates: there is no certificate in PEM; give what begins with `-----BEGIN CERTIFICATE-----`";
                self.fault.get_or_insert_with(|| option(says));
            }
        }
        self
    }

    /// Refuses a control plane at an address of this machine or link: loopback, link-local (where clouds have their metadata service) or unspecified,
    /// and the metadata services that have addresses elsewhere. A name is resolved for each connection, and only its other addresses are used, so a name
    /// server cannot lead there later. By default such addresses are allowed, since a control plane beside the program is a good one. A proxy resolves
    /// names itself, so this excludes [`Self::proxy_from_environment`].
    ///
    /// ```
    /// use recourse::providers::RemoteProvider;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = RemoteProvider::builder("http://169.254.169.254/{namespace}").refuse_local_addresses(true).start().unwrap_err();
    /// assert!(error.to_string().contains("169.254.169.254"));
    /// # }
    /// ```
    pub fn refuse_local_addresses(mut self, refuse: bool) -> Self {
        self.http.refuses_local = refuse;
        self
    }

    /// Uses the proxy that the environment names (`HTTPS_PROXY` and the like). By default there is none, since a variable is easily set.
    pub fn proxy_from_environment(mut self) -> Self {
        self.http.proxy_from_environment = true;
        self
    }
}
