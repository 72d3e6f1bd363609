//! Whole expansions, input beside output. `UPDATE_EXPECT=1 cargo test -p recourse-rs-macros` writes them anew.

use super::{expanded, tokens, without_spaces};
use expect_test::{ExpectFile, expect_file};

fn check(item: &str, expected: &ExpectFile) {
    let output = expanded(item);
    expected.assert_eq(&format!("// Input\n\n#[derive(Classify)]\n{}\n\n// Expansion\n\n{output}", item.trim()));
}

#[test]
fn a_typical_enum_is_one_match() {
    check(
        r#"
#[derive(Debug, thiserror::Error)]
#[classify(default = non_retryable)]
pub enum ApiError {
    #[error("not found")]
    #[classify(ignore)]
    NotFound,
    #[error("busy")]
    #[classify(retryable(after = retry_after))]
    Busy { retry_after: Option<Duration>, region: String },
    #[error("slow down")]
    #[classify(retryable(after = "1.5s"))]
    SlowDown(u16),
    #[error("cannot connect")]
    #[classify(retryable)]
    Connect(#[source] io::Error),
    #[error("already there")]
    #[classify(success)]
    Conflict(u64),
    #[error("malformed at {0}")]
    Malformed(usize, String),
    #[error(transparent)]
    #[classify(inherit)]
    Rejected(#[from] Rejected),
}"#,
        &expect_file!["../../snapshots/classify_enum.rs"],
    );
}

#[test]
fn generics_fields_by_index_and_another_crate() {
    check(
        r"
#[classify(default = inherit, crate = crate::facade::recourse)]
pub(crate) enum Wrapped<'a, T: Debug, const N: usize>
where
    T: 'a,
{
    Plain(io::Error),
    Generic(Vec<T>),
    Nested(Box<Wrapped<'a, T, N>>),
    Source { path: &'a str, source: T },
    #[classify(inherit(_1))]
    Second([u8; N], T::Inner),
    #[classify(retryable(after = self.pause().max(*_1)))]
    r#Type(T, Duration),
}",
        &expect_file!["../../snapshots/classify_generic.rs"],
    );
}

#[test]
fn a_struct_has_one_class() {
    check(
        r"
#[classify(retryable(after = Duration::from_secs(*seconds)))]
struct Busy {
    seconds: u64,
    host: String,
}",
        &expect_file!["../../snapshots/classify_struct.rs"],
    );
}

/// Returns the body of the method, without spaces and without the long paths.
fn body(item: &str) -> String {
    let output = without_spaces(&tokens(item).to_string()).replace("::recourse::__private::", "");
    let (_, body) = output.split_once("->Class{").expect("a method");
    body.strip_suffix("}}").expect("a method in an impl").to_owned()
}

#[test]
fn the_smallest_types() {
    assert_eq!(body("enum Never {}"), "match*self{}");
    assert_eq!(body("#[classify(default = ignore)] enum Never {}"), "match*self{}");
    assert_eq!(body("#[classify(ignore)] struct Unit;"), "Class::Ignore");
    assert_eq!(
        body("#[classify(inherit)] struct New(Inner);"),
        "letSelf{0:__recourse_field,..}=self;Inherit::recourse_inherited(__recourse_field)"
    );
    assert_eq!(
        body("#[classify(inherit)] struct New { inner: Inner, }"),
        "letSelf{inner:__recourse_field,..}=self;Inherit::recourse_inherited(__recourse_field)"
    );
    assert_eq!(body("enum One { #[classify(success)] Tuple(), }"), "matchself{Self::Tuple{..}=>Class::Success,}");
}

/// A default that no variant takes is allowed: with `cfg` on a variant, that depends on where it is compiled.
#[test]
fn a_default_may_be_for_nobody() {
    assert_eq!(
        body("#[classify(default = inherit)] enum E { #[classify(ignore)] A }"),
        "matchself{Self::A=>Class::Ignore,}"
    );
}

#[test]
fn the_field_that_inherit_means() {
    for (fields, member) in [
        ("(A)", "0"),
        ("{ a: A }", "a"),
        ("{ a: A, source: B }", "source"),
        ("(A, #[source] B)", "1"),
        ("(#[from] A, B)", "0"),
        ("{ #[from] a: A, source: B }", "a"),
        ("{ r#type: A }", "r#type"),
    ] {
        let output = body(&format!("enum E {{ #[classify(inherit)] V {fields} }}"));
        assert_eq!(
            output,
            format!(
                "matchself{{Self::V{{{member}:__recourse_field,..}}=>Inherit::recourse_inherited(__recourse_field),}}"
            )
        );
    }
}

#[test]
fn an_expression_sees_what_it_names() {
    let allow = "#[allow(unused_variables)]";
    for (fields, expression, bound) in [
        ("{ a: A, b: B }", "f(a)", format!("{{{allow}a,..}}")),
        ("{ a: A, b: B }", "f(b, [{ a }])", format!("{{{allow}a,{allow}b,..}}")),
        ("(A, B)", "_1", format!("{{{allow}1:_1,..}}")),
        ("{ retry_after: A, a: A }", "retry_aftr", format!("{{{allow}retry_after,..}}")),
        ("{ r#type: A }", "r#type", format!("{{{allow}r#type,..}}")),
        ("(A, B)", "self.after()", "{..}".to_owned()),
        ("{ a: A }", "AFTER", "{..}".to_owned()),
        ("", "AFTER", String::new()),
    ] {
        let output = body(&format!("enum E {{ #[classify(retryable(after = {expression}))] V {fields} }}"));
        let expression = without_spaces(expression);
        assert_eq!(output, format!("matchself{{Self::V{bound}=>retryable_after({expression}),}}"));
    }
    // Not the fields of the variants: they are not those of one type.
    let default = "#[classify(default = retryable(after = a))] enum E { V { a: A } }";
    assert_eq!(body(default), "matchself{Self::V{..}=>retryable_after(a),}");
}

/// Only what mentions a type parameter is asked for a class in the bounds, and not the type itself.
#[test]
fn bounds() {
    for (ty, bound) in [
        ("T", "where T : Classify ,"),
        ("Vec<T>", "where Vec<T> : Classify ,"),
        ("T::Inner", "where T::Inner : Classify ,"),
        ("Vec<(u8, T)>", "where Vec<(u8, T)> : Classify ,"),
        ("io::Error", ""),
        ("Inner<'a>", ""),
        ("Box<E<'a, T>>", ""),
        ("(Box<Self>, T)", ""),
    ] {
        let item = format!("enum E<'a, T> {{ #[classify(inherit)] V({ty}) }}");
        let output = without_spaces(&tokens(&item).to_string()).replace("::recourse::__private::", "");
        assert!(output.contains(&without_spaces(&format!("for E<'a, T> {bound} {{"))), "{output}");
    }
}
