//! JSON of a wrong shape.

use crate::{Bad, Expect, told};
use expect_test::expect_file;
use recourse_policy::{OperatorBounds, document::DocumentReader, document::Format};

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// document-1: each row is told as the file beside it has it.
#[test]
fn json_of_a_wrong_shape() {
    let good = r#"{ "key": "a", "timeout": "1s" }"#;
    let rows: Vec<(&str, Vec<u8>, Expect)> = vec![
        ("empty", b"".to_vec(), Bad),
        ("whitespace", b" \n\t ".to_vec(), Bad),
        ("null", b"null".to_vec(), Bad),
        ("true", b"true".to_vec(), Bad),
        ("a number", b"0".to_vec(), Bad),
        ("an empty text", b"\"\"".to_vec(), Bad),
        ("an array", b"[]".to_vec(), Bad),
        ("an array of policies", format!("[{good}]").into_bytes(), Bad),
        ("an array in place of a section", br#"{ "key": "a", "retry": [3] }"#.to_vec(), Bad),
        ("an array in place of an entry", br#"{ "a": ["1s"] }"#.to_vec(), Bad),
        ("an empty object", b"{}".to_vec(), Bad),
        ("a comma after the last value", br#"{ "key": "a", "timeout": "1s", }"#.to_vec(), Bad),
        ("text after the end", format!("{good} x").into_bytes(), Bad),
        ("a second document", format!("{good}\n{good}").into_bytes(), Bad),
        ("NUL after the end", format!("{good}\0").into_bytes(), Bad),
        ("a comment", format!("// policies\n{good}").into_bytes(), Bad),
        ("single quotes", b"{ 'key': 'a' }".to_vec(), Bad),
        ("names without quotes", b"{ key: \"a\" }".to_vec(), Bad),
        ("byte order mark", format!("\u{feff}{good}").into_bytes(), Bad),
        ("UTF-16", utf16(good), Bad),
        ("not UTF-8", b"{ \"key\": \"\xff\" }".to_vec(), Bad),
        ("half of a surrogate pair", br#"{ "key": "a", "timeout": "\ud800" }"#.to_vec(), Bad),
        ("half of a surrogate pair in a name", br#"{ "key": "a", "\udc00": "1s" }"#.to_vec(), Bad),
        ("a line break in a text", b"{ \"key\": \"a\n\" }".to_vec(), Bad),
        ("100,000 brackets", "[".repeat(100_000).into_bytes(), Bad),
        ("100,000 closed brackets", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(), Bad),
        ("100,000 objects", "{\"a\":".repeat(100_000).into_bytes(), Bad),
        ("17 objects", format!("{}{}", "{\"a\":".repeat(17), "{}".to_owned() + &"}".repeat(17)).into_bytes(), Bad),
    ];
    expect_file!["json_shape.txt"].assert_eq(&told(Format::Json, &rows));
}

/// document-2: The size is checked before anything is read.
#[test]
fn a_large_document_is_refused_unread() {
    let reader = DocumentReader::new().bounds(OperatorBounds::new().max_bytes(10));
    let refused = reader.read("policies.json", Format::Json, b"\xff\xff not even text").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "policies.json: the document has 16 bytes, and 10 are allowed; split it, or raise `max_bytes` of `OperatorBounds`"
    );
    let reader = DocumentReader::new().bounds(OperatorBounds::new().max_keys(2));
    let refused = reader.read("policies.json", Format::Json, br#"{"a": {}, "b": {}, "c": {}}"#).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "policies.json: the document has 3 keys and patterns, and 2 are allowed; write fewer, or raise `max_keys` of `OperatorBounds`"
    );
    let reader = DocumentReader::new().bounds(OperatorBounds::new().max_depth(2));
    let refused = reader.read("policies.json", Format::Json, br#"{"a": {"retry": {"max_attempts": 3}}}"#).unwrap_err();
    assert!(refused.to_string().contains("policies.json:1:17: objects are nested deeper than 2 levels"), "{refused}");
}
