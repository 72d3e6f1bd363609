//! How much of a list of errors is shown. The lists keep everything; their texts are for logs, which somebody may fill otherwise by
//! a host with 20,000 addresses, or by an error that is a page of HTML.

use std::fmt::{self, Write};

/// The number of entries that a text shows.
pub(crate) const SHOWN: usize = 16;

/// The bytes that a text shows of each entry.
const BYTES: usize = 500;

/// Displays at most 500 bytes of what is inside.
pub(crate) struct Cut<T>(pub(crate) T);

impl<T: fmt::Display> fmt::Display for Cut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Limited { f, left: Some(BYTES) };
        let written = write!(out, "{}", self.0);
        // The limit is an error as well, so that what is inside stops writing.
        if out.left.is_some() { written } else { f.write_char('…') }
    }
}

struct Limited<'a, 'f> {
    f: &'a mut fmt::Formatter<'f>,
    /// `None` when the limit is passed.
    left: Option<usize>,
}

impl Write for Limited<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = self.left.ok_or(fmt::Error)?;
        if let Some(rest) = left.checked_sub(text.len()) {
            self.left = Some(rest);
            return self.f.write_str(text);
        }
        let end = (0..=left).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.left = None;
        self.f.write_str(&text[..end])?;
        Err(fmt::Error)
    }
}

/// Debugs the first entries of a list, and the number of the others.
pub(crate) struct First<'a, T>(pub(crate) &'a [T]);

impl<T: fmt::Debug> fmt::Debug for First<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.0.iter().take(SHOWN));
        if let Some(more) = more(self.0.len()) {
            list.entry(&format_args!("and {more} more"));
        }
        list.finish()
    }
}

/// Returns the number of entries that are not shown, if there are any.
pub(crate) const fn more(entries: usize) -> Option<usize> {
    match entries.saturating_sub(SHOWN) {
        0 => None,
        more => Some(more),
    }
}
