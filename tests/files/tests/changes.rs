//! Every way in which a file changes.

use recourse::observe::capture;
use recourse::providers::{FileProvider, FileProviderBuilder};
use recourse::{Executor, Key, Policy};
use recourse_tests_files::{Folder, News, news};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

const KEY: Key = Key::from_static("users.get");
const HOUR: Duration = Duration::from_secs(3_600);

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn text(millis: u64) -> String {
    format!("['users.*']\ntimeout = '{millis}ms'\n")
}

/// A program that follows a path and has called the key once, so that it is told of changes.
struct Program {
    file: FileProvider,
    executor: Executor,
    news: News,
}

impl Program {
    /// Whose files are read only if the operating system tells of a change.
    fn follows(path: impl AsRef<Path>) -> Self {
        Self::of(FileProvider::builder(path).poll_interval(HOUR))
    }

    fn of(builder: FileProviderBuilder) -> Self {
        let (observer, news) = news();
        let file = builder.open().unwrap_or_else(|error| panic!("{error}"));
        let executor = Executor::builder().observer(observer).provider(file.clone()).build();
        let program = Self { file, executor, news };
        program.timeout();
        program
    }

    /// The timeout of the next call.
    fn timeout(&self) -> Option<Duration> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let call = self.executor.call(KEY, Policy::new(), async || Ok::<_, String>(7));
        let (result, timelines) = runtime.block_on(capture(call.into_future()));
        assert_eq!(result, Ok(7));
        timelines[0].effective().policy.timeout
    }
}

type Deed = fn(&Folder);

/// A way to change a file: what is there before, the path that the program is given, and the change.
const CHANGES: [(&str, Deed, &str, Deed); 11] = [
    ("written in place", |at| at.write("p.toml", &text(1)), "p.toml", |at| at.write("p.toml", &text(2))),
    ("a new file renamed over it", |at| at.write("p.toml", &text(1)), "p.toml", |at| at.replace("p.toml", &text(2))),
    (
        "renamed to a backup, written anew",
        |at| at.write("p.toml", &text(1)),
        "p.toml",
        |at| {
            at.rename("p.toml", "p.toml~");
            at.write("p.toml", &text(2));
            at.remove("p.toml~");
        },
    ),
    (
        "deleted and made again",
        |at| at.write("p.toml", &text(1)),
        "p.toml",
        |at| {
            at.remove("p.toml");
            at.write("p.toml", &text(2));
        },
    ),
    (
        "written in two pieces",
        |at| at.write("p.toml", &text(1)),
        "p.toml",
        |at| {
            let text = text(2);
            let (first, second) = text.split_at(16);
            let mut file = fs::File::create(at.path("p.toml")).unwrap();
            file.write_all(first.as_bytes()).and_then(|()| file.sync_all()).unwrap();
            file.write_all(second.as_bytes()).unwrap();
        },
    ),
    (
        "its folder deleted and made again",
        |at| at.write("a/b/p.toml", &text(1)),
        "a/b/p.toml",
        |at| {
            at.remove("a");
            at.write("a/b/p.toml", &text(2));
        },
    ),
    ("a file in a folder", |at| at.write("p/users.toml", &text(1)), "p", |at| at.replace("p/users.toml", &text(2))),
    (
        "a file that is added to a folder",
        |at| at.write("p/users.toml", &text(1)),
        "p",
        |at| {
            at.write("p/users/get.toml", "timeout = '2ms'");
        },
    ),
    (
        "a file that is removed from a folder",
        |at| {
            at.write("p/users.toml", &text(2));
            at.write("p/users/get.json", r#"{"timeout": "1ms"}"#);
        },
        "p",
        |at| at.remove("p/users/get.json"),
    ),
    (
        "a folder of a folder that is renamed",
        |at| {
            at.write("p/users.toml", &text(1));
            at.write("p/other/get.toml", "timeout = '2ms'");
        },
        "p",
        |at| at.rename("p/other", "p/users"),
    ),
    (
        "JSON",
        |at| at.write("p.json", r#"{"*": {"timeout": "1ms"}}"#),
        "p.json",
        |at| {
            at.write("p.json", r#"{"*": {"timeout": "2ms"}}"#);
        },
    ),
];

#[cfg(unix)]
const LINKS: [(&str, Deed, &str, Deed); 4] = [
    ("a file of a config map", config_map, "mount/p.toml", swap),
    ("the folder of a config map", config_map, "mount", swap),
    (
        "a link that is set to another file",
        |at| {
            at.write("a/one.toml", &text(1));
            at.write("b/two.toml", &text(2));
            at.link(at.path("a/one.toml"), "p.toml");
        },
        "p.toml",
        |at| at.link(at.path("b/two.toml"), "p.toml"),
    ),
    (
        "the target of a link is written",
        |at| {
            at.write("a/one.toml", &text(1));
            at.link("a/one.toml", "p.toml");
        },
        "p.toml",
        |at| at.write("a/one.toml", &text(2)),
    ),
];

/// As Kubernetes mounts a config map.
#[cfg(unix)]
fn config_map(at: &Folder) {
    at.write("mount/..2024_01/p.toml", &text(1));
    at.link("..2024_01", "mount/..data");
    at.link("..data/p.toml", "mount/p.toml");
}

#[cfg(unix)]
fn swap(at: &Folder) {
    at.write("mount/..2024_02/p.toml", &text(2));
    at.link("..2024_02", "mount/..data");
    at.remove("mount/..2024_01");
}

/// file-1.
#[test]
fn the_next_call_after_a_change_of_any_kind_is_under_the_new_policy() {
    let mut changes = CHANGES.to_vec();
    #[cfg(unix)]
    changes.extend(LINKS);
    for (name, before, path, change) in changes {
        let folder = Folder::new();
        before(&folder);
        let program = Program::follows(folder.path(path));
        assert_eq!(program.timeout(), Some(ms(1)), "{name}");
        change(&folder);
        let began = Instant::now();
        program.news.timeout(name, ms(2));
        println!("{name}: in force after {} ms", began.elapsed().as_millis());
        assert_eq!(program.timeout(), Some(ms(2)), "{name}");
        assert!(!program.file.status().is_stale, "{name}");
        assert_eq!(program.file.status().watch_fault, None, "{name}");
    }
}

/// file-1: Also a second change, after the files were watched anew.
#[cfg(unix)]
#[test]
fn a_config_map_is_swapped_again_and_again() {
    let folder = Folder::new();
    config_map(&folder);
    let program = Program::follows(folder.path("mount/p.toml"));
    for round in 2..6 {
        let (old, new) = (format!("mount/..2024_0{}", round - 1), format!("..2024_0{round}"));
        folder.write(&format!("mount/{new}/p.toml"), &text(round));
        folder.link(&new, "mount/..data");
        folder.remove(&old);
        program.news.timeout("a swap", ms(round));
    }
}

/// file-2.
#[test]
fn a_thousand_edits_in_a_second_end_at_the_last() {
    let folder = Folder::new();
    folder.write("p.toml", &text(1));
    let program = Program::follows(folder.path("p.toml"));
    let began = Instant::now();
    for edit in 1..=1_000 {
        if edit % 2 == 0 {
            folder.replace("p.toml", &text(1_000 + edit));
        } else {
            folder.write("p.toml", &text(1_000 + edit));
        }
        // One a millisecond, without giving the processor away for longer than that.
        while began.elapsed() < ms(edit) {
            std::thread::yield_now();
        }
    }
    let written = began.elapsed();
    program.news.timeout("the last edit", ms(2_000));
    let status = program.file.status();
    println!(
        "1,000 edits in {written:?}: {} reloads, {} refused, the last in force {:?} after it",
        status.reloads,
        status.refusals,
        began.elapsed().saturating_sub(written)
    );
    assert!(status.reloads < 1_000, "{}", status.reloads);
    assert_eq!(program.timeout(), Some(ms(2_000)));
    assert!(!status.is_stale);
}

/// file-3: An empty file, a half-written file, a file that is gone, and a mistake; each is told once, and mended by the next edit.
#[test]
fn what_cannot_be_used_leaves_the_last_good_state_and_is_told() {
    let cases: [(&str, Deed, &str); 6] = [
        (
            "empty",
            |at| at.write("p.toml", ""),
            "p.toml:1:1: the document is empty; write `version = 1` if there is no policy",
        ),
        ("half-written", |at| at.write("p.toml", "['users.*']\ntimeout = '"), "p.toml:2:12: this is not TOML"),
        ("gone", |at| at.remove("p.toml"), "p.toml: cannot be read: "),
        (
            "a folder",
            |at| {
                at.remove("p.toml");
                fs::create_dir(at.path("p.toml")).unwrap();
            },
            "p.toml: has no document",
        ),
        (
            "a mistake",
            |at| at.write("p.toml", "['users.*']\n\ntimeout = '2 s'\n"),
            "p.toml:3:12: [users.*] timeout: `2 s` has a blank between number and unit; did you mean `2s`?",
        ),
        (
            "two mistakes",
            |at| at.write("p.toml", "['users.*']\ntimeuot = '2s'\nretry = '3 tries'\n"),
            "p.toml:3:10: [users.*] retry: ",
        ),
    ];
    for (name, change, says) in cases {
        let folder = Folder::new();
        folder.write("p.toml", &text(1));
        let program = Program::follows(folder.path("p.toml"));
        change(&folder);
        let why = program.news.refused(name);
        assert!(why.contains(says), "{name}: {why}");
        assert_eq!(program.timeout(), Some(ms(1)), "{name}");
        let status = program.file.status();
        assert_eq!((status.is_stale, status.refusals, status.reloads), (true, 1, 0), "{name}");
        assert_eq!(status.last_fault.unwrap().to_string(), why, "{name}");

        if folder.path("p.toml").is_dir() {
            folder.remove("p.toml");
        }
        folder.write("p.toml", &text(2));
        program.news.timeout(name, ms(2));
        let status = program.file.status();
        assert_eq!((status.is_stale, status.refusals, status.reloads), (false, 1, 1), "{name}");
        assert!(status.last_fault.is_some(), "{name}: it stays for whoever looks later");
    }
}

/// file-3: A folder that is not mounted for a while says nothing, and a folder with one broken file stays as it was as a whole.
#[test]
fn a_folder_is_taken_over_as_a_whole_or_not_at_all() {
    let folder = Folder::new();
    folder.write("p/a.toml", &text(1));
    folder.write("p/b.toml", "[other]\ntimeout = '1s'\n");
    let program = Program::follows(folder.path("p"));
    folder.write("p/b.toml", "[other]\ntimeout = 'soon'\n");
    folder.write("p/a.toml", &text(2));
    let why = program.news.refused("a broken file");
    assert!(why.contains("b.toml:2:12: [other] timeout: "), "{why}");
    assert_eq!(program.timeout(), Some(ms(1)));
    folder.rename("p", "q");
    assert!(program.news.refused("a folder that is gone").contains("p: cannot be read: "));
    assert_eq!(program.timeout(), Some(ms(1)));
    folder.write("q/b.toml", "[other]\ntimeout = '3s'\n");
    folder.rename("q", "p");
    program.news.timeout("a folder that is back", ms(2));
}

/// file-4: The file is written through another name of it, of which the folder that is watched sees nothing.
#[test]
fn the_poll_sees_what_the_operating_system_does_not_tell() {
    let folder = Folder::new();
    folder.write("a/p.toml", &text(1));
    fs::create_dir(folder.path("b")).unwrap();
    fs::hard_link(folder.path("a/p.toml"), folder.path("b/p.toml")).unwrap();
    let program = Program::of(FileProvider::builder(folder.path("a/p.toml")).poll_interval(ms(20)));
    folder.write("b/p.toml", &text(2));
    program.news.timeout("the poll", ms(2));
}
