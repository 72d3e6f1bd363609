//! The tables in the documentation of `classifiers`.

use recourse::Class;
use std::fs;
use std::path::Path;

/// Asserts that the documentation gives this class to a row of a table: the one whose first cell is `row`.
pub(crate) fn shows(module: &str, row: &str, class: Class) {
    assert_eq!(
        documented(module, row),
        told(class),
        "{module}, {row}: the documentation, and the class of the real error"
    );
}

/// The second cell of a row.
pub(crate) fn documented(module: &str, row: &str) -> String {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recourse/src/classifiers").join(module).with_extension("rs");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let mut cells = rows.map(|line| line.split(" | ")).filter(|cells| cells.clone().next() == Some(row));
    let mut row = cells.next().unwrap_or_else(|| panic!("{}: there is no row `{row}`", file.display()));
    row.nth(1).expect("a class").to_owned()
}

/// A class as the tables call it.
fn told(class: Class) -> &'static str {
    match class {
        Class::Success => "success",
        Class::Ignore => "ignore",
        Class::NonRetryable => "non-retryable",
        Class::Retryable { after: None } => "retryable",
        Class::Retryable { after: Some(_) } => "retryable, after that time",
        _ => panic!("a class that no table has: {class:?}"),
    }
}
