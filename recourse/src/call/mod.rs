//! One call: from the gate before its first attempt to its end.
//!
//! A call starts from a [`ResolvedSite`](crate::executor::ResolvedSite): the policy in force, and references to the state of the key.
//! A guarded function runs the loop of a call itself: it makes an attempt, awaits one step, and makes another attempt if the step
//! asks for one.
//!
//! ```text
//! gate ──> attempt ──> poll ─────────── ready at once, and a success ──────────────────────────> done
//!   │         ▲          │
//!   │         │          └── otherwise: progress    which attempt ended, and what follows
//!   │         │                 │
//!   │         │                 ├── still running:  wait for the next limit, or for a hedge to start
//!   │         │                 └── group ended:    retry::decide ── no ──────────────────────> done
//!   │         └──────── delay ──────────────────────── yes
//!   └─ rejected
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `sequential`, `hedged` | the two kinds of call: attempts that run one after the other, and attempts that may run side by side |
//! | `driven` | the loop of a guarded function as a future, for closures and layers |
//! | `data` | what every call consists of beside its attempts |
//! | `poll` | one poll of a call, as far as it depends on the function's types; the fast path of most calls |
//! | `progress` | the rest of a poll, compiled once: what the end of an attempt decides |
//! | `lifecycle`, `gate`, `wait` | the view on a call's state: its beginning and its end; the gate; limits, delays and hedges on one timer |
//! | `state/` | what a call knows about itself |
//! | `attempts`, `hedges`, `in_flight` | the attempts that run, behind traits; hedges with their types; what is known of hedges |
//! | `retry`, `hedge` | the two decisions: is there another attempt, is there a hedge |
//! | `classifier` | what the user's types say of an outcome |
//!
//! # Design notes
//!
//! - **Attempts are futures that the call owns, never tasks.** Dropping a call drops its attempts at once.
//! - **There is one path through a call**, with or without observers, captures and hedges. What differs is which steps of it are skipped.
//! - **Most calls make no state.** A call whose first attempt succeeds at its first poll writes a reference to its site and two empty
//!   options. State and timer are made when an attempt is pending or has failed, or when the call is recorded.
//! - **Two kinds of call.** In a sequential call each step holds its attempt, which is gone before the next is made, so an attempt may
//!   borrow mutably from the function. A hedged call owns its attempts, since they outlive the turn of the loop that made them. The
//!   attribute picks the kind, so a function that is never hedged pays no byte for hedges, and its result need not be `Send`.
//! - **The engine is compiled once.** Everything off the fast path sees attempts through `&mut dyn AttemptSet`. Compiled per function
//!   it cost 33 to 47 ms of a debug build and 130 to 230 ms of a release build for each function; 22 to 36 and 60 to 145 are left. The price
//!   is paid by calls that are not ready at once: 2,323 instructions for a call that is pending once, 2,212 before.

mod attempts;
mod classifier;
mod data;
mod driven;
mod gate;
mod hedge;
mod hedged;
mod hedges;
mod in_flight;
mod lifecycle;
mod poll;
mod progress;
mod retry;
mod sequential;
mod state;
mod wait;

pub(crate) use classifier::{ByFunction, ComposedClassifier, DefaultClassifier, RetryIf};
pub use classifier::{Classifier, accept, classifier, rejected, retry_if};
pub(crate) use driven::Driven;
pub use hedged::HedgedCall;
pub use poll::{NextStep, done, given_back};
pub use sequential::Call;
/// For layers, whose attempts are made by services, and whose outcomes are failures of several layers.
#[cfg(feature = "tower")]
pub(crate) use {
    classifier::{AcceptAll, ClassOf, NoText, RetryAll, TextOf},
    driven::MakeAttempt,
};
