//! TOML that is wrong, or looks as if it were.

use crate::{Bad, Expect, Good, Reported, told};
use expect_test::expect_file;
use recourse_policy::document::Format;

/// document-1: each row is told as the file beside it has it.
#[test]
fn toml_that_is_wrong() {
    let texts: [(&str, &str, Expect); 31] = [
        ("empty", "", Bad),
        ("line breaks only", "\r\n\r\n", Bad),
        ("a comment only", "# policies\n", Bad),
        ("nan", "[a.retry]\nfactor = nan\n", Bad),
        ("-inf", "[a.retry]\nfactor = -inf\n", Bad),
        ("hexadecimal", "[a.retry]\nmax_attempts = 0xff\n", Reported),
        ("hexadecimal of 65 bits", "[a.retry]\nmax_attempts = 0x1ffffffffffffffff\n", Bad),
        ("underscores", "[a.retry]\nmax_attempts = 1_000\n", Reported),
        ("leading zero", "[a.retry]\nmax_attempts = 03\n", Bad),
        ("a plus", "[a.retry]\nmax_attempts = +3\n", Good),
        ("an exponent", "[a.retry]\nmax_attempts = 3e0\n", Bad),
        ("a date", "[a]\ntimeout = 2026-01-01\n", Bad),
        ("a time", "[a]\ntimeout = 00:00:05\n", Bad),
        ("a dotted key that redefines", "[a]\nretry.max_attempts = 3\nretry = \"none\"\n", Bad),
        ("a table that redefines", "[a]\nretry = \"none\"\n[a.retry]\nmax_attempts = 3\n", Bad),
        ("a duplicate table", "[a]\ntimeout = \"1s\"\n[a]\nenabled = true\n", Bad),
        ("a duplicate key, quoted", "[a.b]\ntimeout = \"1s\"\n[\"a.b\"]\nenabled = true\n", Bad),
        ("a duplicate field", "[a]\ntimeout = \"1s\"\ntimeout = \"2s\"\n", Bad),
        ("an array of tables", "[[a]]\ntimeout = \"1s\"\n", Bad),
        ("an array of tables for a section", "[[a.retry]]\nmax_attempts = 3\n", Bad),
        ("an inline table over lines", "[a]\nretry = {\n max_attempts = 3,\n}\n", Good),
        ("a dot in a bare key", "[a]\nretry.jitter = \"full\"\n", Good),
        ("no quotes", "[a]\nretry = 3 attempts\n", Bad),
        ("no value", "[a]\nretry =\n", Bad),
        ("a duration without quotes", "[a]\ntimeout = 2s\n", Bad),
        ("a star without quotes", "[t.*]\ntimeout = \"2s\"\n", Bad),
        ("CRLF", "[a]\r\ntimeout = \"2 s\"\r\n", Bad),
        ("a byte order mark", "\u{feff}[a]\n", Bad),
        ("a text over lines", "[a]\nretry = \"\"\"\n3 attempts,\nexponental 1ms..5ms\"\"\"\n", Bad),
        ("sections before the first key", "timeout = \"1s\"\n[a]\ntimeout = \"2s\"\n", Bad),
        ("two faults of syntax and a duplicate", "[a]\nx = \ny = 5s\n[a]\n", Bad),
    ];
    let mut rows: Vec<(&str, Vec<u8>, Expect)> =
        texts.iter().map(|(name, text, expect)| (*name, text.as_bytes().to_vec(), *expect)).collect();
    rows.push(("20,000 brackets", format!("a = {}", "[".repeat(20_000)).into_bytes(), Bad));
    rows.push(("20,000 dotted parts", format!("a{} = 1", ".a".repeat(20_000)).into_bytes(), Bad));
    rows.push(("20,000 parts of a table", format!("[a{}]\n", ".a".repeat(20_000)).into_bytes(), Bad));
    rows.push(("20,000 inline tables", "a={".repeat(20_000).into_bytes(), Bad));
    rows.push(("20 dotted parts", format!("[a{}]\ntimeout = \"1s\"\n", ".a".repeat(20)).into_bytes(), Bad));
    rows.push(("20 parts in one name", format!("[\"a{}\"]\ntimeout = \"1s\"\n", ".a".repeat(20)).into_bytes(), Good));
    rows.push(("not UTF-8", b"[a]\n# \xe9\n".to_vec(), Bad));
    rows.push(("NUL", b"[a]\n\0".to_vec(), Bad));
    expect_file!["toml.txt"].assert_eq(&told(Format::Toml, &rows));
}
