//! Compile errors that a user's mistakes lead to.
//!
//! Each mistake `ui/KIND/NAME.rs` has its error beside it (`NAME.stderr`), and its twin (`NAME.fixed.rs`): the same code after
//! the fix that the error asks for. `twins.rs` runs the twins.
//!
//! After a change of an error's text, run `TRYBUILD=overwrite cargo test -p recourse-ui-tests`, and read what changed.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// The extension of a twin.
const FIXED: &str = "fixed.rs";

/// The compiler that wrote the snapshots. Others word, mark and order their errors differently.
const PINNED: &str = "rustc 1.95.";

#[test]
fn mistakes_read_well() {
    let compiler = compiler();
    if !compiler.starts_with(PINNED) {
        return skip(&format!("mistakes_read_well: the errors in ui/ are those of {PINNED}x, and this is {compiler}"));
    }
    let cases = trybuild::TestCases::new();
    // By name, since the twins stand in the same folders.
    for mistake in mistakes() {
        cases.compile_fail(mistake);
    }
}

#[test]
fn every_mistake_has_its_error_and_its_twin() {
    let mistakes = mistakes();
    assert!(mistakes.len() >= 200, "the walk found only {} mistakes", mistakes.len());
    for mistake in &mistakes {
        assert!(mistake.with_extension("stderr").exists(), "{} has no error beside it", mistake.display());
        assert!(mistake.with_extension(FIXED).exists(), "{} has no twin beside it", mistake.display());
    }
    assert_eq!(files(FIXED).len(), mistakes.len(), "a twin has no mistake");
    assert_eq!(files("stderr").len(), mistakes.len(), "an error has no mistake");
}

/// `cargo fmt` does not see the twins, since no `mod` in a source file names them.
#[test]
fn twins_are_formatted() {
    let configuration = Path::new("..").join("rustfmt.toml");
    let check = ["--check", "--edition", "2024", "--config-path"];
    let output = Command::new("rustfmt").args(check).arg(configuration).args(files(FIXED)).output();
    match output {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => skip(&format!("twins_are_formatted: rustfmt does not run: {error}")),
    }
}

/// No cascade: what follows from a mistake is not reported beside it.
#[test]
fn one_mistake_is_one_error() {
    for mistake in mistakes() {
        let expected = match mistake.file_stem().and_then(OsStr::to_str) {
            Some("several_mistakes_at_once") => 4,
            Some("several_mistakes_in_a_derive") => 5,
            _ => 1,
        };
        let errors = read(&mistake.with_extension("stderr"));
        let count = errors.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(count, expected, "{}:\n{errors}", mistake.display());
        assert!(!errors.contains("\nwarning"), "{}:\n{errors}", mistake.display());
    }
}

/// The snapshots are the same on every machine. With the source of the standard library installed, rustc shows excerpts of it.
#[test]
fn no_error_names_this_machine() {
    let ours = env::current_dir().unwrap();
    let ours = ours.parent().and_then(Path::to_str).unwrap();
    for mistake in mistakes() {
        let errors = read(&mistake.with_extension("stderr"));
        for trace in [ours, "/home/", "/root/", "/Users/", ".cargo", ".rustup", "rustlib", "crates.io", "$RUST", "\\"] {
            assert!(!errors.contains(trace), "{} names {trace}:\n{errors}", mistake.display());
        }
    }
}

/// Reports a test that cannot run here. Fails when `RECOURSE_REQUIRE_UI` is set.
fn skip(why: &str) {
    assert!(env::var_os("RECOURSE_REQUIRE_UI").is_none(), "{why}");
    // Written past the capture of the test harness, so that a reader of "ok" also reads of what did not run.
    let _ = writeln!(io::stderr(), "SKIPPED {why}");
}

fn mistakes() -> Vec<PathBuf> {
    files("rs")
}

/// The files `ui/KIND/NAME.extension`, sorted.
fn files(extension: &str) -> Vec<PathBuf> {
    let kinds = entries(Path::new("ui")).into_iter().filter(|kind| kind.is_dir());
    let has_extension = |path: &PathBuf| {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        name.split_once('.').is_some_and(|(_, its)| its == extension)
    };
    kinds.flat_map(|kind| entries(&kind)).filter(has_extension).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `rustc 1.95.0 (59807616e 2026-04-14)`: the one that cargo takes.
fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("cargo found a rustc");
    String::from_utf8_lossy(&version.stdout).trim().to_owned()
}
