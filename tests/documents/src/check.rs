//! What holds for every document, good or bad.

use crate::generate::names;
use recourse_policy::document::{Document, DocumentReader, Documents, Fault, Format, Refused};
use recourse_policy::{OperatorBounds, limits};

/// Reads a document, with the names that random documents have.
pub fn read(format: Format, bytes: &[u8]) -> Result<Document<()>, Refused> {
    DocumentReader::new().names(names()).read("policies", format, bytes)
}

/// Reads a document and checks what holds for every one. Returns whether it was read.
///
/// # Panics
///
/// Panics if something does not hold.
pub fn holds(format: Format, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    match read(format, bytes) {
        Ok(document) => {
            for report in document.reports() {
                assert!(!report.kind.refuses(), "{report}\n{text}");
                placed(report, &text);
            }
            for entry in document.entries() {
                let (policy, changes) = OperatorBounds::new().apply(*entry.policy());
                assert!(changes.is_empty() && policy == *entry.policy(), "{changes:?}\n{text}");
                assert!(entry.line() >= 1, "{text}");
            }
            for format in [Format::Toml, Format::Json] {
                round_trip(&document, format, &text);
            }
            let documents = Documents::new([document.clone()], &OperatorBounds::new()).unwrap();
            for entry in document.entries() {
                let key = entry.pattern().as_str().trim_end_matches('*').replace(['{', '}'], "x");
                let found = documents.resolve(&key, Some(entry.pattern().as_str()));
                assert_eq!(OperatorBounds::new().apply(*found.policy()), (*found.policy(), vec![]), "{text}");
            }
            true
        }
        Err(refused) => {
            assert!(refused.faults().iter().any(|fault| fault.kind.refuses()), "{refused}\n{text}");
            assert!(refused.faults().len() <= 2 * limits::DOCUMENT_FAULTS);
            for fault in refused.faults() {
                placed(fault, &text);
                assert!(!fault.instead.is_empty(), "{fault}\n{text}");
                let shown = fault.to_string();
                assert!(!shown.contains(|letter: char| letter.is_control()), "{shown:?}");
                assert!(shown.len() < 3_000, "{shown}");
            }
            false
        }
    }
}

/// Checks that a fault has a place in the text.
fn placed(fault: &Fault, text: &str) {
    if fault.line == 0 {
        assert_eq!(fault.column, 0, "{fault}");
        return;
    }
    let line = text.split('\n').nth(fault.line as usize - 1);
    let length = line.map_or(0, |line| line.chars().count());
    assert!(line.is_some() && (1..=length + 1).contains(&(fault.column as usize)), "{fault}\n{text}");
}

/// Checks that what a document prints is read as the same entries.
fn round_trip(document: &Document<()>, format: Format, text: &str) {
    let printed = document.print(format);
    // A document without entries and without a version prints nothing, which is refused.
    if document.entries().is_empty() {
        return;
    }
    let again = read(format, printed.as_bytes()).unwrap_or_else(|refused| panic!("{refused}\n{printed}\nof\n{text}"));
    assert_eq!(again.version(), document.version(), "{printed}");
    assert_eq!(again.entries().len(), document.entries().len(), "{printed}");
    for (one, other) in document.entries().iter().zip(again.entries()) {
        assert_eq!((one.pattern(), one.policy()), (other.pattern(), other.policy()), "{printed}\nof\n{text}");
        assert_eq!((one.enabled(), one.names()), (other.enabled(), other.names()), "{printed}\nof\n{text}");
    }
}
