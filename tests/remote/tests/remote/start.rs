//! The start of a program, and the snapshot file.

use recourse::providers::{PolicyProvider, RemoteProvider, RemoteProviderBuilder};
use recourse::{Executor, Key};
use recourse_tests_remote::{Answer, DECLARED, Folder, Plane, news, place_of, timeout_of};
use std::path::Path;
use std::time::Duration;
use std::{fs, io};

const SPACES: &str = "https://control.example/policies/{namespace}";
const SECOND: Duration = Duration::from_secs(1);

fn document(version: u32, timeout: u32) -> Answer {
    Answer::Document(format!(r#"{{ "version": {version}, "users.get": {{ "timeout": "{timeout}s" }} }}"#))
}

fn builder(path: &Path, plane: &Plane) -> RemoteProviderBuilder {
    RemoteProvider::builder(SPACES).transport(plane.clone()).snapshot(path)
}

/// Lets a snapshot be written that has a policy of 2 s.
async fn written(path: &Path) {
    let remote = builder(path, &Plane::new(|_| document(3, 2))).prefetch(["users"]).start().unwrap();
    remote.refresh().await.unwrap();
    while fs::symlink_metadata(path).is_err() {
        tokio::time::sleep(SECOND / 10).await;
    }
    assert_eq!(remote.status().snapshot_error, None);
}

fn provided(remote: &RemoteProvider) -> Option<Duration> {
    remote.provide(&Key::from_static("users.get"), None).policy.timeout
}

/// remote-15.
#[tokio::test(start_paused = true)]
async fn f58_after_a_start_during_an_outage_the_last_good_policies_apply_from_the_first_call() {
    let (folder, down) = (Folder::new("outage"), Plane::new(|_| Answer::Hangs));
    let path = folder.path().join("policies.snapshot");
    written(&path).await;
    let began = tokio::time::Instant::now();
    let remote = builder(&path, &down).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    assert_eq!(began.elapsed(), Duration::ZERO, "nothing waits for the network");
    let place = place_of(&executor, "users.get").await;
    assert_eq!(place, "remote (https://control.example/policies/users v3, stale: confirmed less than 10s ago)");
    let status = remote.status();
    assert_eq!((status.held, status.stale, status.snapshot_error), (1, 1, None));

    // An older version is refused after the start, too.
    down.answers(|_| document(2, 7));
    assert_eq!(remote.refresh().await.unwrap_err().kind().code(), "version");
    down.answers(|_| document(4, 4));
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.get").await, 4 * SECOND);
}

/// remote-15.
#[tokio::test(start_paused = true)]
async fn a_snapshot_that_was_cut_or_changed_is_not_used_wherever() {
    let (folder, down) = (Folder::new("cut"), Plane::new(|_| Answer::Refused));
    let path = folder.path().join("policies.snapshot");
    written(&path).await;
    let whole = fs::read(&path).unwrap();
    let mut kept = 0;
    for end in 0..=whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        let remote = builder(&path, &down).start().unwrap();
        let (timeout, status) = (provided(&remote), remote.status());
        if end == whole.len() {
            assert_eq!((timeout, status.snapshot_error), (Some(2 * SECOND), None));
            kept += 1;
        } else {
            assert_eq!((timeout, status.held), (None, 0), "cut at {end}");
            assert!(status.snapshot_error.is_some_and(|why| why.ends_with("is not used")), "cut at {end}");
        }
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        let remote = builder(&path, &down).start().unwrap();
        assert_eq!((provided(&remote), remote.status().snapshot_error.is_some()), (None, true), "changed at {at}");
    }
    println!("a snapshot of {} bytes, cut and changed at each: used {kept} time, whole", whole.len());
}

/// What stands at the path, how it gets there, and what is said about it.
type Put<'a> = (&'a str, Box<dyn Fn() -> io::Result<()> + 'a>, Option<&'a str>);

/// remote-16.
#[tokio::test(start_paused = true)]
async fn what_is_no_snapshot_is_not_used_and_reported() {
    let (folder, down) = (Folder::new("files"), Plane::new(|_| Answer::Refused));
    let good = folder.path().join("good.snapshot");
    written(&good).await;
    let path = folder.path().join("policies.snapshot");
    let link = |to: &Path| std::os::unix::fs::symlink(to, &path);
    let whole = fs::read(&good).unwrap();
    let cases: [Put<'_>; 9] = [
        ("missing", Box::new(|| Ok(())), None),
        ("empty", Box::new(|| fs::write(&path, "")), Some("was cut or changed, and is not used")),
        (
            "folder",
            Box::new(|| fs::create_dir(&path)),
            Some("is a link, a folder or a device, and is not used; give the path of a regular file"),
        ),
        (
            "link",
            Box::new(|| link(&good)),
            Some("is a link, a folder or a device, and is not used; give the path of a regular file"),
        ),
        (
            "pipe",
            Box::new(|| pipe(&path)),
            Some("is a link, a folder or a device, and is not used; give the path of a regular file"),
        ),
        (
            "text",
            Box::new(|| fs::write(&path, "[users.get]\ntimeout = '2s'\n")),
            Some("is no snapshot, and is not used"),
        ),
        (
            "newer",
            Box::new(|| fs::write(&path, "recourse-snapshot 2 0 00000000\n")),
            Some("was written by another version, and is not used"),
        ),
        ("not UTF-8", Box::new(|| fs::write(&path, [0xff, 0xfe])), Some("was cut or changed, and is not used")),
        (
            "too large",
            Box::new(|| fs::File::create(&path)?.set_len(65 * 1024 * 1024)),
            Some("has more than 67108864 bytes, and is not used"),
        ),
    ];
    for (name, put, says) in cases {
        put().unwrap();
        let remote = builder(&path, &down).start().unwrap();
        let (observer, mut news) = news();
        let _executor = Executor::builder().provider(remote.clone()).observer(observer).build();
        assert_eq!(provided(&remote), None, "{name}");
        let error = says.map(|says| format!("snapshot {}: {says}", path.display()));
        assert_eq!(remote.status().snapshot_error, error, "{name}");
        if let Some(error) = error {
            assert_eq!(news.that("refused").await, format!("refused {error}"));
        }
        drop(remote);
        let _ = fs::remove_file(&path);
        let _ = fs::remove_dir(&path);
    }
    // What another URL said is not for this one.
    fs::write(&path, &whole).unwrap();
    let other =
        RemoteProvider::builder("https://other.example/{namespace}").transport(down).snapshot(&path).start().unwrap();
    assert_eq!(provided(&other), None);
    assert!(other.status().snapshot_error.unwrap().contains("another URL"));
}

/// Makes a pipe, which would hold up whoever opens it.
fn pipe(path: &Path) -> io::Result<()> {
    let made = std::process::Command::new("mkfifo").arg(path).status()?;
    if made.success() { Ok(()) } else { Err(io::Error::other("mkfifo")) }
}

/// remote-16.
#[tokio::test(start_paused = true)]
async fn a_snapshot_is_for_its_owner_only_and_replaces_what_stands_there() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("mode");
    let (path, elsewhere) = (folder.path().join("policies.snapshot"), folder.path().join("elsewhere"));
    fs::write(&elsewhere, "untouched").unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let remote = builder(&path, &Plane::new(|_| document(3, 2))).prefetch(["users"]).start().unwrap();
    remote.refresh().await.unwrap();
    while fs::symlink_metadata(&path).unwrap().is_symlink() {
        tokio::time::sleep(SECOND / 10).await;
    }
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "untouched");
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing is left beside: {names:?}");
}

/// remote-16.
#[tokio::test(start_paused = true)]
async fn a_snapshot_that_cannot_be_written_is_reported_and_harmless() {
    let folder = Folder::new("write");
    // A full or read-only disk looks the same from here: no file can be made.
    let path = folder.path().join("gone/policies.snapshot");
    let plane = Plane::new(|_| document(3, 2));
    let remote = builder(&path, &plane).start().unwrap();
    let (observer, mut news) = news();
    let executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    let refused = news.that("refused").await;
    assert!(refused.starts_with(&format!("refused snapshot {}: cannot be written: ", path.display())), "{refused}");
    assert!(refused.ends_with("; the policies in force are not affected"), "{refused}");
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    // Not told again and again; written when that is possible again.
    tokio::time::sleep(600 * SECOND).await;
    assert!(!news.so_far().iter().any(|line| line.starts_with("refused")));
    fs::create_dir(folder.path().join("gone")).unwrap();
    while !path.exists() {
        tokio::time::sleep(SECOND).await;
    }
    while remote.status().snapshot_error.is_some() {
        tokio::time::sleep(SECOND).await;
    }
}

/// remote-15: what was taken away stays away after a start.
#[tokio::test(start_paused = true)]
async fn a_policy_that_was_taken_away_is_not_in_the_snapshot() {
    let folder = Folder::new("away");
    let path = folder.path().join("policies.snapshot");
    let plane = Plane::new(|_| document(3, 2));
    let remote = builder(&path, &plane).prefetch(["users"]).start().unwrap();
    remote.refresh().await.unwrap();
    while !path.exists() {
        tokio::time::sleep(SECOND / 10).await;
    }
    plane.answers(|_| Answer::Status(404, None));
    remote.refresh().await.unwrap();
    while fs::read_to_string(&path).unwrap().contains("users.get") {
        tokio::time::sleep(SECOND / 10).await;
    }
    drop(remote);
    let remote = builder(&path, &Plane::new(|_| Answer::Refused)).start().unwrap();
    let executor = Executor::builder().provider(remote).build();
    assert_eq!(timeout_of(&executor, "users.get").await, DECLARED);
}

/// remote-4: the kill switch is a variable of the environment, too. Tested in a process of its own.
#[tokio::test(start_paused = true)]
async fn the_environment_can_throw_the_kill_switch() {
    if std::env::var_os("RECOURSE_TEST_CHILD").is_some() {
        let remote = RemoteProvider::builder(SPACES).transport(Plane::new(|_| document(1, 2))).start().unwrap();
        println!("ignored: {}", remote.status().is_ignored);
        return;
    }
    for (value, ignored) in [("1", true), ("yes", true), ("0", false), ("false", false), ("", false)] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "start::the_environment_can_throw_the_kill_switch", "--nocapture"]);
        let output = child.env("RECOURSE_TEST_CHILD", "1").env("RECOURSE_IGNORE_REMOTE", value).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(&format!("ignored: {ignored}")), "{value:?}: {text}");
    }
}
