//! Resolvers: where the addresses of a host come from.
//!
//! # Design notes
//!
//! A resolver returns one or two answers, not a stream of addresses. RFC 8305 has two questions, the operating system has one, and
//! no resolver has more.

use pin_project_lite::pin_project;
use std::fmt;
use std::future::{Future, Ready};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// The answer to one question: addresses, best first. An empty list says that the host has no address of this family.
///
/// ```
/// use recourse::net::Answer;
///
/// let answer: Answer = Ok(vec!["127.0.0.1:80".parse().unwrap()]);
/// assert_eq!(answer.unwrap().len(), 1);
/// ```
pub type Answer = io::Result<Vec<SocketAddr>>;

/// Looks up the addresses of a host.
///
/// Neither a resolver nor its futures need be `Send`; see [`Connector::connect`](super::Connector::connect).
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
    /// Asks for the addresses of `host`, and puts `port` into them.
    ///
    /// `host` has no brackets, and is never an IP address, except for an IPv6 address with a zone (`fe80::1%eth0`).
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
    /// The answers that a [`Resolver`] waits for.
    ///
    /// ```
    /// use recourse::net::Answers;
    /// use std::future::ready;
    ///
    /// let v6 = ready(Ok(vec!["[::1]:80".parse().unwrap()]));
    /// let v4 = ready(Ok(vec!["127.0.0.1:80".parse().unwrap()]));
    /// let _two_questions = Answers::by_family(v6, v4);
    /// let _one_question = Answers::together(ready(Ok(vec!["127.0.0.1:80".parse().unwrap()])));
    /// ```
    pub struct Answers<V6, V4 = Ready<Answer>> {
        #[pin]
        v6: Option<V6>,
        #[pin]
        v4: Option<V4>,
        // The answer in `v6` has the addresses of both families, best first.
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
    /// Waits for two answers, to the questions AAAA and A, which are asked at the same time.
    ///
    /// RFC 8305 recommends this, because the answer that comes first is used first.
    pub const fn by_family(v6: V6, v4: V4) -> Self {
        Self { v6: Some(v6), v4: Some(v4), together: false }
    }
}

impl<Both: Future<Output = Answer>> Answers<Both> {
    /// Waits for one answer with the addresses of both families. Its first address decides which family goes first.
    pub const fn together(both: Both) -> Self {
        Self { v6: Some(both), v4: None, together: true }
    }
}

impl<V6: Future<Output = Answer>, V4: Future<Output = Answer>> Answers<V6, V4> {
    /// Waits for nothing, when addresses are given.
    pub(super) const fn none() -> Self {
        Self { v6: None, v4: None, together: false }
    }

    /// Returns true if the IPv6 addresses, or those of both families, may still come.
    pub(super) const fn waits_for_v6(&self) -> bool {
        self.v6.is_some()
    }

    /// Returns which addresses may still come; `None` if there are no more.
    pub(super) const fn waits_for(&self) -> Option<&'static str> {
        match (self.v6.is_some(), self.v4.is_some()) {
            (true, false) if !self.together => Some("IPv6 addresses"),
            (false, true) => Some("IPv4 addresses"),
            (false, false) => None,
            _ => Some("addresses"),
        }
    }

    /// Returns true if no answer is to come.
    pub(super) const fn is_empty(&self) -> bool {
        self.v6.is_none() && self.v4.is_none()
    }

    /// Polls for the next answer. Pending, too, if no answer is to come.
    pub(super) fn poll_answer(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let this = self.project();
        // If both answers are there, IPv6 comes first.
        match poll_once(this.v6, cx) {
            Poll::Ready(answer) => Poll::Ready(answer),
            Poll::Pending => poll_once(this.v4, cx),
        }
    }
}

/// Polls a future that is dropped when it is ready.
fn poll_once<F: Future>(mut future: Pin<&mut Option<F>>, cx: &mut Context<'_>) -> Poll<F::Output> {
    let Some(running) = future.as_mut().as_pin_mut() else { return Poll::Pending };
    let output = ready!(running.poll(cx));
    future.set(None);
    Poll::Ready(output)
}

/// Asks the operating system, which returns both families in one answer, sorted by RFC 6724.
///
/// The system's call blocks one of tokio's threads for blocking work. A look-up whose future is dropped ends in that thread by
/// itself.
///
/// ```
/// use recourse::net::{Connector, SystemResolver};
///
/// let connector = Connector::new().resolver(SystemResolver);
/// # let _ = connector;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: &str, port: u16) -> Answers<impl Future<Output = Answer>, impl Future<Output = Answer>> {
        Answers::together(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}
