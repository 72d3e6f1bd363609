//! The steps of `.ci/run`, and the table of them in CONTRIBUTING.md.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs `.ci/run` from a folder that has nothing to do with the project, as CI may. `None` if there is no bash.
fn ci_run(argument: &str) -> Option<Output> {
    let script = workspace().join(".ci/run");
    Command::new("bash").arg(script).arg(argument).current_dir(env::temp_dir()).output().ok()
}

/// Name and description of each step, as `.ci/run --list` prints them.
fn listed() -> Option<Vec<(String, String)>> {
    let list = ci_run("--list")?;
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
    let lines = String::from_utf8(list.stdout).expect("text");
    let steps = lines.lines().map(|line| line.split_once(' ').expect("a name and a description"));
    Some(steps.map(|(name, description)| (name.to_owned(), description.trim().to_owned())).collect())
}

#[test]
fn contributing_has_the_table_of_all_steps() {
    let Some(steps) = listed() else { return };
    let page = fs::read_to_string(workspace().join("CONTRIBUTING.md")).expect("a page");
    let table = page.split("|---|---|\n").nth(1).expect("a table");
    let rows: Vec<_> = table.lines().take_while(|line| line.starts_with('|')).map(str::to_owned).collect();
    let expected: Vec<_> = steps.iter().map(|(name, description)| format!("| `{name}` | {description} |")).collect();
    assert_eq!(rows, expected, "the table in CONTRIBUTING.md is that of `.ci/run --list`");
}

#[test]
fn a_step_that_does_not_exist_is_an_error_that_names_the_others() {
    let Some(steps) = listed() else { return };
    let Some(refused) = ci_run("no-such-step") else { return };
    assert_eq!(refused.status.code(), Some(2));
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(message.contains("there is no step `no-such-step`"), "{message}");
    for (name, _) in steps {
        assert!(message.contains(&format!(" {name}")), "{name} is not in: {message}");
    }
}
