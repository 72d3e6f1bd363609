//! Every error: its message, and that there is an impl all the same.

use super::{errors, tokens, without_spaces};

/// The type gives exactly these errors, and an impl that compiles.
#[track_caller]
fn refuses(item: &str, expected: &[&str]) {
    let (messages, rest) = errors(item);
    assert_eq!(messages, expected, "{item}");
    let runtime = "::recourse::__private::";
    let method = format!("fnclassify(&self)->{runtime}Class{{{runtime}Class::NonRetryable}}");
    assert!(rest.starts_with(&format!("#[automatically_derived]impl{runtime}Classifyfor")), "{rest}");
    assert!(rest.ends_with(&format!("{{{method}}}")), "{rest}");
}

/// So written on a variant with the fields `a` and `b`.
#[track_caller]
fn refuses_on_variant(written: &str, expected: &[&str]) {
    refuses(&format!("enum E {{ #[classify({written})] V {{ a: A, b: B }} }}"), expected);
}

/// So written on an enum.
#[track_caller]
fn refuses_on_enum(written: &str, expected: &[&str]) {
    refuses(&format!("#[classify({written})] enum E {{ Unit, One(A) }}"), expected);
}

const THE_CLASSES: &str = "the classes are `retryable`, `non_retryable`, `ignore`, `success` and `inherit`";

#[test]
fn unknown_words() {
    for (word, meant) in [
        ("retriable", "retryable"),
        ("Retryable", "retryable"),
        ("retry", "retryable"),
        ("transient", "retryable"),
        ("NonRetryable", "non_retryable"),
        ("nonretryable", "non_retryable"),
        ("permanent", "non_retryable"),
        ("ignored", "ignore"),
        ("Success", "success"),
        ("ok", "success"),
        ("inherits", "inherit"),
        ("transparent", "inherit"),
        ("retry_after", "retryable(after = ..)"),
        ("krate", "crate = path"),
        ("defalt", "default = non_retryable"),
    ] {
        refuses_on_variant(word, &[&format!("unknown class `{word}`; did you mean `{meant}`?")]);
    }
    refuses_on_variant("non-retryable", &["unknown class `non-retryable`; did you mean `non_retryable`?"]);
    refuses_on_variant("bananas", &[&format!("unknown class `bananas`; {THE_CLASSES}")]);
    refuses_on_variant("bananas = 3", &[&format!("unknown class `bananas`; {THE_CLASSES}")]);
    refuses_on_variant("bananas(3)", &[&format!("unknown class `bananas`; {THE_CLASSES}")]);
    refuses_on_enum("retriable", &["unknown class `retriable`; did you mean `default = retryable`?"]);
    refuses_on_enum("defualt = ignore", &["unknown class `defualt`; did you mean `default = non_retryable`?"]);
    refuses_on_enum(
        "bananas",
        &[
            "unknown word `bananas`; above an enum, write `default = non_retryable`, or another class, or `crate = path`",
        ],
    );
    refuses_on_enum("default = retriable", &["unknown class `retriable`; did you mean `retryable`?"]);
    refuses_on_enum("default = non-retryable", &["unknown class `non-retryable`; did you mean `non_retryable`?"]);
    refuses("#[classify(transient)] struct S;", &["unknown class `transient`; did you mean `retryable`?"]);
}

#[test]
fn one_place_has_one_class() {
    refuses_on_variant("retryable, ignore", &["there is a class already, `retryable`; keep one of them"]);
    refuses_on_variant("retryable, retryable", &["`retryable` is given twice; keep one of them"]);
    refuses_on_variant("retryable)] #[classify(ignore", &["there is a class already, `retryable`; keep one of them"]);
    refuses_on_variant(
        "ignore, success, ignore",
        &["there is a class already, `ignore`; keep one of them", "`ignore` is given twice; keep one of them"],
    );
    refuses("#[classify(retryable, ignore)] struct S;", &["there is a class already, `retryable`; keep one of them"]);
    refuses_on_variant("ignore, bananas", &[&format!("unknown class `bananas`; {THE_CLASSES}")]);
}

#[test]
fn after_belongs_to_retryable() {
    let parentheses = "`after` goes in the parentheses of `retryable`: `retryable(after = ..)`";
    refuses_on_variant("after = a", &[parentheses]);
    refuses_on_variant("retryable, after = a", &[parentheses]);
    refuses_on_variant("retryable after = a", &[parentheses]);
    refuses_on_variant(
        "retryable = a",
        &["`retryable` is written alone, or with a time in parentheses: `retryable(after = ..)`"],
    );
    refuses_on_variant(
        "retryable =",
        &["`retryable` is written alone, or with a time in parentheses: `retryable(after = ..)`"],
    );
    for class in ["non_retryable", "ignore", "success"] {
        refuses_on_variant(
            &format!("{class}(after = a)"),
            &[&format!(
                "only what is retried is waited for, so `after` belongs to `retryable`; `{class}` takes nothing: write \
                 just the word, `{class}`"
            )],
        );
        for value in ["(true)", " = true", " =", "()"] {
            refuses_on_variant(
                &format!("{class}{value}"),
                &[&format!("`{class}` takes nothing: write just the word, `{class}`")],
            );
        }
    }
}

#[test]
fn what_retryable_takes() {
    let takes = "`after` takes a `Duration`, an `Option<Duration>`, a reference to one of them, or text: \
                 `after = retry_after`, `after = \"5s\"`";
    refuses_on_variant("retryable(after)", &[&format!("`after` needs a value; {takes}")]);
    refuses_on_variant("retryable(after =)", &[&format!("`after` needs a value; {takes}")]);
    refuses_on_variant("retryable(after(a))", &[&format!("the time is written after an `=`; {takes}")]);
    refuses_on_variant("retryable(after = ])".replace(']', "=>").as_str(), &[takes]);
    refuses_on_variant("retryable(after = true)", &[takes]);
    refuses_on_variant("retryable(after = a, after = b)", &["`after` is given twice; keep one of them"]);
    refuses_on_variant("retryable(aftr = a)", &["`retryable` takes `after`, not `aftr`: `retryable(after = ..)`"]);
    refuses_on_variant("retryable(a)", &["in its parentheses `retryable` takes `after`: `retryable(after = a)`"]);
    refuses_on_variant("retryable()", &["in its parentheses `retryable` takes `after`: `retryable(after = ..)`"]);
    refuses_on_variant("retryable(5)", &["in its parentheses `retryable` takes `after`: `retryable(after = ..)`"]);
    refuses_on_variant("retryable(ignore)", &["a class cannot be inside another; keep one of them"]);
    refuses_on_variant(
        "retryable(after = 5)",
        &["a duration is text and has a unit: `after = \"5s\"`, or `after = \"5ms\"`"],
    );
    refuses_on_variant("retryable(after = 5s)", &["a duration is text and is written in quotes: `after = \"5s\"`"]);
    refuses_on_variant("retryable(after = 1.5s)", &["a duration is text and is written in quotes: `after = \"1.5s\"`"]);
    refuses_on_variant("retryable(after = \"5\")", &["duration: `5` has no unit; did you mean `5ms` or `5s`?"]);
    refuses_on_variant("retryable(after = \"0s\")", &["zero says nothing about when to come back; leave `after` out"]);
    refuses_on_variant(
        "retryable(after = \"25h\")",
        &["no call waits longer than 24h for a retry; write `after = \"24h\"`"],
    );
    assert!(!tokens("enum E { #[classify(retryable(after = \"24h\"))] V }").to_string().contains("compile_error"));
}

#[test]
fn what_inherit_asks() {
    let has_none =
        "`V` has no field whose class it could have; write one of `retryable`, `non_retryable`, `ignore` and `success`";
    for fields in ["", "()", "{}"] {
        refuses(&format!("enum E {{ #[classify(inherit)] V {fields} }}"), &[has_none]);
    }
    refuses(
        "enum E { #[classify(inherit)] V(A, B) }",
        &["`V` has 2 fields, `_0` and `_1`; name the one to inherit from, for example `inherit(_1)`"],
    );
    let ambiguous =
        "`V` has 3 fields, `a`, `b` and `source`; name the one to inherit from, for example `inherit(source)`";
    refuses("enum E { #[classify(inherit)] V { #[source] a: A, #[from] b: B, source: C } }", &[ambiguous]);
    refuses(
        "#[classify(inherit)] struct V { a: A, b: B }",
        &["`V` has 2 fields, `a` and `b`; name the one to inherit from, for example `inherit(b)`"],
    );
    refuses_on_variant("inherit(c)", &["`V` has no field `c`; it has `a` and `b`"]);
    refuses(
        "enum E { #[classify(inherit(caues))] V { cause: A } }",
        &["`V` has no field `caues`; did you mean `cause`?"],
    );
    refuses("enum E { #[classify(inherit(cause))] V }", &["`V` has no field `cause`; it has no fields"]);
    refuses(
        "enum E { #[classify(inherit(1))] V(A, B) }",
        &["the fields of a tuple are called `_0`, `_1` and so on: `inherit(_1)`"],
    );
    let to_inherit = "`inherit` alone means the only field, or the one that is the source; `inherit(cause)` names one";
    for written in ["inherit()", "inherit = a", "inherit =", "inherit(a, b)", "inherit(self.a)"] {
        refuses_on_variant(written, &[to_inherit]);
    }
}

#[test]
fn defaults() {
    let not_the_enum = |class: &str| {
        format!(
            "the variants of an enum have classes, not the enum; for those that name none, write `default = {class}`"
        )
    };
    for class in ["retryable", "non_retryable", "ignore", "success", "inherit"] {
        refuses_on_enum(class, &[&not_the_enum(class)]);
    }
    refuses_on_enum("retryable(after = \"5s\")", &[&not_the_enum("retryable")]);
    refuses_on_enum("default = ignore, default = ignore", &["`default` is given twice; keep one of them"]);
    refuses_on_enum("default = ignore)] #[classify(default = success", &["`default` is given twice; keep one of them"]);
    refuses_on_enum("default", &["the class is missing; `default` takes a class: `default = non_retryable`"]);
    refuses_on_enum("default =", &["the class is missing; `default` takes a class: `default = non_retryable`"]);
    refuses_on_enum(
        "default(ignore)",
        &["the class is written after an `=`; `default` takes a class: `default = non_retryable`"],
    );
    refuses_on_enum("default = \"ignore\"", &["a class is a word without quotes: `ignore`"]);
    refuses_on_enum("default = ignore(3)", &["`ignore` takes nothing: write just the word, `ignore`"]);
    refuses_on_enum(
        "default = inherit",
        &["`Unit` cannot take the default: it has no field whose class it could have; write one of `retryable`, \
         `non_retryable`, `ignore` and `success`"],
    );
    refuses_on_enum(
        "default = inherit(cause)",
        &["each variant has fields of its own, so `default` cannot name one; write `default = inherit`, and \
         `#[classify(inherit(cause))]` above the variants with more than one field"],
    );
    let above = "`default` goes above the enum: `#[classify(default = non_retryable)]`; a variant's own class is the word alone";
    refuses_on_variant("default = ignore", &[above]);
    refuses_on_enum("default = default", &[above]);
    refuses(
        "#[classify(default = ignore)] struct S;",
        &[
            "a struct has one class, and no variants that could be without; write the class alone: `#[classify(retryable)]`",
        ],
    );
}

#[test]
fn a_missing_class() {
    let one_of = "`#[classify(retryable)]` (or `non_retryable`, `ignore`, `success` or `inherit`)";
    let all = "or name the class of all such variants above the enum: `#[classify(default = non_retryable)]`";
    refuses("enum E { #[classify(ignore)] A, B }", &[&format!("`B` has no class; write {one_of} above it, {all}")]);
    refuses(
        "enum E { A, #[classify(ignore)] B, C(A), D { a: A } }",
        &[&format!("`A`, `C` and `D` have no class; write {one_of} above each, {all}")],
    );
    refuses("struct S;", &[&format!("`S` has no class; write {one_of} above it")]);
}

#[test]
fn how_words_are_written() {
    refuses("enum E { #[classify] A }", &["the class is missing: `#[classify(retryable)]`"]);
    refuses("enum E { #[classify()] A }", &["the class is missing: `#[classify(retryable)]`"]);
    refuses("#[classify] enum E { A }", &["the class is missing: `#[classify(default = non_retryable)]`"]);
    refuses(
        "enum E { #[classify = \"ignore\"] A }",
        &["the class is written in parentheses: `#[classify(retryable)]`"],
    );
    refuses_on_variant("\"ignore\"", &["a class is a word without quotes: `ignore`"]);
    let word =
        "a class is a word: `retryable`, `retryable(after = ..)`, `non_retryable`, `ignore`, `success` or `inherit`";
    refuses_on_variant("3", &[word]);
    refuses_on_variant("= ignore", &[word]);
    refuses_on_variant(", ignore", &["a word is missing before this comma"]);
    refuses_on_variant("retryable ignore", &["there is a class already, `retryable`; keep one of them"]);
    refuses_on_enum("default = ignore crate = a::b", &["a comma is missing before `crate`"]);
    refuses_on_variant(
        "retryable: 5",
        &["a comma is missing after `retryable`, or what follows does not belong to it"],
    );
}

#[test]
fn where_words_stand() {
    refuses_on_variant("ignore, crate = a::b", &["`crate` goes above the enum: `#[classify(crate = path)]`"]);
    refuses_on_enum("default = crate", &[&format!("unknown class `crate`; {THE_CLASSES}")]);
    for (fields, written, expected) in [
        ("(#[classify(retryable)] A)", "ignore", "classes are written above the variant, not on a field"),
        (
            "(#[classify(inherit)] A)",
            "ignore",
            "classes are written above the variant, not on a field; to inherit from this one, write `#[classify(inherit)]` there",
        ),
        (
            "(A, #[classify(inherit)] B)",
            "ignore",
            "classes are written above the variant, not on a field; to inherit from this one, write `#[classify(inherit(_1))]` there",
        ),
    ] {
        refuses(&format!("enum E {{ #[classify({written})] V {fields} }}"), &[expected]);
    }
    refuses(
        "#[classify(ignore)] struct V { #[classify(inherit)] a: A }",
        &[
            "classes are written above the struct, not on a field; to inherit from this one, write `#[classify(inherit)]` there",
        ],
    );
}

#[test]
fn types_without_classes() {
    refuses(
        "union U { a: u8 }",
        &[
            "a union does not know which of its fields it holds, so it cannot be classified; derive `Classify` for an enum or a struct",
        ],
    );
    let (messages, rest) = errors("fn f() {}");
    assert_eq!((messages, rest.as_str()), (vec!["`Classify` can be derived for an enum or a struct".to_owned()], ""));
}

#[test]
fn crates() {
    let path = "`crate` takes a path: `crate = ::my_facade::recourse`";
    refuses_on_enum(
        "default = ignore, crate = \"a::b\"",
        &["`crate` takes a path, not text; write it without quotes: `crate = a::b`"],
    );
    refuses_on_enum("default = ignore, crate = 3", &[path]);
    refuses_on_enum(
        "default = ignore, crate",
        &["`crate` needs a value: a path, as in `crate = ::my_facade::recourse`"],
    );
    refuses_on_enum("default = ignore, crate = <A as B>::c", &[path]);
    // The path could be read, so the impl compiles.
    let (messages, rest) =
        errors("#[classify(crate = a::b, crate = c, default = bananas)] enum E<T: X> where T: Y { A(T) }");
    assert_eq!(
        messages,
        ["`crate` is given twice; keep one of them".to_owned(), format!("unknown class `bananas`; {THE_CLASSES}")]
    );
    let runtime = "a::b::__private::";
    let expected = format!(
        "#[automatically_derived]impl<T:X>{runtime}ClassifyforE<T>whereT:Y,{{fnclassify(&self)->{runtime}Class{{{runtime}Class::NonRetryable}}}}"
    );
    assert_eq!(rest, without_spaces(&expected));
}

/// All of them, and none twice.
#[test]
fn several_mistakes_at_once() {
    refuses(
        "#[classify(retryable)] enum E { #[classify(retriable)] A, #[classify(inherit)] B, #[classify(ignore, success)] C(#[classify] A), D }",
        &[
            "the variants of an enum have classes, not the enum; for those that name none, write `default = retryable`",
            "unknown class `retriable`; did you mean `retryable`?",
            "`B` has no field whose class it could have; write one of `retryable`, `non_retryable`, `ignore` and `success`",
            "classes are written above the variant, not on a field",
            "there is a class already, `ignore`; keep one of them",
        ],
    );
}
