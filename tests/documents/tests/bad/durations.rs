//! Durations that are wrong, in both formats.

use crate::{Bad, Expect, Good, Reported, told};
use expect_test::expect_file;
use recourse_policy::document::Format;

const ROWS: [(&str, Expect); 23] = [
    ("", Bad),
    (" ", Bad),
    ("10", Bad),
    ("-5ms", Bad),
    ("5 ms", Bad),
    ("5MS", Bad),
    ("5m", Good),
    ("1h-5m", Bad),
    ("1.5s", Good),
    (".5s", Bad),
    ("5.s", Bad),
    ("1e3s", Bad),
    ("18446744073709551615s", Reported),
    ("18446744073709551616ns", Bad),
    ("999999999999d", Bad),
    ("99999999999999999999999999999999999999h", Bad),
    ("inf", Bad),
    ("0", Bad),
    ("0s", Bad),
    ("PT5S", Bad),
    ("\u{661}\u{662}ms", Bad),
    ("5\u{b5}s", Bad),
    ("5\u{3bc}s", Bad),
];

/// document-1: each row is told as the file beside it has it.
#[test]
fn durations_that_are_wrong() {
    let documents = |format| {
        ROWS.map(|(text, expect)| {
            let document = match format {
                Format::Toml => format!("[a]\ntimeout = \"{text}\"\n"),
                _ => format!("{{ \"a\": {{ \"timeout\": \"{text}\" }} }}"),
            };
            (text, document.into_bytes(), expect)
        })
    };
    let toml = told(Format::Toml, &documents(Format::Toml));
    expect_file!["durations.txt"].assert_eq(&toml);
    // Only the place is another one.
    let json = told(Format::Json, &documents(Format::Json))
        .replace(":1:21", ":2:11")
        .replace(":1:22", ":2:12")
        .replace(":1:23", ":2:13");
    assert_eq!(json.replace(":1:24", ":2:14"), toml);
}
