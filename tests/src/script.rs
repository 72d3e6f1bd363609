//! An operation that plays a script: one line per run, the last line again and again.

use crate::Fail;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What one run of the operation does.
#[derive(Clone, Debug)]
pub struct Play {
    delay: Duration,
    act: Act,
}

#[derive(Clone, Debug)]
enum Act {
    Return(Result<u32, Fail>),
    Hang,
    Panic,
}

impl Play {
    /// The same, after a time on the runtime's clock.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// True where the run never ends by itself.
    pub fn is_hang(&self) -> bool {
        matches!(self.act, Act::Hang)
    }

    fn returns(result: Result<u32, Fail>) -> Self {
        Self { delay: Duration::ZERO, act: Act::Return(result) }
    }
}

/// Succeeds.
pub fn ok(value: u32) -> Play {
    Play::returns(Ok(value))
}

/// Fails, and may be retried.
pub fn busy() -> Play {
    Play::returns(Err(Fail::Busy(None)))
}

/// Fails, and may be retried after a time the server names.
pub fn busy_after(after: Duration) -> Play {
    Play::returns(Err(Fail::Busy(Some(after))))
}

/// Fails for good.
pub fn broken() -> Play {
    Play::returns(Err(Fail::Broken))
}

/// Ends with an error that is none of the library's business.
pub fn missing() -> Play {
    Play::returns(Err(Fail::Missing))
}

/// Never ends.
pub fn hangs() -> Play {
    Play { delay: Duration::ZERO, act: Act::Hang }
}

/// Panics.
pub fn panics() -> Play {
    Play { delay: Duration::ZERO, act: Act::Panic }
}

/// The operation. Counts its runs, and the runs that are alive.
#[derive(Debug)]
pub struct Script {
    plays: Vec<Play>,
    runs: AtomicUsize,
    live: AtomicUsize,
}

impl Script {
    /// An operation that plays these lines.
    pub fn new(plays: impl IntoIterator<Item = Play>) -> Self {
        Self { plays: plays.into_iter().collect(), runs: AtomicUsize::new(0), live: AtomicUsize::new(0) }
    }

    /// One run.
    pub async fn play(&self) -> Result<u32, Fail> {
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let _live = Live::new(&self.live);
        let play = self.plays.get(run).or(self.plays.last()).cloned().expect("a script has at least one line");
        if !play.delay.is_zero() {
            tokio::time::sleep(play.delay).await;
        }
        match play.act {
            Act::Return(result) => result,
            Act::Hang => {
                // Never, as far as a guarded call goes; and a test that waits for it fails instead of hanging.
                tokio::time::sleep(Duration::from_secs(86_400)).await;
                panic!("nobody cut a body that hangs")
            }
            Act::Panic => panic!("the script says so"),
        }
    }

    /// Runs that were started.
    pub fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }

    /// Runs that were started and have not ended or been dropped.
    pub fn live(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }
}

struct Live<'a>(&'a AtomicUsize);

impl<'a> Live<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
