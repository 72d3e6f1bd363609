//! The program of the story: two guarded functions, of which none knows the server.

use crate::control::Control;
use recourse::observe::{self, Observer, OutageEvent, PolicyChange};
use recourse::providers::{RemoteError, RemoteProvider};
use recourse::{Executor, Key, Policy, resilient};
use std::error::Error;
use std::io;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{RwLock, RwLockWriteGuard, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The longest that anything of the story may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Held by whoever wants an attempt of `get` to take longer.
static GATE: RwLock<()> = RwLock::const_new(());
/// The number of attempts of `get` that have begun.
static BEGUN: LazyLock<watch::Sender<u32>> = LazyLock::new(watch::Sender::default);

#[resilient(key = "users.get")]
async fn get() -> io::Result<()> {
    BEGUN.send_modify(|begun| *begun += 1);
    let _pass = GATE.read().await;
    Err(io::ErrorKind::ConnectionReset.into())
}

#[resilient(key = "users.list")]
async fn list() -> io::Result<()> {
    Err(io::ErrorKind::ConnectionReset.into())
}

/// The program, and what it is told.
#[derive(Debug)]
pub(crate) struct Program {
    changed: UnboundedReceiver<Key>,
    outages: UnboundedReceiver<OutageEvent>,
}

/// A call in flight.
#[derive(Debug)]
pub(crate) struct InFlight {
    call: JoinHandle<usize>,
    gate: RwLockWriteGuard<'static, ()>,
}

#[derive(Debug)]
struct Tells(UnboundedSender<Key>, UnboundedSender<OutageEvent>);

impl Observer for Tells {
    fn policy_changed(&self, key: &Key, _: &PolicyChange) {
        // At the end of the story nobody listens.
        let _ = self.0.send(key.clone());
    }

    fn policies_outage(&self, event: &OutageEvent) {
        let _ = self.1.send(event.clone());
    }
}

/// Follows the server as a program would, but in shorter intervals, so that the story is short.
fn follow(control: &Control) -> Result<RemoteProvider, RemoteError> {
    RemoteProvider::builder(control.url())
        .prefetch(["users"])
        .snapshot(control.snapshot())
        .first_fetch_within(Duration::ZERO)
        .interval(Duration::from_millis(500))
        .backoff(Duration::from_millis(200), Duration::from_millis(500))
        .start()
}

impl Program {
    pub(crate) async fn start(control: &Control) -> Result<Self, Box<dyn Error>> {
        let (tell_change, changed) = unbounded_channel();
        let (tell_outage, outages) = unbounded_channel();
        let remote = follow(control)?;
        Executor::builder().provider(remote.clone()).observer(Tells(tell_change, tell_outage)).install()?;
        // No call would wait for it. The story does, so that it is the same each time.
        let fetched = async {
            while remote.status().held == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, fetched).await?;
        Ok(Self { changed, outages })
    }

    /// Waits until both functions have another policy.
    pub(crate) async fn changes(&mut self) -> Result<(), Box<dyn Error>> {
        for _ in 0..2 {
            timeout(PATIENCE, self.changed.recv()).await?.ok_or("the executor is gone")?;
        }
        Ok(())
    }

    /// Waits for the beginning or the end of an outage.
    pub(crate) async fn outage(&mut self) -> Result<OutageEvent, Box<dyn Error>> {
        Ok(timeout(PATIENCE, self.outages.recv()).await?.ok_or("the executor is gone")?)
    }

    /// Returns how many attempts a call of each function makes.
    pub(crate) async fn attempts(&self) -> Result<(usize, usize), Box<dyn Error>> {
        let calls = async { (get().await, list().await) };
        let (results, timelines) = timeout(PATIENCE, observe::capture(calls)).await?;
        match (results, &*timelines) {
            ((Err(_), Err(_)), [get, list]) => Ok((get.attempt_count(), list.attempt_count())),
            _ => Err("a call succeeded".into()),
        }
    }

    /// Begins a call whose first attempt takes until [`InFlight::end`].
    pub(crate) async fn begin(&self) -> Result<InFlight, Box<dyn Error>> {
        let gate = GATE.write().await;
        let mut begun = BEGUN.subscribe();
        let call = tokio::spawn(async {
            let (_, timelines) = observe::capture(get()).await;
            timelines.iter().map(observe::Timeline::attempt_count).sum()
        });
        timeout(PATIENCE, begun.changed()).await??;
        Ok(InFlight { call, gate })
    }

    /// Starts another program with the same snapshot, and returns how many attempts its first call makes.
    pub(crate) async fn restarted(&self, control: &Control) -> Result<usize, Box<dyn Error>> {
        let again = Executor::builder().provider(follow(control)?).build();
        let fails = || async { Err::<(), _>(io::Error::from(io::ErrorKind::ConnectionReset)) };
        let call = again.call(Key::from_static("users.get"), Policy::new(), fails).into_future();
        let (_, timelines) = observe::capture(call).await;
        Ok(timelines.iter().map(observe::Timeline::attempt_count).sum())
    }
}

impl InFlight {
    /// Lets the call end, and returns how many attempts it made.
    pub(crate) async fn end(self) -> Result<usize, Box<dyn Error>> {
        drop(self.gate);
        Ok(timeout(PATIENCE, self.call).await??)
    }
}
