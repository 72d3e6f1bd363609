//! The project's targets, as ratios of interleaved runs. `cargo bench -p recourse-benches --bench targets`
//!
//! Options: `--count N CASE` runs one case N times (for callgrind), `--list` names the cases.

use recourse_benches::calls;
use recourse_benches::rounds::{Case, added_ratio, case, measure, ratio};
use std::mem::size_of_val;
use std::time::Duration;

fn cases() -> Vec<Case> {
    vec![
        case("bare", || calls::ready(1)),
        case("nothing", || calls::ready_nothing(1)),
        case("retry", || calls::ready_retry(1)),
        case("retry+timeout", || calls::ready_retry_timeout(1)),
        case("retry+timeouts+budget", || calls::ready_all(1)),
        case("backon", || calls::backon_retry(1)),
        case("loop+tokio timeout", || calls::loop_and_timeout(1)),
        case("bare, pending", || calls::yields(1)),
        case("retry, pending", || calls::yields_retry(1)),
        case("retry+timeout, pending", || calls::yields_retry_timeout(1)),
        case("loop+tokio timeout, pending", || calls::loop_and_timeout_yields(1)),
        case("three failures", || calls::fails_three_times(1)),
        case("backon, three failures", || calls::backon_fails_three_times(1)),
    ]
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut cases = cases();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--list", ..] => cases.iter().for_each(|case| println!("{}", case.name())),
        ["--count", times, name, ..] => {
            let case = cases.iter_mut().find(|case| case.name() == *name).expect("a case of --list");
            let times = times.parse().expect("a number");
            case.counted_for_callgrind(64);
            case.counted_for_callgrind(times);
        }
        _ => table(&mut cases),
    }
}

fn table(cases: &mut [Case]) {
    measure(cases, 31, Duration::from_micros(1_500));
    println!("{:<30} {:>10}", "case", "ns/call");
    for case in cases.iter() {
        println!("{:<30} {:>10.2}", case.name(), case.median());
    }
    let find = |name: &str| cases.iter().find(|case| case.name() == name).expect("a case of the list above");
    let to = |case: &str, peer: &str| ratio(find(case), find(peer));
    let added = added_ratio(find("retry+timeout, pending"), find("loop+tokio timeout, pending"), find("bare, pending"));
    let (bare, guarded) = (size_of_val(&calls::ready(1)), size_of_val(&calls::ready_all(1)));
    #[expect(clippy::cast_precision_loss, reason = "a few hundred bytes")]
    let beyond = (guarded - bare - size_of::<u64>()) as f64;
    println!("\n{:<4} {:<62} {:>9} {:>9}", "", "target", "found", "at most");
    for (target, what, found, limit) in [
        ("T1", "retry, ready: time over backon's", to("retry", "backon"), 0.6),
        (
            "T3",
            "retry + timeout, ready: time over loop + tokio timeout",
            to("retry+timeout", "loop+tokio timeout"),
            0.15,
        ),
        ("T3", "the same with both timeouts and a budget", to("retry+timeouts+budget", "loop+tokio timeout"), 0.15),
        ("T7", "retry + timeout, pending: added time over tokio timeout's", added, 1.15),
        ("T14", "three failures, no delay: time over backon's", to("three failures", "backon, three failures"), 0.001),
        ("T16", "future: bytes beyond the body's and its argument once more", beyond, 190.0),
    ] {
        let verdict = if found <= limit { "ok" } else { "MISSED" };
        println!("{target:<4} {what:<62} {found:>9.4} {limit:>9.4}  {verdict}");
    }
    println!("(sizes: bare {bare} bytes, guarded {guarded})");
}
