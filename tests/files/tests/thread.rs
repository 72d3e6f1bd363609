//! The thread that follows files. In a program of its own, whose threads can be counted.

#![cfg(target_os = "linux")]

use recourse::Executor;
use recourse::providers::FileProvider;
use recourse_tests_files::{DEADLINE, Folder};
use std::time::Instant;

/// The threads of the process that follow files, and those of the watcher.
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    tasks.map(name).filter(|name| name.starts_with("recourse-files") || name.starts_with("notify")).count()
}

fn wait_for(count: usize) {
    let began = Instant::now();
    while threads() != count {
        assert!(began.elapsed() < DEADLINE, "{} threads, not {count}", threads());
        std::thread::yield_now();
    }
}

/// file-10.
#[test]
fn the_thread_ends_when_the_last_handle_is_dropped() {
    let folder = Folder::new();
    folder.write("p.toml", "version = 1");
    let file = FileProvider::open(folder.path("p.toml")).unwrap();
    wait_for(2);
    let executor = Executor::builder().provider(file.clone()).build();
    drop(file);
    assert_eq!(threads(), 2, "the executor has a handle");
    drop(executor);
    wait_for(0);
}
