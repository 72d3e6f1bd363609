//! A program that follows policies: its calls, and what it is told.

use recourse::observe::{self, Observer, PolicyChange};
use recourse::providers::{RemoteProvider, RemoteProviderBuilder};
use recourse::{Executor, Key, Policy, RetryPolicy};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// A program with a remote provider.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) remote: RemoteProvider,
    executor: Executor,
    told: UnboundedReceiver<String>,
}

#[derive(Debug)]
struct Tells(Mutex<UnboundedSender<String>>);

impl Tells {
    fn tell(&self, what: String) {
        // Nobody listens at the end of a test.
        let _ = self.0.lock().expect("a sender").send(what);
    }
}

impl Observer for Tells {
    fn policy_changed(&self, key: &Key, _: &PolicyChange) {
        self.tell(key.to_string());
    }

    fn policies_refused(&self, why: &str) {
        self.tell(format!("refused: {why}"));
    }
}

impl Follower {
    /// Starts to follow a server: at once, and in short intervals if the server cannot hold an answer.
    pub(crate) fn start(url: String, set: impl FnOnce(RemoteProviderBuilder) -> RemoteProviderBuilder) -> Self {
        let builder =
            RemoteProvider::builder(url).interval(Duration::from_millis(50)).first_fetch_within(Duration::ZERO);
        let remote = set(builder).start().expect("a provider");
        let (tell, told) = unbounded_channel();
        let executor = Executor::builder().provider(remote.clone()).observer(Tells(Mutex::new(tell))).build();
        Self { remote, executor, told }
    }

    /// Returns how many attempts a call of a key makes, all of which fail: one, if nobody gives it a policy.
    pub(crate) async fn attempts(&self, key: &'static str) -> usize {
        let fails = async || Err::<(), _>("down".to_owned());
        let call = self.executor.call(Key::from_static(key), Policy::new().retry(RetryPolicy::none()), fails);
        let (_, timelines) = observe::capture(call.into_future()).await;
        timelines.iter().map(observe::Timeline::attempt_count).sum()
    }

    /// Waits until a call of a key makes this many attempts. What is looked at is what calls do, whenever something is told.
    pub(crate) async fn until_attempts(&mut self, key: &'static str, expected: usize) {
        loop {
            let attempts = self.attempts(key).await;
            if attempts == expected {
                return;
            }
            let told = timeout(Duration::from_secs(60), self.told.recv()).await;
            let status = || format!("{:?}", self.remote.status());
            let told =
                told.unwrap_or_else(|_| panic!("{attempts} attempts, and no news within a minute: {}", status()));
            let told = told.expect("the executor is there");
            assert!(!told.starts_with("refused"), "{told}");
        }
    }
}
