//! The difference of two texts, line by line.

use maud::{Markup, html};
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// Shows what was taken away and what was added, with three lines around it. Signs say so as well as colours.
pub(super) fn difference(old: &str, new: &str) -> Markup {
    // Two texts without anything in common take long; after this time the difference is only coarser.
    let diff = TextDiff::configure().timeout(Duration::from_millis(500)).diff_lines(old, new);
    let groups = diff.grouped_ops(3);
    html! {
        div.source.diff tabindex="0" role="region" aria-label="Difference" {
            table {
                @for (at, group) in groups.iter().enumerate() {
                    @if at > 0 { tr.gap { td.number { "⋮" } td {} td {} } }
                    @for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                        @let (class, sign) = match change.tag() {
                            ChangeTag::Delete => ("del", "−"),
                            ChangeTag::Insert => ("ins", "+"),
                            ChangeTag::Equal => ("same", ""),
                        };
                        tr class=(class) {
                            td.number { @if let Some(line) = change.new_index().or(change.old_index()) { (line + 1) } }
                            td.sign { (sign) }
                            td { code { (change.value().trim_end_matches(['\r', '\n'])) } }
                        }
                    }
                }
            }
        }
    }
}
