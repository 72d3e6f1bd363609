//! The result as text, for people.

use crate::check::{Checked, Checkup};
use recourse_policy::DurationText;
use std::fmt::Write as _;

/// Prints faults and reports as `FILE:LINE:COLUMN: error: ..`, then a line for each policy.
pub(crate) fn print(checked: &Checked) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for (path, why) in &checked.unread {
        let _ = writeln!(text, "{}: error: cannot be read: {why}", path.display());
    }
    for fault in &checked.faults {
        let severity = if fault.kind.refuses() { "error" } else { "warning" };
        let place = if fault.line > 0 { format!(":{}:{}", fault.line, fault.column) } else { String::new() };
        let key = if fault.key.is_empty() { String::new() } else { format!("[{}] ", fault.key) };
        let _ = writeln!(text, "{}{place}: {severity}[{}]: {key}{}", fault.file, fault.kind, fault.message);
    }
    if checked.more > 0 {
        let _ = writeln!(text, "and {} more", checked.more);
    }
    for policy in &checked.policies {
        let _ = writeln!(text, "{}:{}: [{}] {}", policy.file, policy.line, policy.pattern, worst(policy));
    }
    let _ = writeln!(
        text,
        "{} documents, {} of them refused; {} keys and patterns",
        checked.documents,
        checked.refused,
        checked.policies.len()
    );
    text
}

/// Says the worst case in words. What the documents do not set is the program's, so there may be more of it.
fn worst(checkup: &Checkup) -> String {
    if !checkup.enabled {
        return "switched off: one attempt; time limits and fallbacks stay".to_owned();
    }
    let policy = &checkup.policy;
    let mut text = match (policy.retry, policy.hedge) {
        (None, None) => "attempts as the program says".to_owned(),
        _ => checkup
            .worst
            .attempts
            .map_or("attempts without end".to_owned(), |most| format!("at most {}", counted(most))),
    };
    if policy.retry.is_none() && policy.hedge.is_some() {
        text.push_str(" for each of those the program says");
    }
    let _ = match checkup.worst.time {
        Some(time) => write!(text, ", at most {}", DurationText(time)),
        None => write!(text, ", no time limit here"),
    };
    let repeats = policy.retry.is_some_and(|retry| retry.repeats());
    if policy.timeout.is_none() && repeats && checkup.worst.time.is_some() {
        text.push_str(" (more if a server asks for longer delays)");
    }
    text
}

fn counted(attempts: u32) -> String {
    if attempts == 1 { "1 attempt".to_owned() } else { format!("{attempts} attempts") }
}
