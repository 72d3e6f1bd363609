//! The defaults and bounds of all settings, each with the reason for its number.
//!
//! A value out of bounds is an error in an attribute and in a validated constant ([`Policy::validated`](crate::Policy::validated)). In a
//! policy from a file or the network the value is clamped and the change reported ([`Policy::normalize`](crate::Policy::normalize)); of
//! two bounds of a document, such as [`MAX_ATTEMPTS_OF_DOCUMENTS`], the tighter is that of documents ([`Bounds`](crate::Bounds)).
//!
//! | preset | meaning |
//! |---|---|
//! | retry "defaults" | 3 attempts, exponential 50ms..1s x2, full jitter |
//! | circuit "defaults" | more than 50 % failures of at least 20 calls in 10 s; cooldown 5 s, 1 probe at a time, 3 successes close |
//! | circuit "sensitive" | 5 failures in a row within 10 s; the rest as in "defaults" |
//! | budget "defaults" | 20% + 10/s |
//! | hedge, unless the text says otherwise | at most 2 hedges, budget 5% + 1/s |
//!
//! ```
//! use recourse_policy::limits;
//!
//! let words = format!("{} attempts, at most {}", limits::DEFAULT_ATTEMPTS, limits::MAX_ATTEMPTS);
//! assert_eq!(words, "3 attempts, at most 100");
//! ```

use crate::Factor;
use std::time::Duration;

// ---- retry --------------------------------------------------------------------------------------------------------

/// Attempts of "defaults": two retries outlive a restart or a lost packet; a third rarely helps and triples the load.
pub const DEFAULT_ATTEMPTS: u32 = 3;
/// The fewest attempts: the first one is always made.
pub const MIN_ATTEMPTS: u32 = 1;
/// The most attempts that are counted: a minute of 100 ms steps, or an hour of long ones. Beyond that a loop has no end, so write `forever`.
pub const MAX_ATTEMPTS: u32 = 100;
/// The most attempts that a document can ask for: one caller makes the load of ten, and three layers of callers that of a thousand.
pub const MAX_ATTEMPTS_OF_DOCUMENTS: u32 = 10;

/// The first delay of "defaults": longer than a round trip within a region, shorter than a person notices.
pub const DEFAULT_INITIAL: Duration = Duration::from_millis(50);
/// The longest delay of "defaults": about as long as a person waits before asking again by hand.
pub const DEFAULT_MAX: Duration = Duration::from_secs(1);
/// The shortest delay: the resolution of the timer. Write `no delay` to retry at once.
pub const MIN_DELAY: Duration = Duration::from_millis(1);
/// The longest delay: as far apart as the attempts of a background task usefully are. Work that can wait longer belongs in a queue.
pub const MAX_DELAY: Duration = Duration::from_secs(60 * 60);
/// The longest delay that a document can ask for: a document is written for calls that somebody waits for.
pub const MAX_DELAY_OF_DOCUMENTS: Duration = Duration::from_secs(30);

/// The longest pushback that is obeyed if neither `pushback up to` nor a timeout says how long: as long as anybody waits for an answer,
/// so that no server can park a caller.
pub const DEFAULT_PUSHBACK: Duration = Duration::from_secs(30);
/// The shortest `pushback up to`: the resolution of the timer.
pub const MIN_PUSHBACK: Duration = MIN_DELAY;
/// The longest `pushback up to`: as far as the longest timeout reaches.
pub const MAX_PUSHBACK: Duration = MAX_TIMEOUT;
/// The longest `pushback up to` of a document: its longest delay.
pub const MAX_PUSHBACK_OF_DOCUMENTS: Duration = MAX_DELAY_OF_DOCUMENTS;

/// The shortest `fresh after`: the resolution of the timer.
pub const MIN_FRESH_AFTER: Duration = Duration::from_millis(1);
/// The longest `fresh after`: no attempt runs longer than the longest timeout.
pub const MAX_FRESH_AFTER: Duration = MAX_TIMEOUT;

/// The smallest growth factor: below 1 the delays would shrink while the dependency stays down.
pub const MIN_FACTOR: Factor = Factor::from_thousandths(1_000);
/// The largest growth factor: 1 ms becomes 10 s in four steps; anything steeper is almost a fixed delay.
pub const MAX_FACTOR: Factor = Factor::from_thousandths(10_000);

// ---- hedge --------------------------------------------------------------------------------------------------------

/// Hedges of a group: the second catches the case that the first one lands on the same slow machine.
pub const DEFAULT_HEDGES: u32 = 2;
/// The fewest hedges of a group: `at most 0` switches hedging off and leaves the rest of the section as it is.
pub const MIN_HEDGES: u32 = 0;
/// The most hedges of a group: with 100 attempts a call starts at most 400; beyond the third a hedge gains next to nothing.
pub const MAX_HEDGES: u32 = 3;
/// The shortest hedge delay: the resolution of the timer; a hedge at once would double the load of every call.
pub const MIN_HEDGE_DELAY: Duration = Duration::from_millis(1);
/// The longest hedge delay: a hedge cannot be of use after the longest timeout.
pub const MAX_HEDGE_DELAY: Duration = MAX_TIMEOUT;
/// The lowest percentile: below the median more than half of all calls would be doubled.
pub const MIN_PERCENTILE: u32 = 50;
/// The highest percentile: what a ring of 256 samples can tell apart.
pub const MAX_PERCENTILE: u32 = 99;

// ---- circuit ------------------------------------------------------------------------------------------------------

/// The window of both circuit presets: long enough for 20 calls of a quiet service, short enough to forget a blip.
pub const DEFAULT_WINDOW: Duration = Duration::from_secs(10);
/// The shortest window: a tenth of it is the precision of its edge, and 100 ms hold too few calls to judge by less.
pub const MIN_WINDOW: Duration = Duration::from_secs(1);
/// The longest window: failures an hour old say nothing about now.
pub const MAX_WINDOW: Duration = Duration::from_secs(60 * 60);

/// The cooldown of the presets: enough for a restart, and 12 probes a minute hurt nobody.
pub const DEFAULT_COOLDOWN: Duration = Duration::from_secs(5);
/// The shortest cooldown: below it a circuit lets through so much that it protects nothing.
pub const MIN_COOLDOWN: Duration = Duration::from_millis(100);
/// The longest cooldown, also of one that grows: an outage that is over should be noticed within minutes.
pub const MAX_COOLDOWN: Duration = Duration::from_secs(5 * 60);

/// Probes at a time: one is enough to ask, and cannot overrun a dependency that is just getting up.
pub const DEFAULT_PROBES: u32 = 1;
/// The fewest probes: with none a circuit could never close.
pub const MIN_PROBES: u32 = 1;
/// The most probes: more than this is traffic, not a question.
pub const MAX_PROBES: u32 = 100;

/// Successful probes that close: one may be luck; three in a row at a failure rate of 50 % are one in eight.
pub const DEFAULT_SUCCESSES: u32 = 3;
/// The fewest successes: a circuit closes on evidence.
pub const MIN_SUCCESSES: u32 = 1;
/// The most successes: at one probe at a time more would keep a healthy dependency closed off for minutes.
pub const MAX_SUCCESSES: u32 = 100;

/// The fewest failures in a row that open: at 0 a circuit would be open before the first call.
pub const MIN_FAILURES: u32 = 1;
/// The most failures in a row: a million is "never" for any service; it keeps counters far from overflow.
pub const MAX_FAILURES: u32 = 1_000_000;

/// The lowest rate: a circuit opens ABOVE n %; at 0 a single failure of a million calls would open it.
pub const MIN_RATE: u32 = 1;
/// The highest rate: a circuit opens ABOVE n %, and no rate is above 100 %, so 100 could never open.
pub const MAX_RATE: u32 = 99;
/// The fewest calls for a rate to count; 1 opens on the first failure.
pub const MIN_CALLS: u32 = 1;
/// The most calls to wait for: a million; it keeps counters far from overflow.
pub const MAX_CALLS: u32 = 1_000_000;
/// The fewest failures or calls that open a circuit by a policy from the network: one failure is no outage.
pub const MIN_CALLS_OF_NETWORK: u32 = 5;
/// The shortest time limit of a policy from the network, in percent of the local policy's.
pub const MIN_TIMEOUT_PERCENT_OF_NETWORK: u32 = 50;
/// The smallest limit on concurrency, and the smallest rate, of a policy from the network, in percent of the local policy's: an operator may cut deep, and not to nothing.
pub const MIN_LIMIT_PERCENT_OF_NETWORK: u32 = 10;
/// The fewest slots of a policy from the network, unless the local policy has fewer: one slot would turn a busy service off.
pub const MIN_SLOTS_OF_NETWORK: u32 = 4;
/// The smallest rate of a policy from the network, in attempts a minute, unless that of the local policy is smaller: 1/s.
pub const MIN_RATE_PER_MINUTE_OF_NETWORK: u32 = 60;

// ---- budget -------------------------------------------------------------------------------------------------------

/// The smallest share, and the smallest floor: either may be nothing, but not both.
pub const MIN_BUDGET: u32 = 0;
/// The largest share: 100 % is one retry for each first attempt, which already doubles the load; for more there is "none".
pub const MAX_BUDGET_PERCENT: u32 = 100;
/// The largest floor per second: beyond 100,000 retries a second, write "none".
pub const MAX_BUDGET_PER_SECOND: u32 = 100_000;
/// What a limited budget of nothing (0% + 0/s) is clamped to, in percent: the smallest one that ever allows a retry.
pub const MIN_BUDGET_PERCENT: u32 = 1;

// ---- concurrency --------------------------------------------------------------------------------------------------

/// The fewest attempts at once: with none nothing could be called.
pub const MIN_AT_ONCE: u32 = 1;
/// The most attempts at once: as many connections as one machine has to another.
pub const MAX_AT_ONCE: u32 = 65_536;
/// The floor of "adaptive": a server of one exists.
pub const DEFAULT_MIN_ADAPTIVE: u32 = 1;
/// The ceiling of "adaptive": beyond it a client is a load test.
pub const DEFAULT_MAX_ADAPTIVE: u32 = 1_000;
/// The shortest wait for a slot: the resolution of the timer. Leave `wait` out to be refused at once.
pub const MIN_SLOT_WAIT: Duration = Duration::from_millis(1);
/// The longest wait for a slot: nobody stands in line for longer.
pub const MAX_SLOT_WAIT: Duration = Duration::from_secs(60 * 60);

// ---- rate ---------------------------------------------------------------------------------------------------------

/// The fewest attempts in a time: one an hour.
pub const MIN_RATE_AMOUNT: u32 = 1;
/// The most attempts in a second: beyond a million a limit costs more than it saves.
pub const MAX_RATE_PER_SECOND: u32 = 1_000_000;
/// The most attempts in an hour, which are as many as a million a second.
pub const MAX_RATE_AMOUNT: u32 = 3_600_000_000;
/// The smallest burst: with none nothing could be called.
pub const MIN_BURST: u32 = 1;
/// The largest burst: a second's worth of the fastest rate.
pub const MAX_BURST: u32 = 1_000_000;
/// The shortest wait for the rate: the resolution of the timer. Leave `wait` out to be refused at once.
pub const MIN_RATE_WAIT: Duration = Duration::from_millis(1);
/// The longest wait for the rate: two calls of the slowest rate are that far apart.
pub const MAX_RATE_WAIT: Duration = Duration::from_secs(60 * 60);

// ---- timeouts -----------------------------------------------------------------------------------------------------

/// The shortest timeout (of a call, an attempt, or a slow call): the resolution of the timer. The `timeout` of a
/// policy may be 0 in code, which is a deadline that is over: [`Policy::is_expired`](crate::Policy::is_expired).
pub const MIN_TIMEOUT: Duration = Duration::from_millis(1);
/// The longest timeout: one day. Longer work belongs to a job queue, and the bound finds a mistaken unit (`2000000s`).
pub const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

// ---- keys ---------------------------------------------------------------------------------------------------------

/// The longest key, in characters: fits a metric label and a file name, with room for a suffix.
pub const MAX_KEY_LEN: usize = 200;

// ---- documents ----------------------------------------------------------------------------------------------------

/// The largest document in bytes: 10,000 keys with all their sections take about 2 MiB.
pub const DOCUMENT_BYTES: usize = 4 * 1024 * 1024;
/// The deepest nesting of a document: a section with fields below a key of a dozen parts.
pub const DOCUMENT_DEPTH: usize = 16;
/// The most keys and patterns of all documents together: as many functions as a large service has, ten times.
pub const DOCUMENT_KEYS: usize = 10_000;
/// The schema of documents that this version reads.
pub const DOCUMENT_SCHEMA: u64 = 1;
/// The most faults of a document that are listed; the rest is counted.
pub const DOCUMENT_FAULTS: usize = 100;
