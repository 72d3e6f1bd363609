//! An observer whose news can be waited for.

use recourse::Key;
use recourse::observe::{Observer, OutageEvent, PolicyChange};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Far longer than anything takes. A test that is told in time never waits for it.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Sends what it is told, as a line each.
#[derive(Debug)]
struct Reporter(UnboundedSender<String>);

impl Observer for Reporter {
    fn policy_changed(&self, key: &Key, change: &PolicyChange) {
        let _ = self.0.send(format!("changed {key}: {change}"));
    }

    fn policies_refused(&self, why: &str) {
        let _ = self.0.send(format!("refused {why}"));
    }

    fn policies_outage(&self, event: &OutageEvent) {
        let _ = self.0.send(format!("outage {event}"));
    }

    fn policies_unmatched(&self, entries: &[String]) {
        let _ = self.0.send(format!("unmatched {}", entries.join("; ")));
    }
}

/// What an executor told, in order.
#[derive(Debug)]
pub struct News(UnboundedReceiver<String>);

/// Makes an observer, and the place where its news arrive.
#[must_use]
pub fn news() -> (impl Observer + 'static, News) {
    let (sender, receiver) = unbounded_channel();
    (Reporter(sender), News(receiver))
}

impl News {
    /// Waits for news that begin like this.
    pub async fn that(&mut self, begin: &str) -> String {
        let found = async {
            loop {
                let next = self.0.recv().await.expect("the executor is there");
                if next.starts_with(begin) {
                    return next;
                }
            }
        };
        tokio::time::timeout(DEADLINE, found).await.unwrap_or_else(|_| panic!("no news that begin with {begin:?}"))
    }

    /// Returns what was told until now.
    pub fn so_far(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.0.try_recv().ok()).collect()
    }
}
