//! What is played: policies for one key, and calls in lanes. The calls of a lane follow one another; lanes run side by side.

use crate::record::{Fault, Ns};
use recourse::policy::Policy;

/// The key of all calls, except of functions in the process-wide executor.
pub(crate) const KEY: &str = "model.key";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    /// Seeds the jitter.
    pub(crate) seed: u64,
    /// The policies of the call sites that share the key: one, or more.
    pub(crate) sites: Vec<Policy>,
    /// The circuit is a breaker of the user's own, which does what the built-in one does and notes what it is told.
    pub(crate) own_breaker: bool,
    /// Whether a budget of the user's own grants a withdrawal, bit by bit.
    pub(crate) grants: u64,
    /// The number of latencies below which there is no percentile.
    pub(crate) least_latencies: usize,
    pub(crate) lanes: Vec<Vec<CallScript>>,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallScript {
    /// How long the lane waits before the call.
    pub(crate) gap: Ns,
    /// What an operator does just before the call, while calls of other lanes are in flight.
    pub(crate) change: Option<Change>,
    /// The call site.
    pub(crate) site: usize,
    /// What is set around the call.
    pub(crate) priority: Option<&'static str>,
    /// When the caller loses patience and drops the call, counted from its beginning.
    pub(crate) patience: Ns,
    /// What the runs of the body do, in the order in which they start; the last one again and again.
    pub(crate) plays: Vec<Play>,
}

/// What an operator does while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there are few of them")]
pub(crate) enum Change {
    /// Registers a policy.
    Register(Reach, Policy),
    /// Takes back what was registered.
    Remove(Reach),
    /// Throws the kill switch, or takes it back.
    Bypass(Reach, bool),
}

/// The keys that a change concerns. All three match the key of the script; the first is the most specific.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Key,
    /// The keys with the same first word.
    Group,
    All,
}

/// One run of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Play {
    /// Making the attempt panics, so the body never runs.
    pub(crate) unmade: bool,
    /// How long the run holds its thread up, before it first waits.
    pub(crate) blocks: Ns,
    /// How long it waits then: not at all, for a time, or for ever.
    pub(crate) waits: Wait,
    pub(crate) then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    Not,
    For(Ns),
    Ever,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Value(u32),
    Error(Fault),
    Panic,
}

impl Change {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Register(..) => "registered",
            Self::Remove(_) => "removed",
            Self::Bypass(_, true) => "bypassed",
            Self::Bypass(_, false) => "bypassed no more",
        }
    }
}

impl CallScript {
    /// What the run with this index does.
    pub(crate) fn play(&self, run: usize) -> Play {
        *self.plays.get(run).or(self.plays.last()).expect("a call has at least one play")
    }
}

impl Script {
    pub(crate) fn calls(&self) -> usize {
        self.lanes.iter().map(Vec::len).sum()
    }
}

/// How the calls of a script enter the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// `#[resilient]`, whose attempts run one after the other; the first site's policy is registered for the key.
    Attribute,
    /// The same with a clone for each attempt, and `idempotent`, so that it can be hedged.
    Idempotent,
    /// The same, with a budget of the user's own.
    OwnBudget,
    /// The same as `Attribute`, with an argument that is lent to one attempt after the other, and a key with an argument.
    Lent,
    /// `Executor::call`.
    Closure,
    /// `Executor::guard`, for one future that exists already.
    Guard,
    /// A tower service below a `ResilientLayer`.
    Layer,
    /// A function with this key and a policy of its own, in the process-wide executor. See `fixed.rs`.
    Fixed(&'static str),
}

impl Entrance {
    pub(crate) const ALL: [Self; 7] =
        [Self::Attribute, Self::Idempotent, Self::OwnBudget, Self::Lent, Self::Closure, Self::Guard, Self::Layer];

    /// True if the first site's policy is registered with the executor, and so applies to all sites of the key.
    pub(crate) const fn registers(self) -> bool {
        !matches!(self, Self::Closure | Self::Guard | Self::Layer | Self::Fixed(_))
    }

    /// True if the first site is a function. It makes its first attempt before the call waits for a slot, so that its loop need not know of queues.
    pub(crate) const fn is_function(self) -> bool {
        self.registers() || matches!(self, Self::Fixed(_))
    }

    pub(crate) const fn key(self) -> &'static str {
        if let Self::Fixed(key) = self { key } else { KEY }
    }
}

/// Who watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Watch {
    pub(crate) observer: bool,
    pub(crate) capture: bool,
}
