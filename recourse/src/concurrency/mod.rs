//! Overload: limits on how many calls run at once.
//!
//! A dependency that gets more calls than it can do keeps the rest in line. Soon everybody waits in that line for longer than callers are
//! willing to wait, and the dependency works only for callers that have gone away: it does nothing useful, and does not recover by itself.
//! Retries and circuits do not help, since each call alone is in order. A limit on how many calls run at once does: the line stays short,
//! the calls that run get good answers, and the others are told at once.
//!
//! - A [`ConcurrencyLimit`] has **slots**, shared by all calls of a key. A call takes a [`Slot`] or is refused ([`Full`]), at once or after it
//!   has waited in a queue ([`Waiting`]).
//! - The limit is a number, or an [`AdaptiveLimit`], which finds the number by itself and follows when it changes.
//! - A [`Priority`] says who is refused first.
//!
//! # Slots and the queue
//!
//! A slot is given back when it is dropped, whatever became of the call. While somebody waits, a slot that comes back is handed to the one that
//! is next, so that no newcomer takes it away.
//!
//! The queue is served in order of arrival until the oldest of the class, or of a higher one, has waited half of the time that it is willing to wait,
//! and the newest first from then on. Under overload that serves those with the most time left, instead of serving everybody late. Whoever has
//! waited too long leaves without having been started. A queue is for short peaks: it does not help against overload that lasts, and adds its wait
//! to every call.
//!
//! The limit may change while calls are made. Slots that are out stay out; those that wait get what a larger limit adds at once.
//!
//! # Priorities
//!
//! | priority | may use, of all slots |
//! |---|---|
//! | none stated, `Critical` | 100 % |
//! | `High` | 90 % |
//! | `Normal` | 80 % |
//! | `Low` | 60 % |
//! | `Sheddable` | 50 % |
//!
//! A share counts all calls that run, is rounded up, and is one slot at least. So nothing is set aside: a class may use its whole share while
//! the others are quiet. Under pressure the lowest class is refused first. A level is drawn where the priority is set, which spreads a class between
//! its share and the next lower one ([`Share`]); so a class is shed in part, and the retries of one call, and the calls beneath it, have one fate. An
//! adaptive limit reckons with many levels in a class: state the priority for each request, and not once for thousands of calls at once, or the
//! limit settles lower than it could.
//!
//! A call that is willing to wait may fill its share of the queue, and is served before those of lower classes. It is handed a slot as soon as
//! fewer run than its class may use, whatever its level: who was let into the queue is not shed any more. While a class has used up its
//! share, its calls wait, and keep back nobody of another class.
//!
//! # The adaptive limit
//!
//! How many calls a server does at once is its throughput times its service time (Little's law). Throughput is counted. The service time
//! cannot be read from latencies while the server has a queue, so it is taken only from calls that were admitted while few were in flight. When
//! overload leaves no such calls, the limit *dips* for about 24 calls. The limit is the product, and room beside it: 1.8 times its
//! root while calls are refused, 7 times in calm. Every change has a [`LimitReason`]:
//!
//! | reason | what was seen | what is done |
//! |---|---|---|
//! | `capacity` | calls are refused, and all that run are in service | the limit grows, faster from window to window |
//! | `queue` | calls are refused, and the server does no more than before | the limit goes to what the server does at once; at most 30 % less at a time |
//! | `time_outs` | more than 30 % of the calls are given up | the limit is halved |
//! | `calm` | next to nothing is refused | the limit has room for seven roots of the load, and slowly loses what a busy hour left; never below 20 |
//!
//! In a simulated server of ten, an overload of twice the capacity leaves 99 % of the capacity as good answers, with a 99th percentile
//! of 52 ms where service alone takes 46; with no limit at all it leaves 1 %. `cargo run --release --example overload` prints the
//! table, with every other known algorithm in it.
//!
//! ## What it sees
//!
//! Answers, an answer such as "not found" included, and attempts that their time limit cut, or a deadline after they had at least half of the call's
//! time; these count with the time that they ran. Calls that lost a race, were dropped by their caller, or failed in a way that is worth another
//! attempt give their slot back and teach nothing: how long they would have taken is unknown, and a quick error would look like a quick
//! server. Time in a queue, or spent waiting for a rate, is not latency.
//!
//! ## With few calls
//!
//! A window stays open until it has 20 calls, so a few calls a minute change nothing, and the limit stays at 20. After a second without any
//! call the window begins anew. Without refusals the limit never shrinks below 20, so that the first busy second after a quiet night is
//! not refused.
//!
//! ## One key for fast and slow work
//!
//! The law takes all calls of a key for the same kind of work. If a key has calls of 2 ms and calls of 2 s, their mix is the service time: when
//! the mix changes, the limit follows a quarter of a second to some seconds later, and the fast calls stand behind slots that the slow ones hold.
//! Give each kind a key of its own, as one would give it a pool of its own.
//!
//! ## Weak points
//!
//! - **Many clients in front of one server.** A client alone takes the queue that the others cause for service time, so its limit creeps
//!   up until time-outs stop it. Ten clients with a limit each keep good answers at 91 % of capacity in a brown-out, and the 99th
//!   percentile rises to a second. The right place of an adaptive limit is the server, or one client that sends most of the load.
//! - **Loads of 1.0 to 1.2 times the capacity.** It gives 4 to 5 % less throughput there than a fixed limit of 100, at 40 % of the latency.
//! - **Service times that are spread very widely** (a coefficient of variation above 2): a few calls say little about their mean.
//! - **Servers of one.** It reaches about 0.6 of the capacity, as three service times of patience leave little room.
//! - **Priorities are no reservation.** Critical calls are safe from sheddable ones. Critical and high ones together that ask for more than
//!   90 % of the capacity are not safe from each other in a small pool.
//!
//! ## When not to use it
//!
//! - If the number is known and does not change, as for the connections of a pool: a fixed limit does the same and is simpler.
//! - If the dependency limits itself and says so by an error: retry with a budget, and a circuit, are enough.
//! - If what is scarce is a quota and not the dependency's strength: see [`rate`](crate::rate).
//! - If calls are few and long (less than one a second): there is nothing to learn from.
//! - For long streams and subscriptions: a slot is held for hours, and its end says nothing about load.
//!
//! # A limit of your own
//!
//! Implement [`Limit`]. This one halves for a call that was given up, and adds one for each answer while it is used:
//!
//! ```
//! use recourse::concurrency::{ConcurrencyLimit, Limit, LimitChange, LimitReason, Sample, Share, Slot};
//! use recourse::time::Instant;
//! use std::sync::atomic::{AtomicU32, Ordering};
//!
//! #[derive(Debug)]
//! struct Halves(AtomicU32);
//!
//! impl Limit for Halves {
//!     fn limit(&self) -> u32 {
//!         self.0.load(Ordering::Relaxed)
//!     }
//!
//!     fn ended(&self, sample: Sample, _now: Instant) -> Option<LimitChange> {
//!         let next = |limit: u32| match sample.timed_out {
//!             true => Some((limit / 2).max(1)),
//!             false => (sample.running.saturating_mul(2) >= limit && limit < 500).then_some(limit + 1),
//!         };
//!         let from = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
//!         let to = next(from)?;
//!         (from != to).then(|| LimitChange::new(from, to, LimitReason::Other))
//!     }
//! }
//!
//! let limit = ConcurrencyLimit::learned(Halves(AtomicU32::new(10)));
//! let slot = Slot::take(&limit, Share::ALL, Instant::now).unwrap();
//! assert_eq!(slot.timed_out(Instant::now()).unwrap().to_string(), "10 -> 5 (other)");
//! # #[cfg(feature = "test-util")]
//! recourse::testing::limit_conformance(|| Box::new(Halves(AtomicU32::new(10))));
//! ```
//!
//! `recourse::testing::limit_conformance` (feature `test-util`) drives a limit through everything that each of them must get right.
//!
//! # Sources
//!
//! Little, "A Proof for the Queuing Formula L = λW", 1961, for the product. The root as room is that of Halfin and Whitt, "Heavy-Traffic
//! Limits for Queues with Many Exponential Servers", 1981; a root as headroom is also Netflix's. Maurer, "Fail at Scale", 2015, for the order of
//! the queue. Shares by class follow "Handling Overload" in *Site Reliability Engineering* (2016).

// From the bottom up: `running` counts calls in one word, `queue` orders those that wait, `in_force` is the limit that counts. `slots`
// holds them together; `concurrency_limit` and `slot` give that the names of the public API. `adaptive` is the limit that learns.
mod adaptive;
mod concurrency_limit;
mod full;
mod in_force;
mod limit;
#[cfg(all(test, loom))]
mod loom_tests;
mod queue;
mod running;
mod share;
mod slot;
mod slots;
mod status;
#[cfg(all(test, not(loom)))]
mod tests;

pub use adaptive::AdaptiveLimit;
pub use concurrency_limit::ConcurrencyLimit;
pub use full::Full;
pub use limit::{Limit, LimitChange, LimitReason, MOST, Sample};
pub use share::Share;
pub use slot::{Entered, Slot, Waiting};
pub use status::ConcurrencyStatus;

/// The same as [`context::Priority`](crate::context::Priority).
pub use crate::context::Priority;
