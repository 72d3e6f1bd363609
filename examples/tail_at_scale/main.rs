//! tmp
mod model;
use model::{Exact, FAN_OUT, SERVICE, die};
use recourse::{BudgetPolicy, Executor, HedgePolicy, Key, Policy, Rejected, resilient};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

struct World { executor: Executor }
struct Leaf { number: u64, attempts: AtomicU32 }

#[resilient(key = "leaf", idempotent, executor = world.executor)]
async fn ask(world: &World, leaf: &Leaf) -> Result<(), Rejected> {
    let attempt = leaf.attempts.fetch_add(1, Ordering::Relaxed);
    let ms = SERVICE.latency(die(leaf.number * 4 + u64::from(attempt)));
    sleep(Duration::from_secs_f64(ms)).await;
    Ok(())
}
fn env(name: &str, or: f64) -> f64 { std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or) }

async fn operation(world: Arc<World>, number: u64) -> (u64, f64, u32) {
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for leaf in 0..u64::from(FAN_OUT) {
        let world = world.clone();
        calls.spawn(async move {
            let leaf = Leaf { number: number * 100 + leaf, attempts: AtomicU32::new(0) };
            ask(&world, &leaf).await.expect("ok");
            leaf.attempts.into_inner()
        });
    }
    let mut attempts = 0;
    while let Some(n) = calls.join_next().await { attempts += n.expect("ok"); }
    (number, start.elapsed().as_secs_f64(), attempts)
}
fn run(hedge: HedgePolicy, n: u64) -> Vec<(u64, f64, u32)> {
    let rt = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("rt");
    let executor = Executor::builder().policy(Key::from_static("leaf"), Policy::new().hedge(hedge)).latency_sample(env("SAMPLE", 1.0) as u32).build();
    let world = Arc::new(World { executor });
    let rate = env("RATE", 0.5);
    let mut v = rt.block_on(async {
        let mut ops = JoinSet::new();
        let mut out = vec![];
        for number in 0..n {
            ops.spawn(operation(world.clone(), number));
            sleep(Duration::from_secs_f64(-die((1 << 62) + number).ln() / rate)).await;
            while let Some(d) = ops.try_join_next() { out.push(d.expect("ok")); }
        }
        while let Some(d) = ops.join_next().await { out.push(d.expect("ok")); }
        out
    });
    v.sort_by_key(|o| o.0);
    v.drain(..500);
    v
}
fn main() {
    let n = env("N", 20000.0) as u64 + 500;
    let none = BudgetPolicy::none();
    let s = |ms| Duration::from_secs(ms);
    let q = |p: u32| SERVICE.latency(1.0 - f64::from(p) / 100.0);
    let all = [
        ("none", HedgePolicy::none(), 1e9, 0),
        ("10", HedgePolicy::after(s(10)).at_most(1).budget(none), 10.0, 1),
        ("10,20", HedgePolicy::after(s(10)).at_most(2).budget(none), 10.0, 2),
        ("p95", HedgePolicy::percentile(95).at_most(1).budget(none), q(95), 1),
        ("p95x2", HedgePolicy::percentile(95).at_most(2).budget(none), q(95), 2),
        ("p98", HedgePolicy::percentile(98).at_most(1).budget(none), q(98), 1),
        ("p99", HedgePolicy::percentile(99).at_most(1).budget(none), q(99), 1),
        ("p99x2", HedgePolicy::percentile(99).at_most(2).budget(none), q(99), 2),
        ("p99def", HedgePolicy::percentile(99), q(99), 2),
    ];
    let only = std::env::var("ONLY").unwrap_or_default();
    let rows: Vec<_> = all.into_iter().filter(|r| only.is_empty() || only.split(' ').any(|o| o == r.0)).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|sc| for _ in 0..2 { sc.spawn(|| while let Some(r) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
        let t = std::time::Instant::now();
        let v = run(r.1, n);
        let e = Exact { service: SERVICE, delay: r.2, hedges: r.3 };
        let mut l: Vec<f64> = v.iter().map(|o| o.1).collect();
        l.sort_by(f64::total_cmp);
        let qq = |q: f64| l[(q * l.len() as f64) as usize];
        let extra = v.iter().map(|o| f64::from(o.2)).sum::<f64>() / l.len() as f64 - 100.0;
        println!("{:8} p50 {:6.1}/{:6.1} p99 {:6.1}/{:6.1} p999 {:7.1}/{:7.1} extra {:.3}/{:.3}  {:.1?}", r.0, qq(0.5), e.operation_quantile(0.5), qq(0.99), e.operation_quantile(0.99), qq(0.999), e.operation_quantile(0.999), extra, e.extra_load() * 100.0, t.elapsed());
    }); });
}
