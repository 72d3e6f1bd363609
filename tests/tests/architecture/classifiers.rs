//! The tables in the documentation of `classifiers` and the tests of the classifiers agree, by name; and the examples are short enough to be read.
//!
//! A test compares the class of a real error with that of its row. Here each row is known to have a test: the one that has the row's first
//! cell as its name, in the file of the table's name.

use crate::contract::tests;
use crate::source::{read, workspace};
use std::collections::BTreeSet;

/// Files of `recourse/src/classifiers` with tables of outcomes, the files of their tests, and what the headers of those tables begin with.
const TABLES: [(&str, &str, &[&str]); 7] = [
    ("io", "io", &["error"]),
    ("http", "http", &["answer or error"]),
    ("reqwest", "reqwest", &["error or answer"]),
    ("tonic", "tonic", &["status"]),
    ("sqlx", "sqlx", &["error"]),
    ("redis", "redis", &["error"]),
    ("mod", "idempotent", &["retried under `idempotent_only`", "not retried under `idempotent_only`"]),
];

/// The rows of the tables with these headers, each as the name of its test.
fn rows(text: &str, headers: &[&str]) -> Vec<String> {
    let (mut names, mut inside) = (Vec::new(), false);
    for line in text.lines() {
        match line.strip_prefix("//! | ").and_then(|cells| cells.split(" | ").next()) {
            Some(header) if headers.contains(&header) => inside = true,
            Some(row) if inside => names.push(name(row)),
            // The line below a header.
            None if line.starts_with("//! |-") => {}
            _ => inside = false,
        }
    }
    names
}

/// `no_tls_at_all` for "no TLS at all".
fn name(row: &str) -> String {
    let plain =
        row.chars().filter(|c| *c != '`').map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    plain.collect()
}

/// classify-16.
#[test]
fn each_row_of_a_table_has_the_test_of_its_name_and_each_test_a_row() {
    let tests = tests();
    for (file, module, headers) in TABLES {
        let rows = rows(&read(&workspace("recourse/src/classifiers").join(file).with_extension("rs")), headers);
        let named: BTreeSet<_> = rows.iter().cloned().collect();
        assert_eq!(named.len(), rows.len(), "{file}: two rows have one name: {rows:?}");
        assert!(named.len() > 10, "{file}: only {} rows were read", named.len());
        let prefix = format!("classifiers::{module}::");
        let there: BTreeSet<_> =
            tests.keys().filter_map(|test| test.strip_prefix(&prefix)).map(str::to_owned).collect();
        assert_eq!(there, named, "the tests in tests/classifiers/tests/{prefix}, and the rows in {file}.rs");
    }
}

#[test]
fn the_examples_are_of_a_length_to_be_read() {
    for example in ["guarded_http", "guarded_sql", "guarded_grpc"] {
        let lines = read(&workspace("examples/guarded").join(example).with_extension("rs")).lines().count();
        assert!((40..=120).contains(&lines), "{example}: {lines} lines");
    }
}

/// The documentation says how long the newcomer's program is, less the comment above it.
#[test]
fn the_newcomers_program_has_the_length_that_is_told() {
    let program = read(&workspace("examples/guarded/newcomer.rs"));
    let lines = program.lines().filter(|line| !line.starts_with("//!")).skip_while(|line| line.is_empty()).count();
    let told = read(&workspace("recourse/src/classifiers/reqwest.rs"));
    assert!(told.contains(&format!("{lines} lines")), "it has {lines} lines");
}

/// The check itself.
#[test]
fn the_check_can_fail() {
    let table = "//! | other | class |\n//! |---|---|\n//! | x | y |\n//!\n//! | error | class |\n//! |---|---|\n//! | no `TLS` at all | retryable |\n//! | b | c |\n//!\n//! | d | e |";
    assert_eq!(rows(table, &["error"]), ["no_tls_at_all", "b"]);
    assert_eq!(rows(table, &["other", "error"]), ["x", "no_tls_at_all", "b"]);
}
