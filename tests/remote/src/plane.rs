//! A control plane that is a script, for tests on paused time.

use recourse::providers::remote::{FetchAnswer, FetchFuture, FetchRequest, RemoteError, RemoteErrorKind, Transport};
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// What the plane answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A document, with the tag of its text.
    Document(String),
    /// A status without a body, and perhaps a `Retry-After`.
    Status(u16, Option<Duration>),
    /// The connection is refused.
    Refused,
    /// Nothing, ever.
    Hangs,
    /// A panic.
    Panics,
}

/// A question that was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// When.
    pub at: Instant,
    /// The whole URL.
    pub url: String,
    /// For which document.
    pub document: String,
    /// With which tag.
    pub etag: Option<String>,
    /// For how long the answer may be held back.
    pub wait: Option<Duration>,
}

/// The script: given the question, says the answer and how long it takes.
type Script = Box<dyn FnMut(&Asked) -> (Answer, Duration) + Send>;

/// A control plane that is a script. Clones share it.
#[derive(Clone)]
pub struct Plane(Arc<Mutex<Inner>>);

struct Inner {
    script: Script,
    asked: Vec<Asked>,
    /// The most questions that were open at once, for one document and for all.
    open: Vec<String>,
    most: (usize, usize),
    waits: bool,
    max_age: Option<Duration>,
}

impl Plane {
    /// Makes a plane that answers at once.
    #[must_use]
    pub fn new(mut script: impl FnMut(&Asked) -> Answer + Send + 'static) -> Self {
        Self::slow(move |asked| (script(asked), Duration::ZERO))
    }

    /// Makes a plane that says how long each answer takes.
    #[must_use]
    pub fn slow(script: impl FnMut(&Asked) -> (Answer, Duration) + Send + 'static) -> Self {
        let script = Box::new(script);
        Self(Arc::new(Mutex::new(Inner {
            script,
            asked: Vec::new(),
            open: Vec::new(),
            most: (0, 0),
            waits: false,
            max_age: None,
        })))
    }

    /// Makes a plane with one document, whatever is asked for.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.to_owned();
        Self::new(move |_| Answer::Document(text.clone()))
    }

    /// Replaces the script.
    pub fn answers(&self, mut script: impl FnMut(&Asked) -> Answer + Send + 'static) {
        self.lock().script = Box::new(move |asked| (script(asked), Duration::ZERO));
    }

    /// Lets the plane say that it can hold answers back, and do so while nothing changes.
    pub fn waits(&self, waits: bool) {
        self.lock().waits = waits;
    }

    /// Lets the plane say how long a document is good.
    pub fn max_age(&self, age: Duration) {
        self.lock().max_age = Some(age);
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.lock().asked.clone()
    }

    /// The most questions that were open at once: for one document, and for all.
    #[must_use]
    pub fn most_at_once(&self) -> (usize, usize) {
        self.lock().most
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, asked: &Asked) -> (Answer, Duration) {
        (self.lock().script)(asked)
    }

    async fn reply(self, request: FetchRequest) -> Result<FetchAnswer, RemoteError> {
        let (etag, wait) = (request.etag.as_deref().map(str::to_owned), request.wait);
        let url = request.url().to_owned();
        let asked = Asked { at: Instant::now(), url, document: request.document().to_owned(), etag, wait };
        let _open = Open::new(&self, &asked);
        let (answer, takes) = self.answer(&asked);
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        let (waits, max_age) = {
            let inner = self.lock();
            (inner.waits, inner.max_age)
        };
        let mut answer = answer;
        loop {
            let mut reply = match &answer {
                Answer::Document(text) => {
                    let tag = tag(text);
                    let is_same = asked.etag.as_ref() == Some(&tag);
                    let held = asked.wait.filter(|_| waits && is_same).unwrap_or_default();
                    if !held.is_zero() && asked.at.elapsed() < held {
                        // As a server that looks at its files twice a second.
                        tokio::time::sleep(Duration::from_millis(500)).await;
                        answer = self.answer(&asked).0;
                        continue;
                    }
                    let (status, body) = if is_same { (304, "") } else { (200, text.as_str()) };
                    FetchAnswer::new(status, body).etag(tag)
                }
                Answer::Status(status, retry_after) => {
                    let mut answer = FetchAnswer::new(*status, "");
                    answer.retry_after = *retry_after;
                    answer
                }
                Answer::Refused => {
                    let says = format!("{}: no connection: connection refused", request.shown_url());
                    return Err(RemoteError::new(RemoteErrorKind::Connect, says));
                }
                Answer::Hangs => return std::future::pending().await,
                Answer::Panics => panic!("as the test asks"),
            };
            reply.waits = waits && asked.wait.is_some();
            reply.max_age = max_age;
            return Ok(reply);
        }
    }
}

/// A tag of a text.
fn tag(text: &str) -> String {
    format!(
        "\"{}-{}\"",
        text.len(),
        text.bytes().map(u64::from).enumerate().map(|(at, byte)| (at as u64 + 1) * byte).sum::<u64>()
    )
}

impl Transport for Plane {
    fn fetch(&self, request: FetchRequest) -> FetchFuture {
        Box::pin(self.clone().reply(request))
    }
}

impl Debug for Plane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plane").finish_non_exhaustive()
    }
}

/// A question that is open until this is dropped.
struct Open<'a> {
    plane: &'a Plane,
    document: String,
}

impl<'a> Open<'a> {
    fn new(plane: &'a Plane, asked: &Asked) -> Self {
        let mut inner = plane.lock();
        inner.asked.push(asked.clone());
        inner.open.push(asked.document.clone());
        let of_one = inner.open.iter().filter(|open| **open == asked.document).count();
        inner.most = (inner.most.0.max(of_one), inner.most.1.max(inner.open.len()));
        drop(inner);
        Self { plane, document: asked.document.clone() }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut inner = self.plane.lock();
        if let Some(at) = inner.open.iter().position(|open| *open == self.document) {
            inner.open.swap_remove(at);
        }
    }
}
