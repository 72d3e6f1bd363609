//! A nesting: what user code does, and how guarded calls, races and deadlines stand inside of each other.
//!
//! A script shares nothing with the engine but the words.

use std::fmt;
use std::rc::Rc;

/// Milliseconds, from the beginning of a play.
pub(crate) type Ms = u64;

/// What user code gets.
pub(crate) type Out = Result<(), Fail>;

/// An error of the script, or of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fail {
    /// Worth another attempt.
    Busy,
    /// For good.
    Broken,
    /// The caller's own fault.
    Missing,
    /// User code gave up waiting.
    Late,
    /// A task that was awaited has panicked, or a panic was caught.
    Panicked,
    /// A race without a winner: what became of each branch.
    Lost(Vec<Entry>),
    /// The library rejected a call: the kind, the number of attempts, and whose call it was.
    Rejected(&'static str, u32, String),
}

/// What became of a branch that did not win.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Failed(Fail),
    Cancelled,
    NotStarted,
    Panicked,
}

/// Something that user code awaits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Plain code.
    Body(Body),
    Call(Rc<Call>),
    Race(Race),
    /// `context::within`.
    Within(Ms, Rc<Node>),
    /// A task of its own. With `along`, it takes the context of its spawner; with `joined`, the spawner waits for it.
    Spawn {
        along: bool,
        joined: bool,
        node: Rc<Node>,
    },
    /// A future that all who name its number share, begun by whoever polls it first.
    Shared(usize),
    /// A `LocalSet` that user code polls, with a task of its own beside the code.
    Local {
        main: Rc<Node>,
        task: Rc<Node>,
    },
    /// `try_join!`: polled in this order, and over with the first failure.
    Both(Vec<Rc<Node>>),
    /// User code that drops the future when its time is over.
    Patience(Ms, Rc<Node>),
    /// User code that catches panics.
    Catch(Rc<Node>),
}

/// Plain code: one thing after another.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Body {
    /// Unique in a script.
    pub(crate) id: u32,
    pub(crate) steps: Vec<Step>,
    pub(crate) end: End,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Sleep(Ms),
    /// Holds the thread up: the clock goes on, and nobody else runs.
    Block(Ms),
    /// `node.await?`
    Must(Rc<Node>),
    /// `node.await.ok()`
    Hint(Rc<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Fine,
    Busy,
    Broken,
    Missing,
    Panics,
    Hangs,
}

/// A guarded call.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// Unique in a script.
    pub(crate) id: u32,
    pub(crate) entrance: Entrance,
    pub(crate) policy: Policy,
    /// Rejections and lost races look worth another attempt. So they do in functions with `executor =`.
    pub(crate) opaque: bool,
    /// What each attempt does; the last one stands for all further ones.
    pub(crate) attempts: Vec<Rc<Node>>,
}

/// How a call enters the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    Closure,
    Layer,
    /// A function whose attempts run one after the other.
    Function,
    /// A function that may hedge.
    Hedged,
    /// A function with `deadline = "ignore"`.
    Ignoring,
    /// The function with this number that has a policy of its own, in the process-wide executor.
    Fixed(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) attempts: u32,
    pub(crate) delay: Ms,
    pub(crate) over_nested: bool,
    pub(crate) timeout: Option<Ms>,
    pub(crate) attempt_timeout: Option<Ms>,
    /// The delay of a hedge, and how many there may be.
    pub(crate) hedge: Option<(Ms, u32)>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Race {
    /// Two; or three items of an iterator, of which two run at the same time.
    pub(crate) branches: Vec<Rc<Node>>,
    /// Not for items of an iterator.
    pub(crate) stagger: Option<Ms>,
    pub(crate) deadline: Option<Ms>,
    pub(crate) panics_lose: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) root: Rc<Node>,
    /// What is shared. A shared future may name those after it.
    pub(crate) shared: Vec<Rc<Node>>,
}

/// What was seen of a nesting that was played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// When the outermost future ended, and how; `None` if it never does, and an error if it panicked.
    pub(crate) ended: Option<(Ms, Out)>,
    /// In the order of their beginnings.
    pub(crate) runs: Vec<Run>,
}

/// A run of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) body: u32,
    pub(crate) began: Ms,
    /// The deadline that the code finds at its beginning.
    pub(crate) deadline: Option<Ms>,
    pub(crate) ended: Ms,
    pub(crate) how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Runs,
    Returned,
    Panicked,
    Dropped,
}

impl Call {
    /// Whose call a rejection names.
    pub(crate) fn key(&self) -> String {
        match self.entrance {
            Entrance::Closure | Entrance::Layer => format!("nested.{}", self.id),
            Entrance::Function => "nested.function".to_owned(),
            Entrance::Hedged => "nested.hedged".to_owned(),
            Entrance::Ignoring => "nested.ignoring".to_owned(),
            Entrance::Fixed(number) => format!("fixed.{number}"),
        }
    }

    /// What the attempt with this index does.
    pub(crate) fn attempt(&self, index: usize) -> Rc<Node> {
        self.attempts.get(index).or(self.attempts.last()).expect("a call has at least one attempt").clone()
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.root)?;
        self.shared.iter().enumerate().try_for_each(|(slot, node)| write!(f, "\nshared {slot} = {node:?}"))
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(body) => body.fmt(f),
            Self::Call(call) => call.fmt(f),
            Self::Race(Race { branches, stagger, deadline, panics_lose }) => {
                let lose = if *panics_lose { ", panics lose" } else { "" };
                write!(f, "race(stagger {stagger:?}, deadline {deadline:?}{lose}) ")?;
                f.debug_list().entries(branches).finish()
            }
            Self::Within(ms, node) => write!(f, "within {ms} {node:?}"),
            Self::Spawn { along, joined, node } => {
                let (along, joined) = (if *along { " along" } else { "" }, if *joined { " joined" } else { "" });
                write!(f, "spawn{along}{joined} {node:?}")
            }
            Self::Shared(slot) => write!(f, "shared {slot}"),
            Self::Local { main, task } => f.debug_struct("local").field("main", main).field("task", task).finish(),
            Self::Both(nodes) => {
                f.write_str("both ")?;
                f.debug_list().entries(nodes).finish()
            }
            Self::Patience(ms, node) => write!(f, "patience {ms} {node:?}"),
            Self::Catch(node) => write!(f, "catch {node:?}"),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "body {} -> {:?}", self.id, self.end)?;
        if self.steps.is_empty() { Ok(()) } else { f.debug_set().entries(&self.steps).finish() }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sleep(ms) => write!(f, "sleep {ms}"),
            Self::Block(ms) => write!(f, "block {ms}"),
            Self::Must(node) => write!(f, "must {node:?}"),
            Self::Hint(node) => write!(f, "hint {node:?}"),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Policy { attempts, delay, over_nested, timeout, attempt_timeout, hedge } = self.policy;
        write!(f, "call {} ({:?}: {attempts} attempts after {delay}", self.key(), self.entrance)?;
        let parts = [("timeout", timeout), ("attempt_timeout", attempt_timeout), ("hedge", hedge.map(|hedge| hedge.0))];
        for (name, ms) in parts.into_iter().filter_map(|(name, ms)| Some((name, ms?))) {
            write!(f, ", {name} {ms}")?;
        }
        let most = hedge.map_or(String::new(), |(_, most)| format!(" at most {most}"));
        let opaque = if self.opaque { ", opaque" } else { "" };
        write!(f, "{most}{}{opaque}) ", if over_nested { ", over nested" } else { "" })?;
        f.debug_list().entries(&self.attempts).finish()
    }
}
