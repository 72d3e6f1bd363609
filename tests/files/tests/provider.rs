//! What a provider of files says: at the start, to an operator, and in timelines.

use recourse::budget::Budget;
use recourse::hedge::{FixedDelay, TriggerRegistry};
use recourse::observe::{Event, capture};
use recourse::policy::document::FaultKind;
use recourse::policy::{OperatorBounds, Section};
use recourse::providers::{FileProvider, Reload};
use recourse::time::Instant;
use recourse::{Executor, Key, Policy};
use recourse_tests_files::{Folder, Told, news};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

/// file-5.
#[test]
fn a_start_without_good_files_is_an_error_with_all_faults() {
    let folder = Folder::new();
    let open = |name: &str| FileProvider::open(folder.path(name)).unwrap_err();
    folder.write("bad/a.toml", "[a]\ntimeout = 5\nretry = '3 tries'\n");
    folder.write("bad/b/c.json", r#"{"timeuot": "1s"}"#);
    folder.write("bad/notes.txt", "no document");
    let error = open("bad");
    let places: Vec<_> = error.faults().iter().map(|fault| (fault.line, fault.kind)).collect();
    assert_eq!(places[..2], [(2, FaultKind::WrongType), (3, FaultKind::Text)], "{error}");
    assert!(error.to_string().contains("timeuot"), "{error}");
    assert!(error.problems().is_empty());

    std::fs::create_dir(folder.path("empty")).unwrap();
    folder.write("policies.yaml", "a: 1");
    folder.write("twice/a.toml", "[a]\ntimeout = '1s'\n");
    folder.write("twice/a.json", r#"{"a": {"timeout": "1s"}}"#);
    for (name, says) in [
        ("missing.toml", "missing.toml: cannot be read: "),
        ("missing", "missing: cannot be read: "),
        ("empty", "empty: has no document: no file ends in .toml or .json"),
        ("policies.yaml", "policies.yaml: ends neither in .toml nor in .json"),
        ("twice", "`a` is there twice"),
    ] {
        let error = open(name).to_string();
        assert!(error.contains(says), "{error}");
    }
}

/// file-5.
#[test]
fn options_that_are_wrong_are_errors_of_open() {
    static NONE: Counted = Counted(AtomicU32::new(0));
    let folder = Folder::new();
    folder.write("p.toml", "[a]\ntimeout = '1s'\n");
    let builder = FileProvider::builder(folder.path("p.toml"));
    let error = builder.budget("a b", &NONE).budget("none", &NONE).budget("x", &NONE).budget("x", &NONE).open();
    let error = error.unwrap_err();
    assert_eq!(error.problems().len(), 3, "{error}");
    assert!(error.problems()[0].starts_with("budget: not a name for a budget: "), "{error}");
    assert!(error.problems()[1].starts_with("budget: `none` is a budget text already"), "{error}");
    assert!(error.problems()[2].starts_with("budget: `x` is there twice"), "{error}");
}

/// file-6.
#[test]
fn a_reload_by_hand_says_what_happened_and_the_status_what_is_in_force() {
    let folder = Folder::new();
    folder.write("p.toml", "version = 3\n[a]\nretry = '50 attempts'\n");
    let file = FileProvider::builder(folder.path("p.toml")).poll_interval(HOUR).open().unwrap();
    let status = file.status();
    assert_eq!(status.versions.len(), 1);
    assert!(status.versions[0].0.ends_with("p.toml"));
    assert_eq!((status.versions[0].1, status.entries, status.reloads), (Some(3), 1, 0));
    assert_eq!(status.reports[0].kind, FaultKind::Clamped, "documents have at most 10 attempts");

    assert_eq!(file.reload(), Ok(Reload::Unchanged));
    folder.write("p.toml", "version = 4\n[a]\ntimeout = '2s'\n[b]\ntimeout = '2s'\n");
    assert_eq!(file.reload(), Ok(Reload::Changed));
    let status = file.status();
    assert_eq!((status.versions[0].1, status.entries, status.reloads), (Some(4), 2, 1));
    assert!(status.reports.is_empty() && status.last_fault.is_none());

    folder.write("p.toml", "version = 5\n[a]\ntimeout = 'soon'\n");
    let refused = file.reload().unwrap_err();
    assert_eq!(file.reload().unwrap_err(), refused);
    let status = file.status();
    assert_eq!((status.versions[0].1, status.refusals, status.is_stale), (Some(4), 1, true), "told once");
    assert_eq!(status.last_fault.as_ref(), Some(&refused));
    folder.write("p.toml", "version = 4\n[a]\ntimeout = '2s'\n[b]\ntimeout = '2s'\n");
    assert_eq!(file.reload(), Ok(Reload::Unchanged), "the mistake was taken back");
    assert!(!file.status().is_stale);
}

/// file-6: The bounds of the provider hold for its files.
#[test]
fn bounds_clamp_what_files_ask_for() {
    let folder = Folder::new();
    folder.write("p.toml", "[a]\nretry = '6 attempts'\n");
    let bounds = OperatorBounds::new().max_attempts(4).max_bytes(100);
    let file = FileProvider::builder(folder.path("p.toml")).bounds(bounds).open().unwrap();
    assert!(file.status().reports[0].to_string().contains("retry.max_attempts: 6 became 4"));
    folder.write("p.toml", &"#".repeat(101));
    assert_eq!(file.reload().unwrap_err().faults()[0].kind, FaultKind::TooLarge);
}

/// file-7.
#[tokio::test(start_paused = true)]
async fn a_timeline_names_the_file_and_the_line_of_each_section() {
    let folder = Folder::new();
    folder.write("p.toml", "[users.get]\ntimeout = '1s'\n['users.*']\nretry = '2 attempts'\nenabled = true\n");
    let executor = Executor::builder().provider(FileProvider::open(folder.path("p.toml")).unwrap()).build();
    let call = executor.call(Key::from_static("users.get"), Policy::new(), async || Ok::<_, String>(7));
    let (_, timelines) = capture(call.into_future()).await;
    let sources = &timelines[0].effective().sources;
    let place = |section| sources.of(section).unwrap().to_string();
    let path = folder.path("p.toml");
    assert_eq!(place(Section::Timeout), format!("file ({}:2)", path.display()));
    assert_eq!(place(Section::Retry), format!("file ({}:4 users.*)", path.display()));
}

/// file-8.
#[test]
fn entries_that_match_no_key_are_reported_after_a_while_and_on_request() {
    let folder = Folder::new();
    folder.write("p.toml", "[users.get]\ntimeout = '1s'\n['usres.*']\ntimeout = '1s'\n");
    let (observer, news) = news();
    let builder = FileProvider::builder(folder.path("p.toml")).poll_interval(HOUR);
    let file = builder.report_unmatched_after(Duration::from_millis(1)).open().unwrap();
    let executor = Executor::builder().observer(observer).provider(file).build();
    let Told::Unmatched(lines) = news.next("unmatched entries") else { panic!("something else was told") };
    assert_eq!(lines.len(), 2, "no key was called: {lines:?}");

    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let call = executor.call(Key::from_static("users.get"), Policy::new(), async || Ok::<_, String>(7));
    assert_eq!(runtime.block_on(call.into_future()), Ok(7));
    let path = folder.path("p.toml");
    let line = format!("{}:3: `usres.*` matches no key that was called; did you mean `users.*`?", path.display());
    assert_eq!(executor.unmatched_policies(), std::slice::from_ref(&line));

    folder.replace("p.toml", "[users.get]\ntimeout = '2s'\n['usres.*']\ntimeout = '1s'\n");
    let told = std::iter::repeat_with(|| news.next("a second report")).find(|told| matches!(told, Told::Unmatched(_)));
    assert_eq!(told, Some(Told::Unmatched(vec![line])), "after a change, too");
}

/// Pays for nothing, and counts who asks.
#[derive(Debug)]
struct Counted(AtomicU32);

impl Budget for Counted {
    fn deposit(&self) {}

    fn withdraw(&self, _: Instant) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed);
        false
    }

    fn refund(&self) {}

    fn balance(&self) -> u32 {
        0
    }
}

/// file-9.
#[tokio::test(start_paused = true)]
async fn files_name_triggers_and_budgets_that_are_registered() {
    static TRIGGERS: TriggerRegistry = TriggerRegistry::new();
    static RETRIES: Counted = Counted(AtomicU32::new(0));
    static HEDGES: Counted = Counted(AtomicU32::new(0));
    TRIGGERS.register("early", FixedDelay::new(Duration::from_millis(5))).unwrap();
    let folder = Folder::new();
    folder.write(
        "p.toml",
        "[fails]\nretry = '3 attempts, no delay'\nbudget = 'retries'\n\
         [slow]\nhedge = { trigger = 'early', budget = 'hedges' }\ntimeout = '1s'\n\
         [hedged]\nhedge = { trigger = 'early', max_hedges = 1 }\ntimeout = '1s'\n",
    );
    let builder = FileProvider::builder(folder.path("p.toml")).triggers(&TRIGGERS);
    let file = builder.budget("retries", &RETRIES).budget("hedges", &HEDGES).open().unwrap();
    let executor = Executor::builder().provider(file.clone()).build();
    let retried = Policy::new().retry("3 attempts".parse().unwrap());
    let call = executor.call(Key::from_static("fails"), retried, async || Err::<u32, _>("down".to_owned()));
    assert!(call.await.is_err());
    assert_eq!(RETRIES.0.load(Ordering::Relaxed), 1, "the named budget was asked, and paid for nothing");

    let hedged = Policy::new().hedge("50ms".parse().unwrap());
    let hangs = || std::future::pending::<Result<u32, String>>();
    let slow = executor.call(Key::from_static("slow"), hedged, hangs);
    let (_, timelines) = capture(slow.into_future()).await;
    assert!(HEDGES.0.load(Ordering::Relaxed) > 0);
    assert_eq!(timelines[0].hedge_count(), 0, "{}", timelines[0]);
    let slow = executor.call(Key::from_static("hedged"), hedged, hangs);
    let (_, timelines) = capture(slow.into_future()).await;
    assert_eq!(timelines[0].hedge_count(), 1, "as the file says, and the budget of the key pays: {}", timelines[0]);
    let started =
        timelines[0].events().iter().find(|timed| matches!(timed.event, Event::AttemptStarted { hedge: true, .. }));
    assert_eq!(started.map(|timed| timed.at.as_millis()), Some(5), "{}", timelines[0]);

    folder.write("p.toml", "[a]\nbudget = 'retires'\nhedge = { trigger = 'erly' }\nclassify = 'mine'\n");
    let refused = file.reload().unwrap_err().to_string();
    for says in [
        "no budget has the name `retires`; did you mean \"retries\"?",
        "no trigger has the name `erly`; did you mean \"early\"?",
        "no classifier has the name `mine`; leave it out, since a classifier knows the types of its function; name it in the attribute, as in `classify = path`",
    ] {
        assert!(refused.contains(says), "{refused}");
    }
}
