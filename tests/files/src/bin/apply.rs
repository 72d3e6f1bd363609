//! Prints what it takes to put a file of 10,000 keys into force while all of them are in use: `apply`, in a release build.

use recourse::policy::OperatorBounds;
use recourse::providers::{FileProvider, Reload};
use recourse::{Executor, Key, Policy};
use recourse_tests_files::{Folder, news};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const KEYS: usize = 10_000;
const ROUNDS: u64 = 7;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = Folder::new();
    for (shape, extension, text) in
        [("one TOML file", "toml", toml as fn(u64) -> String), ("one JSON file", "json", json as fn(u64) -> String)]
    {
        let name = format!("p.{extension}");
        folder.write(&name, &text(1));
        // Nothing but what is measured here reads the file.
        let builder = FileProvider::builder(folder.path(&name)).bounds(OperatorBounds::new());
        let file = builder.poll_interval(Duration::from_secs(3_600)).open().expect("it is good");
        let (observer, news) = news();
        let executor = Executor::builder().key_capacity(2 * KEYS).observer(observer).provider(file.clone()).build();
        let keys: Vec<Key> = (0..KEYS).map(|index| Key::parse(&key(index)).expect("a key")).collect();
        call_all(&executor, &keys).await;
        let (mut best, mut worst, mut least) = (Duration::MAX, Duration::ZERO, Duration::MAX);
        for round in 2..2 + ROUNDS {
            folder.replace(&name, &text(round));
            let (began, computed) = (Instant::now(), processor_time());
            let reload = file.reload().expect("it is good");
            let took = began.elapsed();
            // On a machine that stood still for 50 ms, the provider has noticed by itself.
            if reload == Reload::Changed {
                (best, worst) = (best.min(took), worst.max(took));
                least = least.min(processor_time().saturating_sub(computed));
                assert_eq!(news.so_far().len(), KEYS, "every key has changed");
            }
            call_all(&executor, &keys).await;
        }
        println!(
            "{KEYS} keys in use, {shape} of {} kB: read, in force and told in {:.1} ms (best of {ROUNDS}; worst {:.1} ms), of which the processor worked {:.1} ms",
            text(1).len() / 1_000,
            best.as_secs_f64() * 1e3,
            worst.as_secs_f64() * 1e3,
            least.as_secs_f64() * 1e3
        );
    }
}

/// Returns how long the processor has worked for this thread, which other programs on the machine disturb less; zero if it cannot be told.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default())
}

async fn call_all(executor: &Executor, keys: &[Key]) {
    for key in keys {
        executor.call(key.clone(), Policy::new(), async || Ok::<_, String>(())).await.expect("it succeeds");
    }
}

fn key(index: usize) -> String {
    format!("svc{}.op{index}", index / 100)
}

fn toml(round: u64) -> String {
    let mut text = format!("version = {round}\n");
    for index in 0..KEYS {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "[{}]\nretry = \"3 attempts, exponential 10ms..250ms\"\ntimeout = \"{}ms\"\ncircuit = \"defaults\"\nhedge = \"p99 or 200ms, at most 1\"\n",
            key(index),
            1_000 + round
        );
    }
    text
}

fn json(round: u64) -> String {
    let mut text = format!("{{\"version\": {round}");
    for index in 0..KEYS {
        let _ = write!(
            text,
            ",\n\"{}\": {{\"retry\": \"3 attempts, exponential 10ms..250ms\", \"timeout\": \"{}ms\", \"circuit\": \"defaults\"}}",
            key(index),
            1_000 + round
        );
    }
    text.push('}');
    text
}
