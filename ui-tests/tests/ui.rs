//! What a user reads who makes a mistake: one file a mistake, its error beside it, and a twin in `ui/pass` that compiles
//! after the fix that the error asks for (`twins.rs` runs them).
//!
//! After a change of words: `TRYBUILD=overwrite cargo test -p recourse-ui-tests`, and read what changed.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// The compiler whose words stand in the snapshots: that of `rust-version`.
const PINNED: &str = "rustc 1.95.";

const FOLDERS: [&str; 9] =
    ["syntax", "options", "values", "conflicts", "functions", "types", "derive", "race", "algebra"];

#[test]
fn mistakes_read_well() {
    let compiler = compiler();
    if !compiler.starts_with(PINNED) {
        let skipped = format!("the errors in ui/ are those of {PINNED}x, and this is {compiler}");
        assert!(env::var_os("RECOURSE_REQUIRE_UI").is_none(), "{skipped}");
        // Past the capture of the harness: whoever reads "ok" also reads what was not looked at.
        let _ = writeln!(io::stderr(), "SKIPPED mistakes_read_well: {skipped}");
        return;
    }
    let cases = trybuild::TestCases::new();
    for folder in FOLDERS {
        cases.compile_fail(format!("ui/{folder}/*.rs"));
    }
}

#[test]
fn every_mistake_has_its_error_and_its_twin() {
    let twins = read(Path::new("tests/twins.rs"));
    let mistakes = mistakes();
    for mistake in &mistakes {
        let name = mistake.file_stem().and_then(OsStr::to_str).unwrap();
        assert!(mistake.with_extension("stderr").exists(), "{name} has no error beside it");
        assert!(Path::new("ui/pass").join(name).with_extension("rs").exists(), "{name} has no twin");
        assert!(twins.contains(&format!("mod {name};")), "the twin of {name} is not in tests/twins.rs");
    }
    assert_eq!(files("pass", "rs").len(), mistakes.len(), "a twin has no mistake");
    let errors: usize = FOLDERS.iter().map(|folder| files(folder, "stderr").len()).sum();
    assert_eq!(errors, mistakes.len(), "an error has no mistake");
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

/// The snapshots are the same on every machine, also on one that has the source of the standard library: then rustc shows it.
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

fn mistakes() -> Vec<PathBuf> {
    FOLDERS.iter().flat_map(|folder| files(folder, "rs")).collect()
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new("ui").join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|its| its == extension)).collect()
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
