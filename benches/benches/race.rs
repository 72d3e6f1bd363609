//! Races of two, against what one would write otherwise: `tokio::select!` in declared order, `futures::future::select`, and
//! `race` of futures-concurrency take the first completion; its `race_ok` and `futures::future::select_ok` the first success.
//! Time, size, and target T15. `cargo bench -p recourse-benches --bench race`
//!
//! A branch is over at its first poll, or never; in the last group one is ready at its second poll.

use futures::FutureExt as _;
use futures::future::{select, select_ok};
use futures_concurrency::future::{Race as _, RaceOk as _};
use recourse::race;
use recourse_benches::calls::{Fail, ready};
use recourse_benches::races::{fails, ready_later, waits};
use recourse_benches::rounds::{self, Case, case, judge, measure, ratio};
use std::future::{Pending, pending};
use std::mem::size_of_val;
use std::pin::pin;
use std::time::Duration;

/// The same two branches in each form, and how large that is.
macro_rules! forms {
    ($group:literal: $first:expr, $second:expr) => {
        forms! { $group:
            "race!, first" race!(first; $first, $second),
            "select! biased" async { tokio::select! { biased; won = $first => won, won = $second => won } },
            "futures select" async { select(pin!($first), pin!($second)).await.factor_first().0 },
            "futures-concurrency race" ($first, $second).race(),
            "race!" race!($first, $second),
            "race!, deadline" race!(deadline = 1s; $first, $second),
            "futures-concurrency race_ok" ($first, $second).race_ok(),
            "select_ok" async { select_ok([$first.boxed_local(), $second.boxed_local()]).await.map(|won| won.0) },
        }
    };
    ($group:literal: $($form:literal $race:expr,)*) => {
        [$((case(concat!($group, ": ", $form), async || $race.await), size_of_val(&$race))),*]
    };
}

macro_rules! targets {
    ($cases:ident: $($group:literal)*) => {
        [$(
            target!($cases, $group, "race!, first" / "futures-concurrency race" <= 1.05),
            target!($cases, $group, "race!" / "futures-concurrency race_ok" <= 1.0),
            target!($cases, $group, "race!" / "select_ok" <= 0.2),
        )*]
    };
}

macro_rules! target {
    ($cases:ident, $group:literal, $form:literal / $peer:literal <= $at_most:literal) => {{
        let find = |name| rounds::find($cases, name);
        let found = ratio(find(concat!($group, ": ", $form)), find(concat!($group, ": ", $peer)));
        ("T15", concat!($group, ": ", $form, " / ", $peer), found, $at_most)
    }};
}

fn never() -> Pending<Result<u64, Fail>> {
    pending()
}

fn main() {
    let groups = [
        forms!("two ready": ready(1), ready(2)),
        forms!("never, ready": never(), ready(2)),
        forms!("waits, ready": waits(1), ready(2)),
        forms!("fails, ready": fails(1), ready(2)),
        forms!("never, ready later": never(), ready_later(2)),
    ];
    let (cases, sizes): (Vec<Case>, Vec<usize>) = groups.into_iter().flatten().unzip();
    rounds::main(cases, |cases| {
        measure(cases, 61, Duration::from_micros(1_500));
        println!("{:<52} {:>8} {:>6}", "case", "ns/call", "bytes");
        for (case, size) in cases.iter().zip(sizes) {
            println!("{:<52} {:>8.2} {size:>6}", case.name(), case.median());
        }
        let [ready, later] = [size_of_val(&ready(1)), size_of_val(&ready_later(1))];
        println!(
            "A branch that is over at once has {ready} bytes, one that is ready later {later}, and one that never is none."
        );
        judge(&targets!(cases: "two ready" "never, ready" "waits, ready" "fails, ready"));
    });
}
