//! One call: from the gate before its first attempt to its end.
//!
//! A call starts from a [`ResolvedSite`](crate::executor::ResolvedSite): the policy in force, and references to the state of the key.
//! A guarded function runs the loop of a call itself: it makes an attempt, awaits one step, and makes another attempt if the step
//! asks for one.
//!
//! ```text
//! gate ──> attempt ──> poll ───── a success, and nothing else to do ───────────────────────────> done
//!   │       ▲    ▲       │
//!   │       │    │       └── otherwise: progress       which attempt ended, and what follows
//!   │       │    │              │
//!   │       │    │              ├── others run, or all are pending: wait ── a limit ──> the attempt, or the call, is cut
//!   │       │    └── hedge ─────┼───────────────────────────┘ a hedge starts
//!   │       │                   │
//!   │       │                   └── group ended: another group? ── no ──────────────────────────> done
//!   │       └── retry ──── delay, and the circuit is asked again ──── yes
//!   └── rejected
//! ```
//!
//! | word | meaning |
//! |---|---|
//! | primary | an attempt that the policy counts: the first, or a retry |
//! | hedge | a further attempt beside a primary |
//! | group | a primary and its hedges; a retry is a new group |
//! | set aside | the outcome that was just received, while the engine decides what follows |
//! | kept | the outcome of the most telling failure of the group so far, while other attempts run |
//! | cut | ended by a limit of time |
//! | lost | ended by a limit of time, or because another attempt won |
//! | typed | the part of the code that knows the types of the guarded function |
//!
//! | file, best read in this order | what it does |
//! |---|---|
//! | `state/` | what a call knows about itself |
//! | `data` | what every call consists of beside its attempts |
//! | `lifecycle`, `gate`, `wait`, `report` | the view on a call's state: its beginning and its end; the gate; limits, delays and hedges on one timer; what the end of an attempt is reported as |
//! | `sequential`, `hedged` | the two kinds of call: attempts that run one after the other, and attempts that may run side by side |
//! | `poll` | one poll of a call, as far as it is typed; the fast path of most calls |
//! | `progress`, `drops` | the rest of a poll, compiled once: what the end of an attempt decides; attempts that are dropped |
//! | `attempts`, `hedges`, `in_flight` | the attempts that run, behind traits; hedges with their types; what is known of hedges |
//! | `queue` | the wait for a slot of the key |
//! | `retry`, `hedge` | the two decisions: is there another attempt, is there a hedge |
//! | `asked` | what a function asks for in one call alone |
//! | `inside`, `around`, `marks` | what an attempt is inside of while it is polled; what a call tells the attempt around it when it ends |
//! | `class`, `classifier` | what a class means; what the user's types say of an outcome |
//! | `faults` | what a test injects into attempts (feature `test-util`) |
//! | `driven`, `existing` | the loop of a guarded function as a future, for closures and layers; the call of one future that exists already |
//!
//! # Design notes
//!
//! - **Attempts are futures that the call owns, never tasks.** Dropping a call drops its attempts at once.
//! - **There is one path through a call**, with or without observers, captures and hedges. What differs is which steps of it are skipped.
//! - **Most calls make no state.** State is made at the gate if the call is recorded, sampled or denied, or if its circuit has to be asked
//!   or judges durations; and later if an attempt fails, has to wait for a limit or a hedge, or is pending under a circuit. A call without
//!   state whose attempt succeeds takes the fast path. A hedged call has a state from its gate on, unless sampling leaves it out.
//! - **Two kinds of call.** In a sequential call each step holds its attempt, which is gone before the next is made, so an attempt may
//!   borrow mutably from the function. A hedged call owns its attempts, since they outlive the turn of the loop that made them. The
//!   attribute picks the kind, so a function that is never hedged pays no byte for hedges, and its result need not be `Send`.
//! - **The engine is compiled once.** Everything off the fast path sees attempts through `&mut dyn AttemptSet`. Compiled for each function, it
//!   cost 33 to 47 ms per function in a debug build and 130 to 230 ms in release; now 22 to 36 and 60 to 145. In return a call that is
//!   pending once runs 2,323 instructions instead of 2,212.

mod around;
mod asked;
mod attempts;
mod class;
mod classifier;
mod data;
mod driven;
mod drops;
mod existing;
#[cfg(feature = "test-util")]
mod faults;
mod gate;
mod hedge;
mod hedged;
mod hedges;
mod in_flight;
mod inside;
mod lifecycle;
mod marks;
mod poll;
mod progress;
mod queue;
mod report;
mod retry;
mod sequential;
mod state;
mod wait;

pub(crate) use classifier::{ByFunction, ComposedClassifier, DefaultClassifier, RetryIf};
pub use classifier::{Classifier, accept, answer_by, classifier, error_by, never_rejected, rejected, retry_if};
pub(crate) use driven::Driven;
pub use driven::WithAttempt;
pub(crate) use existing::Existing;
pub use hedged::HedgedCall;
pub use inside::EnteredAttempt;
pub use poll::{NextStep, done, given_back};
pub use sequential::Call;
/// For layers, whose attempts are made by services, and whose outcomes are failures of several layers.
#[cfg(feature = "tower")]
pub(crate) use {
    classifier::{AcceptAll, ClassOf, NoText, RetryAll, TextOf},
    driven::MakeAttempt,
};
