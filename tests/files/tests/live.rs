//! A file that is edited while a program makes calls on two workers. In a program of its own, since it installs its executor.

use recourse::observe::{Observer, PolicyChange, capture};
use recourse::providers::FileProvider;
use recourse::{Executor, Key, resilient};
use recourse_tests_files::{DEADLINE, Folder};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

const CALLS: u64 = 100_000;
const OLD: Duration = Duration::from_secs(1);
const NEW: Duration = Duration::from_secs(2);

static BEGUN: AtomicU64 = AtomicU64::new(0);
static IN_FORCE: AtomicBool = AtomicBool::new(false);
static EDITED: OnceLock<Instant> = OnceLock::new();

#[derive(Debug)]
struct Tells;

impl Observer for Tells {
    fn policy_changed(&self, key: &Key, change: &PolicyChange) {
        assert_eq!((key.as_str(), change.new.unwrap().timeout), ("live.get", Some(NEW)));
        IN_FORCE.store(true, Ordering::SeqCst);
    }
}

#[resilient(key = "live.get", timeout = "9s")]
async fn get(number: u64) -> Result<u64, std::io::Error> {
    // A call is in flight while others begin.
    tokio::task::yield_now().await;
    Ok(number)
}

#[derive(Debug, Default)]
struct Counts {
    old: u64,
    new: u64,
    slowest: Duration,
}

/// Makes calls until there were enough, and the change is in force.
async fn caller() -> Counts {
    let (mut counts, end) = (Counts::default(), Instant::now() + DEADLINE);
    loop {
        let is_in_force = IN_FORCE.load(Ordering::SeqCst);
        let number = BEGUN.fetch_add(1, Ordering::Relaxed);
        if number >= CALLS && is_in_force || Instant::now() > end {
            return counts;
        }
        let began = Instant::now();
        let (result, timelines) = capture(get(number)).await;
        counts.slowest = counts.slowest.max(began.elapsed());
        assert_eq!(result.unwrap(), number);
        match timelines[0].effective().policy.timeout {
            Some(OLD) if !is_in_force => counts.old += 1,
            Some(NEW) => counts.new += 1,
            other => panic!("a call under {other:?}; the change is in force: {is_in_force}"),
        }
    }
}

/// file-11.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_edited_amid_a_hundred_thousand_calls() {
    let folder = Arc::new(Folder::new());
    folder.write("p.toml", "['live.*']\ntimeout = '1s'\n");
    let file = FileProvider::builder(folder.path("p.toml")).poll_interval(DEADLINE).open().unwrap();
    Executor::builder().observer(Tells).provider(file.clone()).install().unwrap();

    let began = Instant::now();
    let callers: Vec<_> = (0..8).map(|_| tokio::spawn(caller())).collect();
    let editor = tokio::spawn(async move {
        while BEGUN.load(Ordering::Relaxed) < CALLS / 2 {
            tokio::task::yield_now().await;
        }
        folder.replace("p.toml", "['live.*']\ntimeout = '2s'\n");
        EDITED.set(Instant::now()).unwrap();
        folder
    });
    let mut all = Counts::default();
    for caller in callers {
        let counts = caller.await.unwrap();
        all = Counts { old: all.old + counts.old, new: all.new + counts.new, slowest: all.slowest.max(counts.slowest) };
    }
    let _folder = editor.await.unwrap();
    assert!(IN_FORCE.load(Ordering::SeqCst), "the change was never in force");
    assert!(all.old > 0 && all.new > 0 && all.old + all.new >= CALLS, "{all:?}");
    println!(
        "{} calls on two workers in {:?}: {} under the old policy, {} under the new one, none lost; the slowest took {:?}; {} reload",
        all.old + all.new,
        began.elapsed(),
        all.old,
        all.new,
        all.slowest,
        file.status().reloads
    );
}
