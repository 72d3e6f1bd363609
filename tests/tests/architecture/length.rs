//! Files that can be read in one sitting.

use crate::source::{read, rust_files, workspace};
use std::path::Path;

/// Lines of a source file, and of a file of tests.
const SOURCE: usize = 300;
const TESTS: usize = 400;

/// Folders, and how long their files may be.
const FOLDERS: [(&str, usize); 8] = [
    ("recourse/src", SOURCE),
    ("recourse-macros/src", SOURCE),
    ("recourse-policy/src", SOURCE),
    ("recourse-cli/src", SOURCE),
    ("examples/control_plane/src", SOURCE),
    ("recourse-policy/tests", TESTS),
    ("tests", TESTS),
    ("ui-tests", TESTS),
];

/// Files that are longer, each with the reason. Empty, and better so.
const LONGER: [(&str, &str); 0] = [];

#[test]
fn no_file_is_too_long() {
    let mut long = Vec::new();
    for (folder, limit) in FOLDERS {
        let root = workspace(folder);
        for file in rust_files(&root) {
            let limit = if is_test(file.strip_prefix(&root).expect("below the root")) { TESTS } else { limit };
            let lines = read(&file).lines().count();
            if lines > limit && !LONGER.iter().any(|(path, _)| file.ends_with(path)) {
                long.push(format!("{lines} lines, not {limit}: {}", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Tests of a module's own: `tests.rs`, `loom_tests.rs`, and what stands in a folder `tests`.
fn is_test(file: &Path) -> bool {
    let name = file.file_name().expect("a file").to_string_lossy();
    name.ends_with("tests.rs") || file.iter().any(|folder| folder == "tests")
}
