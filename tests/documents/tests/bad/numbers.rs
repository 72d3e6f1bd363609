//! Numbers that are wrong, in JSON: as a count, and as a factor.

use crate::{Bad, Expect, Good, Reported, told};
use expect_test::expect_file;
use recourse_policy::document::Format;

/// document-1: each row is told as the file beside it has it.
#[test]
fn numbers_that_are_wrong() {
    let counts = [
        ("-1", Bad),
        ("-0", Bad),
        ("0", Reported),
        ("1.0", Bad),
        ("1.5", Bad),
        ("1e3", Bad),
        ("1e308", Bad),
        ("1e400", Bad),
        ("2147483648", Reported),
        ("4294967296", Bad),
        ("9007199254740993", Bad),
        ("9223372036854775808", Bad),
        ("18446744073709551616", Bad),
        ("10000000000000000000000000000000000000000", Bad),
        ("NaN", Bad),
        ("Infinity", Bad),
        ("-Infinity", Bad),
        ("03", Bad),
        ("0x3", Bad),
        ("+1", Bad),
        ("5e-324", Bad),
        ("1_000", Bad),
        ("3", Good),
        ("11", Reported),
    ];
    let factors = [
        ("0", Reported),
        ("0.5", Reported),
        ("-2", Bad),
        ("-0.0", Bad),
        ("1.5", Good),
        ("1.50000", Good),
        ("1.0001", Bad),
        ("2e0", Bad),
        ("1e400", Bad),
        ("99999999999", Bad),
        ("10.001", Reported),
        ("NaN", Bad),
        (r#""2""#, Bad),
    ];
    let row = |field: &str, number: &str, expect: Expect| {
        let text = format!("{{ \"a\": {{ \"retry\": {{ \"{field}\": {number} }} }} }}");
        (format!("{field}: {number}"), text.into_bytes(), expect)
    };
    let rows: Vec<_> = (counts.iter().map(|(number, expect)| row("max_attempts", number, *expect)))
        .chain(factors.iter().map(|(number, expect)| row("factor", number, *expect)))
        .collect();
    let rows: Vec<_> = rows.iter().map(|(name, bytes, expect)| (name.as_str(), bytes.clone(), *expect)).collect();
    expect_file!["numbers.txt"].assert_eq(&told(Format::Json, &rows));
}
