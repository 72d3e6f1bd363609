//! What can be seen of a script that was played, whoever played it: the model, or the engine through one of its entrances.
//!
//! Moments are nanoseconds since the script began; those of events are counted from the beginning of their call. Codes are the engine's
//! public ones.

use std::collections::BTreeMap;
use std::fmt;

/// A duration or a moment, in nanoseconds.
pub(crate) type Ns = u64;

/// One millisecond.
pub(crate) const MS: Ns = 1_000_000;

/// What an operation returns when it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Retryable, after a time or not.
    Busy(Option<Ns>),
    /// Not retryable.
    Broken,
    /// Ignored.
    Missing,
    /// An error that is a success.
    Fine,
    /// The classifier panics.
    Poison,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Busy(Some(after)) = self {
            return write!(f, "busy for {after}");
        }
        f.write_str(match self {
            Self::Busy(_) => "busy",
            Self::Broken => "broken",
            Self::Missing => "missing",
            Self::Fine => "fine",
            Self::Poison => "poison",
        })
    }
}

/// A value that means a failure which may be retried.
pub(crate) const BAD: u32 = 503;

/// How a call ended, for its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Value(u32),
    Error(Fault),
    Rejected(Box<Refused>),
    Panicked,
    /// The caller dropped it.
    Dropped,
}

/// A rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) kind: &'static str,
    pub(crate) attempts: u32,
    /// `None` if the documentation and the engine are known to count it differently.
    pub(crate) elapsed: Option<Ns>,
    pub(crate) retry_after: Option<Ns>,
    pub(crate) circuit: Option<&'static str>,
    pub(crate) full: Option<NoSlot>,
    pub(crate) last_error: Option<String>,
    pub(crate) text: String,
}

/// There was no slot: how many ran and waited, and the priority of the call if that is why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoSlot {
    pub(crate) running: u32,
    pub(crate) waiting: u32,
    pub(crate) priority: Option<&'static str>,
}

/// An event of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    CallStarted,
    AttemptStarted { attempt: u32, hedge: bool },
    AttemptEnded { attempt: u32, outcome: &'static str, error: Option<String> },
    Delayed { delay: Ns, source: &'static str },
    DelayDenied { delay: Ns, source: &'static str, left: Ns },
    BudgetDenied,
    CircuitChanged { from: &'static str, to: &'static str, cause: &'static str },
    CircuitDenied { reason: &'static str, retry_after: Option<Ns> },
    Queued { running: u32, waiting: u32 },
    SlotDenied(NoSlot),
    RateDelayed { wait: Ns },
    RateDenied { retry_after: Ns },
    HedgeDenied { reason: &'static str },
    CallEnded(&'static str),
}

/// The totals of a call. Whatever did not happen is not in the maps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) counts: BTreeMap<&'static str, u32>,
    pub(crate) outcomes: BTreeMap<&'static str, u32>,
    pub(crate) hedges_denied: BTreeMap<&'static str, u32>,
    pub(crate) retry_delay: Ns,
    /// The priority for which a slot was denied.
    pub(crate) shed: Option<&'static str>,
    pub(crate) elapsed: Ns,
    pub(crate) reason: &'static str,
}

impl Totals {
    /// Adds an event.
    pub(crate) fn add(&mut self, at: Ns, happened: &Happened) {
        self.elapsed = at;
        match happened {
            Happened::AttemptStarted { attempt, hedge } => {
                self.count("attempts");
                match (hedge, attempt) {
                    (true, _) => self.count("hedges"),
                    (false, 1) => {}
                    (false, _) => self.count("retries"),
                }
            }
            Happened::AttemptEnded { outcome, .. } => *self.outcomes.entry(outcome).or_default() += 1,
            Happened::Delayed { delay, .. } => self.retry_delay += delay,
            Happened::DelayDenied { .. } => self.count("delays denied"),
            Happened::BudgetDenied => self.count("retries denied"),
            Happened::CircuitDenied { .. } => self.count("denied by the circuit"),
            Happened::Queued { .. } => self.count("queued"),
            Happened::SlotDenied(no_slot) => {
                self.count("slots denied");
                self.shed = no_slot.priority.or(self.shed);
            }
            Happened::RateDelayed { .. } => self.count("rate delayed"),
            Happened::RateDenied { .. } => self.count("rate denied"),
            Happened::HedgeDenied { reason } => {
                self.count("hedges denied");
                *self.hedges_denied.entry(reason).or_default() += 1;
            }
            Happened::CallEnded(reason) => self.reason = reason,
            Happened::CallStarted | Happened::CircuitChanged { .. } => {}
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }
}

/// One run of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) began: Ns,
    pub(crate) ended: Ns,
    pub(crate) how: How,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// It has not. No run is left so when a script is over.
    Runs,
    Returned,
    Dropped,
    Panicked,
}

/// What operators see of the circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) state: &'static str,
    pub(crate) since: Option<Ns>,
    pub(crate) failures: u64,
    pub(crate) calls: u64,
    pub(crate) probes: u32,
    pub(crate) successes: u32,
    pub(crate) next_probe: Option<Ns>,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Played {
    pub(crate) began: Ns,
    pub(crate) ended: Ns,
    pub(crate) ending: Ending,
    pub(crate) runs: Vec<Run>,
    /// The circuit right after the call.
    pub(crate) circuit: Option<Status>,
}

/// What a breaker of the user's own was told, or asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Asked { reason: &'static str },
    Ended { class: &'static str, took: Ns },
}

/// What a budget of the user's own was told, or asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paid {
    Deposit,
    Withdraw { granted: bool },
    Refund,
}

/// A whole script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// The calls in the order of the script: lane by lane.
    pub(crate) calls: Vec<Option<Played>>,
    /// All events in the order in which they happened.
    pub(crate) events: Vec<(Ns, Happened)>,
    /// The events of each call, in the order in which the calls began.
    pub(crate) timelines: Vec<Vec<(Ns, Happened)>>,
    /// The totals of each call, in the order in which the calls ended.
    pub(crate) totals: Vec<Totals>,
    pub(crate) told: Vec<Told>,
    pub(crate) paid: Vec<Paid>,
    /// The latencies that were recorded, and when.
    pub(crate) latencies: Vec<(Ns, Ns)>,
}

impl Ending {
    /// How it ended, in a word or two.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Value(_) => "value".to_owned(),
            Self::Error(Fault::Busy(_)) => "error busy".to_owned(),
            Self::Error(fault) => format!("error {fault}"),
            Self::Rejected(refused) => format!("rejected {} {}", refused.kind, refused.circuit.unwrap_or("")),
            Self::Panicked => "panic".to_owned(),
            Self::Dropped => "dropped".to_owned(),
        }
    }
}

impl Happened {
    /// What happened, in a word or two.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::CallStarted => "call".to_owned(),
            Self::AttemptStarted { hedge, .. } => (if *hedge { "hedge" } else { "attempt" }).to_owned(),
            Self::AttemptEnded { outcome, .. } => format!("attempt {outcome}"),
            Self::Delayed { source, .. } => format!("delayed {source}"),
            Self::DelayDenied { source, .. } => format!("delay denied {source}"),
            Self::BudgetDenied => "budget denied".to_owned(),
            Self::CircuitChanged { from, to, cause } => format!("{from} to {to} by {cause}"),
            Self::CircuitDenied { reason, .. } => format!("denied {reason}"),
            Self::Queued { .. } => "queued".to_owned(),
            Self::SlotDenied(NoSlot { priority, .. }) => {
                (if priority.is_some() { "shed" } else { "slot denied" }).to_owned()
            }
            Self::RateDelayed { .. } => "rate delayed".to_owned(),
            Self::RateDenied { .. } => "rate denied".to_owned(),
            Self::HedgeDenied { reason } => format!("hedge denied {reason}"),
            Self::CallEnded(reason) => format!("end {reason}"),
        }
    }
}
