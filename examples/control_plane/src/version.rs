//! Writes the version of a document into its text, and changes nothing else: not a comment, not a blank.

use recourse_policy::document::Format;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::ops::Range;

/// Returns a text that names a version; `None` if the text is not in the format.
pub(crate) fn with_version(text: &str, format: Format, version: u64) -> Option<String> {
    let (place, new) = match (place_of(text, format)?, format) {
        (Place::Number(place), _) => (place, version.to_string()),
        // The top of a TOML document is its first line, whatever follows.
        (Place::Nowhere, Format::Toml) => {
            let gap = if text.starts_with('[') { "\n" } else { "" };
            (0..0, format!("version = {version}\n{gap}"))
        }
        (Place::Nowhere, _) => {
            let brace = text.find('{')? + 1;
            let is_empty = text.get(brace..)?.trim_start().starts_with('}');
            (brace..brace, format!(" \"version\": {version}{}", if is_empty { " " } else { "," }))
        }
    };
    let mut text = text.to_owned();
    text.replace_range(place, &new);
    Some(text)
}

/// Where a text has its version.
enum Place {
    Number(Range<usize>),
    Nowhere,
}

fn place_of(text: &str, format: Format) -> Option<Place> {
    #[derive(Deserialize)]
    struct Toml {
        version: Option<toml::Spanned<toml::Value>>,
    }
    #[derive(Deserialize)]
    struct Json<'a> {
        #[serde(borrow)]
        version: Option<&'a RawValue>,
    }
    let place = if format == Format::Toml {
        toml::from_str::<Toml>(text).ok()?.version.map(|version| version.span())
    } else {
        let part = serde_json::from_str::<Json<'_>>(text).ok()?.version.map(RawValue::get);
        // What is borrowed is a part of the text, so the difference of their addresses is where it stands.
        part.and_then(|part| {
            let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
            Some(start..start + part.len())
        })
    };
    Some(place.map_or(Place::Nowhere, Place::Number))
}

#[cfg(test)]
mod tests {
    use super::{Format, with_version};

    #[test]
    fn only_the_number_changes() {
        let cases = [
            (
                Format::Toml,
                "# ours\nversion = 3  # of the content\n[users.get]\n",
                "# ours\nversion = 12  # of the content\n[users.get]\n",
            ),
            (Format::Toml, "[users.version]\ntimeout = '1s'\n", "version = 12\n\n[users.version]\ntimeout = '1s'\n"),
            (Format::Toml, "timeout = '1s'\n", "version = 12\ntimeout = '1s'\n"),
            (Format::Toml, "", "version = 12\n"),
            (Format::Json, "{\"a.version\": {}, \"version\" :3 }", "{\"a.version\": {}, \"version\" :12 }"),
            (Format::Json, "{\"timeout\": \"1s\"}", "{ \"version\": 12,\"timeout\": \"1s\"}"),
            (Format::Json, " { } ", " { \"version\": 12  } "),
        ];
        for (format, text, expected) in cases {
            assert_eq!(with_version(text, format, 12).as_deref(), Some(expected));
        }
        for (format, text) in [(Format::Toml, "a b"), (Format::Json, "{"), (Format::Json, "[]"), (Format::Json, "")] {
            assert_eq!(with_version(text, format, 12), None, "{text}");
        }
    }
}
