//! The result as JSON, for programs.

use crate::check::Checked;
use recourse_policy::DurationText;
use serde_json::{Value, json};

/// Prints one object: `documents`, `refused`, `faults`, `more`, `unread` and `policies`.
pub(crate) fn print(checked: &Checked) -> String {
    let faults = checked.faults.iter().map(|fault| {
        json!({
            "severity": if fault.kind.refuses() { "error" } else { "warning" },
            "kind": fault.kind.code(),
            "file": *fault.file,
            // A fault of a whole document has no place.
            "line": (fault.line > 0).then_some(fault.line),
            "column": (fault.column > 0).then_some(fault.column),
            "key": *fault.key,
            "field": fault.field,
            "value": fault.value,
            "message": fault.message,
            "allowed": fault.allowed,
            "instead": fault.instead,
        })
    });
    let policies = checked.policies.iter().map(|checkup| {
        json!({
            "file": checkup.file,
            "line": checkup.line,
            "key": checkup.pattern,
            "enabled": checkup.enabled,
            "policy": checkup.policy,
            "worst_case": {
                // What no document sets is the program's.
                "attempts": checkup.policy.retry.and(checkup.worst.attempts),
                "delays": checkup.worst.delays.map(DurationText),
                "time": checkup.worst.time.map(DurationText),
            },
        })
    });
    let unread = checked.unread.iter().map(|(path, why)| json!({ "file": path.to_string_lossy(), "message": why }));
    let result = json!({
        "documents": checked.documents,
        "refused": checked.refused,
        "faults": faults.collect::<Vec<Value>>(),
        "more": checked.more,
        "unread": unread.collect::<Vec<Value>>(),
        "policies": policies.collect::<Vec<Value>>(),
    });
    format!("{result:#}\n")
}
