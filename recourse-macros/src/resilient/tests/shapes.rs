//! Which shape is chosen, and what becomes of each kind of parameter.

use super::{errors, expanded, tokens, without_spaces};
use proc_macro2::{Delimiter, Group};
use quote::quote;

const RESULT: &str = "-> Result<u8, E> { body(x).await }";

fn repeats(arguments: &str) -> bool {
    let output = expanded(arguments, &format!("async fn f(x: X) {RESULT}"));
    let (looped, once) = (output.contains("loop {"), output.contains(".once()"));
    assert_ne!(looped, once, "{output}");
    assert_eq!(looped, output.contains("clone_arg(&x)"), "{output}");
    looped
}

#[test]
fn a_body_repeats_where_something_may_want_it_again() {
    for arguments in [
        "",
        r#"key = "a.b""#,
        "classify = f, executor = e, on_reject = g",
        r#"retry = "2 attempts""#,
        "retry = FAST",
        r#"retry = "none", hedge = "p99""#,
        r#"timeout = "1s", hedge = TAIL"#,
        "policy = READS",
        r#"policy = READS, retry = "none""#,
        "idempotent",
        r#"timeout = "1s", idempotent"#,
        r#"retry = "none", idempotent"#,
        r#"retry = "none", hedge = "none", idempotent"#,
    ] {
        assert!(repeats(arguments), "{arguments}");
    }
}

#[test]
fn a_body_runs_once_where_nothing_can_want_it_again() {
    for arguments in [
        r#"timeout = "2s""#,
        "attempt_timeout = LIMIT",
        r#"circuit = "defaults""#,
        r#"retry = "none""#,
        r#"retry = "1 attempt", timeout = "1s""#,
        r#"hedge = "none", timeout = "1s""#,
        r#"key = "a.b", timeout = "2s""#,
    ] {
        assert!(!repeats(arguments), "{arguments}");
    }
}

#[test]
fn two_attempts_run_at_once_only_where_the_author_says_so() {
    let hedgeable = |arguments: &str| {
        let output = expanded(arguments, &format!("async fn f(x: X) {RESULT}"));
        let hedgeable = output.contains(".hedgeable()");
        assert_eq!(hedgeable, output.contains("__RECOURSE_SITE.hedged_call(__recourse_classifier)"), "{output}");
        assert_ne!(hedgeable, output.contains("__RECOURSE_SITE.call()"), "{output}");
        hedgeable
    };
    for arguments in [
        r#"hedge = "p99""#,
        "hedge = TAIL",
        "idempotent",
        r#"timeout = "2s", idempotent"#,
        "policy = READS, idempotent",
        r#"hedge = "none", idempotent"#,
    ] {
        assert!(hedgeable(arguments), "{arguments}");
    }
    for arguments in [
        "",
        r#"timeout = "2s""#,
        r#"retry = "3 attempts""#,
        r#"hedge = "none", retry = "3 attempts""#,
        r#"hedge = "p99, at most 0", retry = "3 attempts""#,
        "policy = READS",
    ] {
        assert!(!hedgeable(arguments), "{arguments}");
    }
}

/// The parameter in the signature, and what each attempt gets.
#[test]
fn parameters() {
    for (parameter, signature, attempt) in [
        ("x: X", "x: X", "let x = ::recourse::__private::ClonedForEachAttempt::clone_arg(&x);"),
        ("mut x: X", "x: X", "let mut x = ::recourse::__private::ClonedForEachAttempt::clone_arg(&x);"),
        (
            "x: impl Fn() -> X",
            "x: impl Fn() -> X",
            "let x = ::recourse::__private::ClonedForEachAttempt::clone_arg(&x);",
        ),
        ("mut x: &str", "x: &str", "let mut x = x;"),
        ("X(x): X", "X(x): X", "let x = ::recourse::__private::ClonedForEachAttempt::clone_arg(&x);"),
        (
            "(Ok(x) | Err(x)): R",
            "(Ok(x) | Err(x)): R",
            "let x = ::recourse::__private::ClonedForEachAttempt::clone_arg(&x);",
        ),
        (
            "(x, mut y): (X, Y)",
            "(x, y): (X, Y)",
            "let (x, mut y) = (::recourse::__private::ClonedForEachAttempt::clone_arg(&x), ::recourse::__private::ClonedForEachAttempt::clone_arg(&y));",
        ),
        ("ref mut x: X", "ref mut x: X", "let x = ::recourse::__private::ClonedForEachAttempt::clone_arg(&*x);"),
        ("ref mut x: X", "ref mut x: X", "let x = &mut { x };"),
        (
            "(ref x, y): (X, Y)",
            "(ref x, y): (X, Y)",
            "let (x, y) = (x, ::recourse::__private::ClonedForEachAttempt::clone_arg(&y));",
        ),
        (
            "x @ (..): (u8, u8)",
            "x @ (..): (u8, u8)",
            "let x = ::recourse::__private::ClonedForEachAttempt::clone_arg(&x);",
        ),
        ("[mut x, ..]: &[u8; 4]", "[x, ..]: &[u8; 4]", "let mut x = x;"),
        ("[x, ..]: &mut [u8; 4]", "[x, ..]: &mut [u8; 4]", "let x = &mut *x;"),
        (
            "&mut X(x): &mut X",
            "&mut X(x): &mut X",
            "let x = ::recourse::__private::ClonedForEachAttempt::clone_arg(&x);",
        ),
        (
            "X { x, y: None, z: X(y), .. }: X",
            "X { x, y: None, z: X(y), .. }: X",
            "let (x, y) = (::recourse::__private::ClonedForEachAttempt::clone_arg(&x), ::recourse::__private::ClonedForEachAttempt::clone_arg(&y));",
        ),
        ("m!(): X", "__arg0: X", "let __arg0 = ::recourse::__private::ClonedForEachAttempt::clone_arg(&__arg0);"),
        ("m!(): X", "__arg0: X", "let m!() = __arg0;"),
        ("self", "mut self", "self = ::recourse::__private::ClonedForEachAttempt::clone_arg(&__recourse_saved_self"),
        (
            "mut self",
            "mut self",
            "self = ::recourse::__private::ClonedForEachAttempt::clone_arg(&__recourse_saved_self",
        ),
        (
            "self: Arc<Self>",
            "mut self: Arc<Self>",
            "self = ::recourse::__private::ClonedForEachAttempt::clone_arg(&__recourse_saved_self",
        ),
        (
            "self: Pin<Box<Self>>",
            "mut self: Pin<Box<Self>>",
            "self = ::recourse::__private::ClonedForEachAttempt::clone_arg(&__recourse_saved_self",
        ),
        ("#[cfg(unix)] x: X", "x: X", "#[cfg(unix)]"),
    ] {
        let output = expanded("", &format!("async fn f({parameter}) {RESULT}"));
        assert!(
            output.contains(&format!("async fn f({signature})")) || parameter.contains("cfg"),
            "{parameter}\n{output}"
        );
        // Where a tuple takes several lines, it ends with a comma.
        let unspaced = without_spaces(&output).replace(",)", ")");
        assert!(unspaced.contains(&without_spaces(attempt)), "{parameter}\n{output}");
    }
}

#[test]
fn references_and_wildcards_cost_nothing() {
    let references = [
        "&self",
        "self: &Arc<Self>",
        "self: Pin<&Self>",
        "x: &X",
        "x: &'a dyn X",
        "x: std::pin::Pin<&X>",
        "_: X",
        "ref x: X",
        "(a, [b, ..]): &X",
        "X(_): X",
    ];
    for parameter in references {
        let output = expanded("", &format!("async fn f<'a>({parameter}) {RESULT}"));
        assert!(output.contains(&format!("async fn f<'a>({parameter})")), "{parameter}\n{output}");
        assert!(!output.contains("clone_arg"), "{parameter}\n{output}");
    }
}

#[test]
fn what_runs_once_keeps_its_signature() {
    for parameter in
        ["mut x: X", "(x, y): (X, Y)", "mut self", "&mut self", "x: &mut X", "self: Pin<&mut Self>", "x: NotClone"]
    {
        let output = expanded(r#"timeout = "2s""#, &format!("async fn f({parameter}) {RESULT}"));
        assert!(output.contains(&format!("async fn f({parameter})")), "{parameter}\n{output}");
        assert!(!output.contains("clone_arg"), "{output}");
    }
}

#[test]
fn an_expectation_moves_to_the_let_it_is_about() {
    let output = expanded("", &format!("async fn f(#[expect(unused_variables)] x: X) {RESULT}"));
    assert_eq!(output.matches("#[expect(unused_variables)]").count(), 1, "{output}");
    assert!(output.contains("async fn f(x: X)"), "{output}");
}

#[test]
fn any_header_is_kept() {
    for header in [
        "#[doc = \"x\"] pub(in crate::a) async unsafe fn f(x: X)",
        "async extern \"C\" fn f(x: X)",
        "async fn f<'a, T: 'a + Clone, const N: usize>(x: X)",
        "async fn r#match(x: X)",
    ] {
        let (errors, output) =
            errors("docs = \"none\"", &format!("{header} -> Result<[u8; N], E> where X: Clone {{ Ok(x) }}"));
        assert_eq!(errors, [""; 0], "{header}");
        assert!(output.contains(&without_spaces(header)), "{header}\n{output}");
    }
}

/// `default` is a keyword only before an item of an `impl`.
#[test]
fn specialised_methods_stay_specialised() {
    for item in ["default async fn f(&self) -> R { x }", "pub default async fn f(&self) -> R { x }"] {
        let output = tokens("", item).to_string();
        assert!(output.contains("default async fn f (& self) -> R { static"), "{output}");
    }
}

#[test]
fn an_opaque_return_type_is_inferred_in_the_body() {
    for (written, inferred) in [
        ("Result<impl Iterator<Item = u8>, E>", "None::<Result<_, E>>"),
        ("Result<(impl Fn(), String), E>", "None::<Result<(_, String), E>>"),
        ("Result<Box<dyn Iterator<Item = impl Debug>>, E>", "None::<Result<Box<dyn Iterator<Item = _>>, E>>"),
        ("Result<&[impl Debug], E>", "None::<Result<&[_], E>>"),
        ("Res", "None::<Res>"),
    ] {
        let output = tokens("", &format!("async fn f(&self) -> {written} {{ todo!() }}")).to_string();
        assert!(without_spaces(&output).contains(&without_spaces(inferred)), "{written}\n{output}");
    }
}

#[test]
fn the_body_stands_there_once_and_untouched() {
    let body = "{ #![allow(unused)] let half = ; return self . x + + ? ; }";
    let output = tokens("", &format!("async fn f(&self) -> Result<u8, E> {body}")).to_string();
    assert_eq!(output.matches("let half = ; return self . x + + ? ;").count(), 1, "{output}");
    assert!(output.contains("{ # ! [allow (unused)] static"), "inner attributes come first: {output}");
}

/// `macro_rules!` hands `$ty:ty`, `$body:block` and `$text:literal` on in invisible groups.
#[test]
fn invisible_groups_are_looked_through() {
    let group = |text: &str| Group::new(Delimiter::None, text.parse().expect(text));
    let (text, ty, body) = (group("\"2 attempts\""), group("&str"), group("{ Ok(x.len()) }"));
    let output =
        super::resilient(quote!(retry = #text), quote!(async fn f(x: #ty) -> Result<usize, E> #body)).to_string();
    assert!(output.contains("attempts (2)"), "{output}");
    assert!(!output.contains("clone_arg"), "a reference is copied: {output}");
    assert_eq!(output.matches("Ok (x . len ())").count(), 1, "{output}");
}
