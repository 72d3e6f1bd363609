//! Where addresses come from.

use pin_project_lite::pin_project;
use std::fmt;
use std::future::{Future, Ready};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// What a question was answered with: addresses, best first; none where the host has none of this family.
pub type Answer = io::Result<Vec<SocketAddr>>;

/// Looks up the addresses of a host.
///
/// Nothing has to be `Send` here; see [`Connector::connect`](super::Connector::connect).
///
/// ```
/// use recourse::net::{Answer, Answers, Connector, Resolver};
/// use std::future::Future;
/// use std::net::{Ipv4Addr, SocketAddr};
///
/// struct Everything(Ipv4Addr);
///
/// impl Resolver for Everything {
///     fn resolve(&self, _: &str, port: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
///         let address = SocketAddr::from((self.0, port));
///         Answers::by_family(async { Ok(Vec::new()) }, async move { Ok(vec![address]) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let connector = Connector::new().resolver(Everything(Ipv4Addr::LOCALHOST)).dialer(async |address| Ok(address));
/// assert_eq!(connector.connect("example.org", 443).await.unwrap().to_string(), "127.0.0.1:443");
/// # }
/// ```
pub trait Resolver {
    /// Asks for the addresses of `host`, with `port` in them. Never called for a host that is an IP address, unless it has a zone
    /// (`fe80::1%eth0`); never with brackets.
    fn resolve(&self, host: &str, port: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>>;
}

impl<R: Resolver> Resolver for &R {
    fn resolve(&self, host: &str, port: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        (**self).resolve(host, port)
    }
}

impl<R: Resolver> Resolver for Arc<R> {
    fn resolve(&self, host: &str, port: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        (**self).resolve(host, port)
    }
}

pin_project! {
    /// The questions that a [`Resolver`] has asked.
    pub struct Answers<V6, V4 = Ready<Answer>> {
        #[pin]
        v6: Option<V6>,
        #[pin]
        v4: Option<V4>,
        // One answer has the addresses of both families, best first.
        pub(super) together: bool,
    }
}

impl<V6, V4> fmt::Debug for Answers<V6, V4> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers")
            .field("v6", &self.v6.is_some())
            .field("v4", &self.v4.is_some())
            .finish_non_exhaustive()
    }
}

impl<V6: Future<Output = Answer>, V4: Future<Output = Answer>> Answers<V6, V4> {
    /// Two questions, AAAA and A, that are asked at the same time. This is what RFC 8305 wants: the answer that comes first is
    /// used first.
    pub const fn by_family(v6: V6, v4: V4) -> Self {
        Self { v6: Some(v6), v4: Some(v4), together: false }
    }
}

impl<Both: Future<Output = Answer>> Answers<Both> {
    /// One question for the addresses of both families. Its answer says by its first address which family goes first.
    pub const fn together(both: Both) -> Self {
        Self { v6: Some(both), v4: None, together: true }
    }
}

impl<V6: Future<Output = Answer>, V4: Future<Output = Answer>> Answers<V6, V4> {
    /// What there is to answer where nothing was asked.
    pub(super) const fn none() -> Self {
        Self { v6: None, v4: None, together: false }
    }

    /// The IPv6 addresses, or those of both families, may still come.
    pub(super) const fn waits_for_v6(&self) -> bool {
        self.v6.is_some()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.v6.is_none() && self.v4.is_none()
    }

    /// The next answer; pending also where there is none to come.
    pub(super) fn poll_answer(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let mut this = self.project();
        if let Some(v6) = this.v6.as_mut().as_pin_mut()
            && let Poll::Ready(answer) = v6.poll(cx)
        {
            this.v6.set(None);
            return Poll::Ready(answer);
        }
        if let Some(v4) = this.v4.as_mut().as_pin_mut()
            && let Poll::Ready(answer) = v4.poll(cx)
        {
            this.v4.set(None);
            return Poll::Ready(answer);
        }
        Poll::Pending
    }
}

/// The resolver of the operating system, which gives both families in one answer, sorted as RFC 6724 says.
///
/// It waits in a thread of tokio's for blocking work. A question that nobody waits for any more ends there by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: &str, port: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        Answers::together(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}
