//! One guarded call of a script, and assertions on it that read as a sentence.

use crate::{Fail, Play, Script};
use recourse::observe::{AttemptOutcome, EndReason, Timeline, capture};
use recourse::policy::text::strict_duration;
use recourse::{Executor, Policy, RejectionKind};
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// A script, and an executor that knows nothing yet.
#[derive(Debug)]
pub struct Stage {
    /// The operation.
    pub script: Script,
    /// Where its state is kept.
    pub executor: Executor,
}

impl Stage {
    /// A stage for these lines.
    pub fn new(plays: impl IntoIterator<Item = Play>) -> Self {
        Self { script: Script::new(plays), executor: Executor::new() }
    }
}

/// Returns the output of one guarded call, and its timeline.
pub async fn timeline<T>(call: impl Future<Output = T>) -> (T, Timeline) {
    let (result, mut timelines) = capture(call).await;
    (result, timelines.pop().expect("one guarded call"))
}

/// What became of one guarded call.
#[derive(Debug)]
pub struct Run {
    front_end: &'static str,
    /// What the caller got.
    pub result: Result<u32, Fail>,
    /// What happened.
    pub timeline: Timeline,
    elapsed: Duration,
    runs: usize,
    live: usize,
}

impl Run {
    /// Runs a call, which must make one timeline.
    pub async fn of(front_end: &'static str, stage: &Stage, call: impl Future<Output = Result<u32, Fail>>) -> Self {
        let start = Instant::now();
        let (result, mut timelines) = capture(call).await;
        let timeline = timelines.pop().expect("a guarded call leaves a timeline");
        assert!(timelines.is_empty(), "{front_end}: one call, one timeline");
        let (runs, live) = (stage.script.runs(), stage.script.live());
        Self { front_end, result, timeline, elapsed: start.elapsed(), runs, live }
    }

    /// Hands the run to the assertions, after those that hold for every run.
    pub fn check(&self, check: impl Fn(&Self)) {
        assert_eq!(self.live, 0, "{self}: a body outlives its call");
        self.attempts(self.runs);
        check(self);
    }

    /// The caller got this value.
    pub fn returned_ok(&self, value: u32) -> &Self {
        assert_eq!(self.result.as_ref().ok(), Some(&value), "{self}");
        self
    }

    /// The caller got an error of the operation with this text.
    pub fn returned_err(&self, text: &str) -> &Self {
        let error = self.result.as_ref().err().map(ToString::to_string);
        assert_eq!(error.as_deref(), Some(text), "{self}");
        self
    }

    /// The caller got a rejection of this kind.
    pub fn rejected(&self, kind: RejectionKind) -> &Self {
        let found = self.result.as_ref().err().and_then(Fail::rejection);
        assert_eq!(found, Some(kind), "{self}");
        self
    }

    /// The body ran so often, and the timeline says so.
    pub fn attempts(&self, attempts: usize) -> &Self {
        assert_eq!(self.runs, attempts, "{self}: runs of the body");
        assert_eq!(self.timeline.attempt_count(), attempts, "{self}: attempts in the timeline");
        self
    }

    /// The attempts ended so.
    pub fn outcomes(&self, outcomes: &[AttemptOutcome]) -> &Self {
        let found: Vec<_> = self.timeline.attempts().iter().map(|attempt| attempt.outcome).collect();
        assert_eq!(found, outcomes, "{self}");
        self
    }

    /// So many of the attempts were hedges.
    pub fn hedges(&self, hedges: usize) -> &Self {
        assert_eq!(self.timeline.hedge_count(), hedges, "{self}");
        self
    }

    /// The call stopped for this reason.
    pub fn stopped_by(&self, reason: EndReason) -> &Self {
        assert_eq!(self.timeline.reason(), reason, "{self}");
        self
    }

    /// The call took so long on the paused clock, give or take the tick that tokio's timer rounds up.
    pub fn took(&self, expected: Duration) -> &Self {
        let ticks = Duration::from_millis(1) * u32::try_from(self.runs.max(1) * 2).expect("few runs");
        assert!(
            (expected..=expected + ticks).contains(&self.elapsed),
            "{self}: took {:?}, not {expected:?}",
            self.elapsed
        );
        self
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "through {}, got {:?}:\n{}", self.front_end, self.result, self.timeline)
    }
}

/// A policy with one more section, from the text the attribute has.
///
/// # Panics
///
/// When the section or the text is not one; the attribute beside it would not have compiled.
pub fn policy_section(policy: Policy, section: &'static str, text: &str) -> Policy {
    let duration = || strict_duration(section, text).expect("a duration");
    match section {
        "retry" => policy.retry(text.parse().expect("a retry text")),
        "hedge" => policy.hedge(text.parse().expect("a hedge text")),
        "circuit" => policy.circuit(text.parse().expect("a circuit text")),
        "concurrency" => policy.concurrency(text.parse().expect(text)),
        "budget" => policy.budget(text.parse().expect("a budget text")),
        "timeout" => policy.timeout(duration()),
        "attempt_timeout" => policy.attempt_timeout(duration()),
        _ => panic!("no section `{section}` in the harness"),
    }
}
