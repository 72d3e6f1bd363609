//! What was found in a document, as faults with their places.

use super::fault::Fault;
use super::format::Format;
use super::kind::FaultKind;
use super::lines::Lines;
use super::reading::{Finding, Reading};
use super::tree::{TreeFault, TreeFaultKind};
use std::sync::Arc;

/// Notes a fault of the text.
pub(super) fn tree_fault(fault: TreeFault, format: Format, reading: &mut Reading) {
    let (kind, says, instead) = match fault.kind {
        TreeFaultKind::Duplicate => {
            (FaultKind::Duplicate, "the name is there twice in one table".to_owned(), "leave one of them out")
        }
        TreeFaultKind::TooDeep => (
            FaultKind::TooLarge,
            fault.message,
            "write the key in one piece, as in \"users.get\", and sections as text",
        ),
        TreeFaultKind::Syntax => {
            (FaultKind::Syntax, format!("this is not {format}: {}", fault.message), format.advice())
        }
    };
    reading.find(kind, fault.span, "", (String::new(), format.allowed()), says, instead);
}

/// Returns the findings in the order of the text.
pub(super) fn faults(mut findings: Vec<Finding>, file: &Arc<str>, lines: &Lines<'_>) -> Vec<Fault> {
    findings.sort_by_key(|finding| finding.span.start);
    let fault = |finding: Finding| {
        // A fault of the whole document has no place.
        let whole = matches!(finding.kind, FaultKind::TooLarge | FaultKind::Encoding) && finding.span == (0..0);
        let (line, column) = if whole { (0, 0) } else { lines.place(finding.span.start) };
        let Finding { kind, key, field, value, message, allowed, instead, .. } = finding;
        Fault { kind, file: file.clone(), line, column, key, field, value, message, allowed, instead }
    };
    findings.into_iter().map(fault).collect()
}
