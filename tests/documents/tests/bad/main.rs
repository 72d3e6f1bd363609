//! Every kind of bad document: a typed fault with its place and what is allowed, in both formats, and never a panic.
//!
//! Each table prints what is said about each document, and is compared with the file beside it: `UPDATE_EXPECT=1 cargo test -p
//! recourse-tests-documents` writes it anew. Read aloud what changed before you commit it.

mod cross_field;
mod durations;
mod fields;
mod json_shape;
mod keys;
mod numbers;
mod toml;

use recourse_policy::document::{Document, Format, Refused};
use recourse_policy::limits;
use recourse_tests_documents::check;
use std::fmt::Write as _;

/// What is expected of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// The document is refused.
    Refused,
    /// The document is used, and something is reported.
    Reported,
    /// The document is good: the format allows what looks strange.
    Good,
}

use Expect::{Good, Refused as Bad, Reported};

/// Reads each document, checks what is expected of it, and returns what was said about all of them.
fn told(format: Format, rows: &[(&str, Vec<u8>, Expect)]) -> String {
    let mut told = String::new();
    for (name, bytes, expect) in rows {
        // The invariants of every document first: they say more if one does not hold.
        check::holds(format, bytes);
        let read = check::read(format, bytes);
        let (found, lines) = match &read {
            Err(refused) => (Bad, lines_of_refused(refused)),
            Ok(document) if document.reports().is_empty() => (Good, vec!["good".to_owned()]),
            Ok(document) => (Reported, lines_of_reports(document)),
        };
        assert_eq!(found, *expect, "{name}: {lines:#?}");
        // Writing to a String cannot fail.
        let _ = writeln!(told, "{name}\n    {}", lines.join("\n    "));
    }
    told
}

fn lines_of_refused(refused: &Refused) -> Vec<String> {
    for fault in refused.faults().iter().filter(|fault| fault.kind.refuses()) {
        assert!(!fault.instead.is_empty() && !fault.message.is_empty(), "{fault:?}");
    }
    let mut lines: Vec<String> = refused.faults().iter().map(|fault| format!("{} {fault}", fault.kind)).collect();
    if lines.len() > 4 {
        let rest = lines.len() - 3 + refused.more();
        lines.truncate(3);
        lines.push(format!("and {rest} more"));
    }
    lines
}

fn lines_of_reports(document: &Document<()>) -> Vec<String> {
    document.reports().iter().map(|report| format!("{} {report}", report.kind)).collect()
}

/// Returns rows of JSON documents, each one text.
fn rows(texts: &[(&'static str, &str, Expect)]) -> Vec<(&'static str, Vec<u8>, Expect)> {
    texts.iter().map(|(name, text, expect)| (*name, text.as_bytes().to_vec(), *expect)).collect()
}

/// document-3: A document that is cut off anywhere is refused, or is a shorter good one; what is left is never misread.
#[test]
fn a_document_cut_off_anywhere_is_no_other_document() {
    for (format, text) in [
        (Format::Json, include_str!("../../good/many.json")),
        (Format::Json, include_str!("../../good/one.json")),
        (Format::Toml, include_str!("../../good/many.toml")),
    ] {
        for end in 0..text.trim_end().len() {
            let good = check::holds(format, &text.as_bytes()[..end]);
            assert!(!(good && format == Format::Json), "JSON is not over at {end}");
            assert!(!(good && text[..end].trim().is_empty()), "nothing is no document");
        }
    }
}

/// document-1: All faults are told at once, in the order of the text; of very many the rest is counted.
#[test]
fn all_faults_are_told_at_once() {
    let text =
        "[a]\nretry = \"4 tries\"\ntimeuot = \"1s\"\n[b.hedge]\ndelay = 5\n[\"c/d\"]\n[e]\nbudget = \"serach\"\n";
    let refused = check::read(Format::Toml, text.as_bytes()).unwrap_err();
    let places: Vec<_> = refused.faults().iter().map(|fault| (fault.line, fault.column, fault.kind.code())).collect();
    let expected =
        [(2, 10, "text"), (3, 1, "unknown_field"), (5, 9, "wrong_type"), (6, 2, "key"), (8, 10, "unknown_name")];
    assert_eq!(places, expected, "{refused}");

    let many = (0..5_000)
        .map(|index| format!("[k{index}]\ntimeuot = 1\nretry = \"1 attempt\"\n"))
        .collect::<Vec<_>>()
        .concat();
    let refused = check::read(Format::Toml, many.as_bytes()).unwrap_err();
    assert_eq!((refused.faults().len(), refused.more()), (limits::DOCUMENT_FAULTS, 5_000 - limits::DOCUMENT_FAULTS));
    assert!(refused.to_string().ends_with("\nand 4900 more"), "{refused}");
}
