//! What the peers need to be called: a service that lives long, and is called once it is ready.

use recourse_benches::calls::Fail;
use recourse_benches::rounds::{Case, runtime, timed};
use std::hint::black_box;
use std::time::{Duration, Instant};
use tower::{Service, ServiceExt};

/// Never reached.
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Longer than any run.
pub(crate) const HOUR: Duration = Duration::from_hours(1);

/// What the operation gives.
pub(crate) type Answer = Result<u64, Fail>;

/// A case of tower's kind of service.
pub(crate) fn served<S: Service<u64> + 'static>(name: &'static str, make: impl FnOnce() -> S) -> Case {
    let runtime = runtime();
    let mut service = {
        let _inside = runtime.enter();
        make()
    };
    timed(name, move |times| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                if let Ok(ready) = service.ready().await {
                    let _ = black_box(ready.call(1).await);
                }
            }
            start.elapsed()
        })
    })
}

/// A case of seatbelt's kind of service.
pub(crate) fn executed<S>(name: &'static str, make: impl FnOnce() -> S) -> Case
where
    S: layered::Service<u64, Out = Answer> + 'static,
{
    let runtime = runtime();
    let service = {
        let _inside = runtime.enter();
        make()
    };
    timed(name, move |times| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                let _ = black_box(service.execute(1).await);
            }
            start.elapsed()
        })
    })
}
