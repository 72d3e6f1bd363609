//! The text of a document, with its lines.

use maud::{Markup, html};

/// The most lines that are shown.
const MOST_LINES: usize = 5_000;

/// Shows a text with the numbers of its lines. Those that are marked stand out.
pub(super) fn source(text: &str, marked: &[u32]) -> Markup {
    let lines: Vec<_> = (1_u32..).zip(text.lines()).collect();
    html! {
        div.source tabindex="0" role="region" aria-label="Text of the document" {
            table {
                @for (number, line) in lines.iter().take(MOST_LINES) {
                    tr id=(format_args!("L{number}")) class=[marked.contains(number).then_some("marked")] {
                        td.number { (number) }
                        td { code { (line) } }
                    }
                }
            }
        }
        @if lines.len() > MOST_LINES { p { "and " (lines.len() - MOST_LINES) " more lines" } }
    }
}
