//! What the forms of an edit send, from one page to the next.

use crate::store::Edit;
use maud::{Markup, html};
use serde::Deserialize;

/// A document, its new text, and the tag of the text that was edited; empty for a document that is new.
#[derive(Debug, Deserialize)]
pub(super) struct Fields {
    pub(super) name: String,
    pub(super) tag: String,
    pub(super) text: String,
}

impl Fields {
    /// The edit that the form asks for.
    pub(super) fn edit(&self) -> Edit<'_> {
        Edit { name: &self.name, text: &self.text, tag: (!self.tag.is_empty()).then_some(&self.tag) }
    }
}

/// The fields that nobody edits.
pub(super) fn hidden(name: &str, tag: &str) -> Markup {
    html! {
        input type="hidden" name="name" value=(name);
        input type="hidden" name="tag" value=(tag);
    }
}
