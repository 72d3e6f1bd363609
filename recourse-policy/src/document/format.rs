//! The formats of documents.

use std::fmt;

/// The format of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// TOML 1.0, and what the parser knows of later versions.
    Toml,
    /// JSON, as RFC 8259 has it.
    Json,
}

impl Format {
    /// Returns the format of a file by its name: `.toml` or `.json`.
    ///
    /// ```
    /// use recourse_policy::document::Format;
    ///
    /// assert_eq!(Format::of_file("policies/users.TOML"), Some(Format::Toml));
    /// assert_eq!(Format::of_file("policies.yaml"), None);
    /// ```
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Returns what a text of the format is, for messages.
    pub(super) const fn allowed(self) -> &'static str {
        match self {
            Self::Toml => "TOML: lines such as `timeout = \"2s\"` below a table such as `[users.get]`",
            Self::Json => {
                "JSON: one object, names and texts in double quotes, no comments, no comma after the last value"
            }
        }
    }

    /// Returns what to write in place of a text that is not in the format.
    pub(super) const fn advice(self) -> &'static str {
        match self {
            Self::Toml => "write lines such as `timeout = \"2s\"`, with texts in quotes",
            Self::Json => "write names and texts in double quotes, without comments, and no comma after the last value",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Toml => "TOML",
            Self::Json => "JSON",
        })
    }
}
