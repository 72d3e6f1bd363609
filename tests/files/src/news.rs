//! An observer whose news can be waited for, so that no test sleeps.

use recourse::Key;
use recourse::observe::{Observer, PolicyChange};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// Far longer than anything takes. A test that is told in time never waits for it.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// What an executor told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The policy of a key has changed.
    Changed(Key, Box<PolicyChange>),
    /// The files cannot be used.
    Refused(String),
    /// Entries match no key.
    Unmatched(Vec<String>),
}

/// Sends what it is told.
#[derive(Debug)]
struct Reporter(Sender<Told>);

impl Observer for Reporter {
    fn policy_changed(&self, key: &Key, change: &PolicyChange) {
        let _ = self.0.send(Told::Changed(key.clone(), Box::new(*change)));
    }

    fn policies_refused(&self, why: &str) {
        let _ = self.0.send(Told::Refused(why.to_owned()));
    }

    fn policies_unmatched(&self, entries: &[String]) {
        let _ = self.0.send(Told::Unmatched(entries.to_vec()));
    }
}

/// What an executor told, in order.
#[derive(Debug)]
pub struct News(Receiver<Told>);

/// Makes an observer, and the place where its news arrive.
pub fn news() -> (impl Observer + 'static, News) {
    let (sender, receiver) = channel();
    (Reporter(sender), News(receiver))
}

impl News {
    /// Waits for the next news.
    pub fn next(&self, about: &str) -> Told {
        self.0.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("{about}: nothing was told"))
    }

    /// Waits until the policy of a key has this timeout.
    pub fn timeout(&self, about: &str, timeout: Duration) {
        let end = Instant::now() + DEADLINE;
        loop {
            match self.0.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Told::Changed(_, change)) if change.new.and_then(|policy| policy.timeout) == Some(timeout) => return,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => panic!("{about}: it was never {timeout:?}"),
                Err(error) => panic!("{about}: {error}"),
            }
        }
    }

    /// Waits until the files are refused, and returns why.
    pub fn refused(&self, about: &str) -> String {
        loop {
            if let Told::Refused(why) = self.next(about) {
                return why;
            }
        }
    }

    /// Returns what was told until now.
    pub fn so_far(&self) -> Vec<Told> {
        self.0.try_iter().collect()
    }
}
