//! Many clients that a server tells the same time: none comes early, and they do not come together.

use futures::future::join_all;
use recourse::testing::fix_jitter;
use recourse::{Executor, HedgePolicy, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, Stage, busy_after, ms, ok};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const CLIENTS: usize = 200;

/// A dependency that tells its clients to come back, and notes when each does.
struct Server {
    executor: Executor,
    begun: Instant,
    told: Duration,
    /// When each client came back.
    came: RefCell<Vec<Duration>>,
}

impl Server {
    fn tells(told: Duration) -> Self {
        fix_jitter(5);
        Self { executor: Executor::new(), begun: Instant::now(), told, came: RefCell::default() }
    }

    fn asked(&self, before: &RefCell<u32>) -> Result<u32, Fail> {
        *before.borrow_mut() += 1;
        if *before.borrow() == 1 {
            return Err(Fail::Busy(Some(self.told)));
        }
        self.came.borrow_mut().push(self.begun.elapsed());
        Ok(7)
    }

    /// When the first and the last of the clients came back, and in how many different milliseconds they did.
    fn herd(&self) -> (Duration, Duration, usize) {
        let came = self.came.borrow();
        assert_eq!(came.len(), CLIENTS);
        let moments: BTreeSet<u128> = came.iter().map(Duration::as_millis).collect();
        (*came.iter().min().expect("clients"), *came.iter().max().expect("clients"), moments.len())
    }
}

async fn all<F: Future<Output = Result<u32, Fail>>>(client: impl Fn() -> F) {
    let results = join_all((0..CLIENTS).map(|_| client())).await;
    assert!(results.iter().all(|result| matches!(result, Ok(7))));
}

async fn by_closures(server: &Server, policy: Policy) {
    all(|| async {
        let before = RefCell::new(0);
        let call = server.executor.call(Key::from_static("search"), policy, async || server.asked(&before));
        call.classify(recourse::Classify::classify).await
    })
    .await;
}

/// Without a budget, which would stop the second half of the clients.
fn policy(retry: RetryPolicy) -> Policy {
    Policy::new().retry(retry).budget(recourse::BudgetPolicy::none())
}

#[resilient(key = "search", executor = server.executor, retry = "3 attempts", budget = "none")]
async fn search(server: &Server, before: &RefCell<u32>) -> Result<u32, Fail> {
    server.asked(before)
}

/// retry-10: two seconds are spread over 200 ms, whatever the way in.
#[tokio::test(start_paused = true)]
async fn clients_that_were_told_the_same_second_do_not_come_back_in_one_millisecond() {
    let spread = |server: &Server| {
        let (first, last, moments) = server.herd();
        assert!(first >= ms(2_000) && last <= ms(2_201), "{first:?}..{last:?}");
        assert!(last > first + ms(150) && moments > 80, "{first:?}..{last:?} in {moments} milliseconds");
    };
    let server = Server::tells(ms(2_000));
    all(|| async { search(&server, &RefCell::new(0)).await }).await;
    spread(&server);
    let server = Server::tells(ms(2_000));
    by_closures(&server, policy(RetryPolicy::defaults())).await;
    spread(&server);
}

/// retry-10: a short time is spread over 50 ms.
#[tokio::test(start_paused = true)]
async fn a_short_time_is_spread_over_50_milliseconds() {
    let server = Server::tells(ms(100));
    by_closures(&server, policy(RetryPolicy::defaults())).await;
    let (first, last, moments) = server.herd();
    assert!(first >= ms(100) && last <= ms(151) && moments > 30, "{first:?}..{last:?} in {moments}");
}

/// retry-10: whoever wrote a delay without jitter wants it so.
#[tokio::test(start_paused = true)]
async fn without_jitter_a_time_is_kept_to_exactly() {
    let jitterless = RetryPolicy::defaults().jitter(recourse::policy::Jitter::None);
    for exact in [RetryPolicy::attempts(2).fixed(ms(10)), RetryPolicy::attempts(2).no_delay(), jitterless] {
        let server = Server::tells(ms(2_000));
        by_closures(&server, policy(exact)).await;
        assert_eq!(server.herd(), (ms(2_000), ms(2_000), 1), "{exact:?}");
    }
}

/// retry-10: who may come back at all does so before the deadline, with half of what is left for the attempt.
#[tokio::test(start_paused = true)]
async fn a_deadline_shortens_the_spread() {
    let server = Server::tells(ms(2_000));
    by_closures(&server, policy(RetryPolicy::defaults()).timeout(ms(2_080))).await;
    let (first, last, moments) = server.herd();
    assert!(first >= ms(2_000) && last <= ms(2_041) && moments > 25, "{first:?}..{last:?} in {moments}");
}

/// retry-11: ten attempts in nine milliseconds, if a server could ask for that.
#[tokio::test(start_paused = true)]
async fn a_pushback_makes_no_retry_faster_than_its_backoff() {
    for retry in ["10 attempts, exponential 1s..10s, equal jitter", "10 attempts, linear 1s..10s, no jitter"] {
        let stage = Stage::new([busy_after(Duration::from_nanos(1))]);
        let policy = policy(retry.parse().expect("a retry text"));
        let begun = Instant::now();
        let call = stage.executor.call(Key::from_static("search"), policy, || stage.script.play());
        assert!(call.classify(recourse::Classify::classify).await.is_err());
        assert_eq!(stage.script.runs(), 10);
        assert!(begun.elapsed() >= Duration::from_secs(20), "{retry}: {:?}", begun.elapsed());
    }
    let stage = Stage::new([busy_after(ms(40)), busy_after(ms(400)), ok(7)]);
    let call = stage
        .executor
        .call(Key::from_static("search"), policy(RetryPolicy::attempts(3).fixed(ms(100))), || stage.script.play());
    let begun = Instant::now();
    assert_eq!(call.classify(recourse::Classify::classify).await.expect("the third"), 7);
    assert_eq!(begun.elapsed(), ms(100 + 400), "the longer of the two, each time");
}

/// hedge-19: the hedges of many calls are no herd either.
#[tokio::test(start_paused = true)]
async fn hedges_that_were_held_back_are_spread() {
    for (retry, least) in [(RetryPolicy::defaults(), 80), (RetryPolicy::attempts(2).fixed(ms(10)), 1)] {
        let server = Server::tells(ms(2_000));
        let policy = policy(retry).hedge(HedgePolicy::after(ms(20)).at_most(2).budget(recourse::BudgetPolicy::none()));
        all(|| async {
            let before = RefCell::new(0);
            let body = || async {
                let run = before.replace_with(|runs| *runs + 1);
                match run {
                    // The primary is told while its first hedge hangs, and the second hedge has to wait.
                    0 => sleep(ms(30)).await,
                    1 => sleep(ms(60_000)).await,
                    _ => {
                        server.came.borrow_mut().push(server.begun.elapsed());
                        return Ok(7);
                    }
                }
                Err(Fail::Busy(Some(server.told)))
            };
            let call = server.executor.call(Key::from_static("search"), policy, body);
            call.classify(recourse::Classify::classify).await
        })
        .await;
        let (first, last, moments) = server.herd();
        assert!(first >= ms(2_030) && last <= ms(2_231) && moments >= least, "{first:?}..{last:?} in {moments}");
    }
}
