//! The command line as CI and editors use it: exit codes, text, and JSON.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// A folder of this test alone, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("recourse-cli-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> &Self {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Runs the command in the folder, and returns its exit code and what it printed.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output =
            Command::new(env!("CARGO_BIN_EXE_recourse")).args(arguments).current_dir(&self.0).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const GOOD: &str = "[users.get]\nretry = \"3 attempts, fixed 100ms\"\nattempt_timeout = \"1s\"\nhedge = \"50ms, at most 1\"\n\
                    ['users.*']\ntimeout = \"9s\"\n['*']\nenabled = false\n[solo]\nenabled = true\n";

/// document-11: A good document: exit code 0, and the worst case of each policy with what the patterns above a key add to it.
#[test]
fn a_good_document_has_its_worst_cases() {
    let folder = Folder::new("good");
    folder.file("policies.toml", GOOD);
    let (code, text) = folder.run(&["check", "policies.toml"]);
    assert_eq!(
        text,
        "policies.toml:1: [users.get] switched off: one attempt; time limits and fallbacks stay\n\
         policies.toml:5: [users.*] switched off: one attempt; time limits and fallbacks stay\n\
         policies.toml:7: [*] switched off: one attempt; time limits and fallbacks stay\n\
         policies.toml:9: [solo] attempts as the program says, no time limit here\n\
         1 documents, 0 of them refused; 4 keys and patterns\n"
    );
    assert_eq!(code, 0);
    folder.file("policies.toml", &GOOD.replace("enabled = false", ""));
    let (_, text) = folder.run(&["check", "policies.toml"]);
    assert!(text.contains("[users.get] at most 6 attempts, at most 3.35s\n"), "{text}");
    assert!(text.contains("[users.*] attempts as the program says, at most 9s\n"), "{text}");
}

/// document-11: A bad document: exit code 1, and a line for each fault with line and column.
#[test]
fn a_bad_document_has_all_its_faults() {
    let folder = Folder::new("bad");
    folder
        .file("a.toml", "[a]\nretry = \"3 tries\"\ntimeout = 5\n")
        .file("b/c.json", r#"{ "key": "b", "timeuot": "1s" }"#);
    folder.file("b/notes.txt", "no document");
    let (code, text) = folder.run(&["check", "."]);
    assert_eq!(
        text,
        "./a.toml:2:10: error[text]: [a] retry: `3 tries` is not in attempts; did you mean `3 attempts`?\n\
         ./a.toml:3:11: error[wrong_type]: [a] timeout: `5` is not a duration: a number and a unit, such as `500ms`; did you mean \
         \"5ms\" or \"5s\"?\n\
         ./b/c.json:1:15: error[unknown_field]: [b] timeuot: there is no field `timeuot`; did you mean `timeout`?\n\
         2 documents, 2 of them refused; 0 keys and patterns\n"
    );
    assert_eq!(code, 1);
}

/// document-5: What is clamped is reported; `--strict` makes it an error, and the program's own bounds can be given.
#[test]
fn what_is_clamped_is_reported() {
    let folder = Folder::new("clamped");
    folder.file("a.toml", "[a]\nretry = \"4 attempts, fixed 20s\"\nbudget = \"none\"\n");
    let (code, text) = folder.run(&["check", "a.toml"]);
    assert!(code == 0 && text.contains("a.toml:3:10: warning[clamped]: [a] budget: none became defaults"), "{text}");
    assert_eq!(folder.run(&["check", "--strict", "a.toml"]).0, 1);
    assert_eq!(folder.run(&["check", "--strict", "--unlimited-budget", "a.toml"]).0, 0);
    let (code, text) =
        folder.run(&["check", "--strict", "--unlimited-budget", "--max-delay", "5s", "--max-attempts", "3", "a.toml"]);
    assert!(code == 1 && text.contains("retry.delay: 20s became 5s") && text.contains("4 became 3"), "{text}");
}

/// Names that the program registers have to be given.
#[test]
fn registered_names_are_given() {
    let folder = Folder::new("names");
    folder.file("a.toml", "[a]\nclassify = \"by_status\"\nhedge = { trigger = \"adaptive\", budget = \"search\" }\n");
    let (code, text) = folder.run(&["check", "a.toml"]);
    assert!(code == 1 && text.matches("error[unknown_name]").count() == 3, "{text}");
    let names = ["check", "a.toml", "--classifier", "by_status", "--trigger", "adaptive", "--budget", "search"];
    assert_eq!(folder.run(&names).0, 0);
}

/// JSON has the same, for programs.
#[test]
fn json_is_for_programs() {
    let folder = Folder::new("json");
    folder.file(
        "a.toml",
        "[a]\nretry = \"2 attempts, fixed 1s\"\nattempt_timeout = \"500ms\"\n[b]\ntimeout = \"10us\"\n",
    );
    let (code, text) = folder.run(&["check", "--format", "json", "a.toml"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(code, 0);
    assert_eq!(json["policies"][0]["policy"]["retry"], "2 attempts, fixed 1s");
    assert_eq!(json["policies"][0]["worst_case"], serde_json::json!({ "attempts": 2, "delays": "1s", "time": "2s" }));
    assert_eq!(json["policies"][1]["worst_case"]["attempts"], Value::Null);
    let fault = &json["faults"][0];
    assert_eq!((&fault["severity"], &fault["kind"]), (&Value::from("warning"), &Value::from("clamped")));
    assert_eq!((&fault["line"], &fault["column"]), (&Value::from(5), &Value::from(11)));
    assert_eq!(fault["field"], "timeout");
}

/// document-11: Exit code 2: the arguments are wrong, or a file cannot be read.
#[test]
fn what_cannot_be_checked_has_a_code_of_its_own() {
    let folder = Folder::new("unread");
    folder.file("a.yaml", "");
    let (code, text) = folder.run(&["check", "a.yaml", "nowhere.toml"]);
    assert_eq!(code, 2);
    assert!(text.contains("a.yaml: error: cannot be read: the name ends neither in .toml nor in .json"), "{text}");
    assert!(text.contains("nowhere.toml: error: cannot be read: "), "{text}");
    for arguments in [
        &["check"][..],
        &["chekc", "a.toml"],
        &["check", "--format", "xml", "a.toml"],
        &["check", "--max-delay", "5", "a.toml"],
        &[],
    ] {
        assert_eq!(folder.run(arguments).0, 2, "{arguments:?}");
    }
    let (code, help) = folder.run(&["check", "--help"]);
    assert!(code == 0 && help.contains("Exit codes:"), "{help}");
    assert_eq!(folder.run(&["schema"]).0, 0);
}
