//! Keys of Rust paths, as `std::any::type_name` prints them.

use super::text::is_allowed;
use crate::limits;
use std::fmt::Write as _;

/// Returns the text of [`Key::from_path`](super::Key::from_path); `None` if nothing of the path can be part of a key.
pub(super) fn text_of(path: &str) -> Option<String> {
    let text = parts_of(path).join(".");
    match text.len() {
        0 => None,
        1..=limits::MAX_KEY_LEN => Some(text),
        _ => Some(shortened(&text, path)),
    }
}

/// Cuts a path into the parts of a key.
fn parts_of(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = path;
    while let Some(letter) = rest.chars().next() {
        let word = parts.last().map_or("", String::as_str);
        // `{{closure}}` and `{closure#0}` are names of the compiler, not of the author.
        let end_of_braces = if letter == '{' { rest.find('}') } else { None };
        if let Some(end) = end_of_braces {
            rest = rest.get(end..).unwrap_or_default().trim_start_matches('}');
            parts.push(String::new());
            continue;
        }
        // `r#match` is the keyword as a name; the key has no such distinction.
        if letter == '#' && word == "r" {
            parts.pop();
            parts.push(String::new());
        } else if letter.is_whitespace() || (letter.is_ascii() && !is_allowed(letter)) || rest.starts_with("->") {
            parts.push(String::new());
        } else if let Some(word) = parts.last_mut() {
            if letter.is_ascii() {
                word.push(letter);
            } else {
                // Writing to a String cannot fail.
                let _ = write!(word, "u{:04x}", u32::from(letter));
            }
        }
        let width = if rest.starts_with("->") { 2 } else { letter.len_utf8() };
        rest = rest.get(width..).unwrap_or_default();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Returns the last parts of a long path, as many as fit after a hash of the whole path.
fn shortened(text: &str, path: &str) -> String {
    let hash = format!("{:016x}", fnv1a(path));
    let room = limits::MAX_KEY_LEN - hash.len() - 1;
    let tail = text.get(text.len().saturating_sub(room)..).unwrap_or_default();
    let whole_parts = tail.split_once('.').map_or(tail, |(_, parts)| parts);
    format!("{hash}.{whole_parts}")
}

/// Hashes a text by FNV-1a, which gives the same result on every machine and in every version, unlike the hashers of std.
pub(super) fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
