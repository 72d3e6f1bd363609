//! A service that lives long, is made ready and called in a loop; and what its calls allocate.

use crate::rounds::{self, Case, ratio, runtime, timed};
use allocation_counter::measure;
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tower::{Service, ServiceExt};

/// A case, and the allocations of one of its calls.
pub(crate) struct Served {
    case: Case,
    allocations: u64,
}

/// The service is made in a runtime, since some of tower's layers ask for one.
pub(crate) fn served<S: Service<u64> + 'static>(name: &'static str, make: impl FnOnce() -> S) -> Served {
    let runtime = Rc::new(runtime());
    let service = {
        let _inside = runtime.enter();
        Rc::new(RefCell::new(make()))
    };
    let run = move |times: u64| {
        let mut service = service.borrow_mut();
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                if let Ok(ready) = service.ready().await {
                    let _ = black_box(ready.call(1).await);
                }
            }
            start.elapsed()
        })
    };
    run(1_000);
    // What the runtime allocates now and then disappears in a thousand calls.
    let allocations = measure(|| _ = run(1_000)).count_total / 1_000;
    Served { case: timed(name, run), allocations }
}

/// Measures all of them in interleaved rounds. Each is a multiple of the first one.
pub(crate) fn table(served: Vec<Served>) {
    let (mut cases, allocations): (Vec<_>, Vec<_>) = served.into_iter().map(|one| (one.case, one.allocations)).unzip();
    rounds::measure(&mut cases, 101, Duration::from_micros(500));
    println!("{:<44} {:>9} {:>8} {:>12}", "case", "ns/call", "x bare", "allocations");
    for (case, allocations) in cases.iter().zip(allocations) {
        let times = ratio(case, &cases[0]);
        println!("{:<44} {:>9.1} {times:>8.2} {allocations:>12}", case.name(), case.median());
    }
    println!();
}
