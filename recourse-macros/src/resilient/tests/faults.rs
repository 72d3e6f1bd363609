//! Every refusal: what it says, and that the function stands there all the same.

use super::{dense, faults};

const FUNCTION: &str = "#[inline] async fn load(&self, id: u64) -> Result<User, Error> { self.get(id).await }";

/// The attribute on a good function gives exactly these faults, and leaves the function as it was.
#[track_caller]
fn refuses(arguments: &str, expected: &[&str]) {
    let (messages, rest) = faults(arguments, FUNCTION);
    assert_eq!(messages, expected, "#[resilient({arguments})]");
    assert_eq!(rest, dense(FUNCTION), "#[resilient({arguments})]");
}

/// The attribute on this function gives exactly one fault, which begins like this.
#[track_caller]
fn refuses_function(arguments: &str, function: &str, beginning: &str) {
    let (messages, rest) = faults(arguments, function);
    assert_eq!(messages.len(), 1, "{function}: {messages:#?}");
    assert!(messages[0].starts_with(beginning), "{function}: {messages:#?}");
    assert_eq!(rest, dense(function));
}

#[test]
fn unknown_options() {
    refuses("retri = 1", &["unknown option `retri`; did you mean `retry`?"]);
    refuses("attemptTimeout = \"1s\"", &["unknown option `attemptTimeout`; did you mean `attempt_timeout`?"]);
    refuses("retryIf = f", &["unknown option `retryIf`; did you mean `retry_if`?"]);
    refuses("attempt-timeout = \"1s\"", &["unknown option `attempt-timeout`; did you mean `attempt_timeout`?"]);
    refuses(
        "bananas = 1",
        &[
            "unknown option `bananas`; the options are `key`, `policy`, `retry`, `hedge`, `circuit`, `breaker`, `timeout`, \
           `attempt_timeout`, `budget`, `idempotent`, `classify`, `classify_ok`, `retry_if`, `fallback`, `on_reject`, \
           `executor` and `crate`",
        ],
    );
}

#[test]
fn names_of_other_libraries() {
    for (word, answer) in [
        (
            "max_attempts = 3",
            "unknown option `max_attempts`: the number of attempts is part of `retry`: `retry = \"3 attempts\"`",
        ),
        ("maxRetries = 3", "unknown option `maxRetries`: the number of attempts is part of `retry`"),
        (
            "backoff = \"exponential\"",
            "unknown option `backoff`: the delay is part of `retry`: `retry = \"3 attempts, exp",
        ),
        ("circuit_breaker = \"defaults\"", "unknown option `circuit_breaker`: write `circuit`"),
        ("deadline = \"2s\"", "unknown option `deadline`: write `timeout`: `timeout = \"2s\"`"),
        ("name = \"a\"", "unknown option `name`: write `key`: `key = \"users.get\"`"),
        ("retry_on = f", "unknown option `retry_on`: write `retry_if`"),
        ("retry_budget = \"20%\"", "unknown option `retry_budget`: write `budget`"),
        ("by_ref", "unknown option `by_ref`: `#[by_ref]` goes on a parameter"),
    ] {
        refuses_function(word, FUNCTION, answer);
    }
}

#[test]
fn breakers() {
    let idle = "`breaker` makes the breaker of the circuit, and there is none here; name `circuit` too";
    refuses_function("breaker = make, retry = \"defaults\"", FUNCTION, idle);
    refuses_function("breaker = make, circuit = \"none\"", FUNCTION, idle);
    refuses_function(
        "circuit = \"defaults\", breaker = \"sensitive\"",
        FUNCTION,
        "the settings of a circuit breaker are its `circuit`: `circuit = \"sensitive\"`; `breaker` takes the path of an",
    );
    refuses_function(
        "circuit = \"defaults\", breaker = |policy| make(policy)",
        FUNCTION,
        "a closure has no name to call it by; write it as a function",
    );
    refuses_function("circuit = \"defaults\", breaker = Self::make", FUNCTION, "`breaker` is evaluated once");
}

#[test]
fn fallbacks() {
    let borrows = "async fn f(&mut self, a: u8) -> Result<(), String> { BODY }";
    refuses_function(
        "fallback = Self::g, timeout = \"1s\"",
        borrows,
        "`&mut self` is a mutable borrow, which `fallback` can be lent only in a later release; until then, take it by `&`",
    );
    refuses_function(
        "fallback = Self::g, retry = \"2 attempts\"",
        borrows,
        "`&mut self` is a mutable borrow, which `retry` lends to each attempt only in a later release",
    );
    let conditional = "async fn f(a: u8, #[cfg(unix)] b: u8) -> Result<(), String> { BODY }";
    refuses_function(
        "fallback = g, timeout = \"1s\"",
        conditional,
        "`fallback` gets all arguments, and this one is not always there; write two functions",
    );
    let hidden = "async fn f(a: u8, #[cfg_attr(all(), cfg(unix))] b: u8) -> Result<(), String> { BODY }";
    refuses_function(
        "fallback = g, timeout = \"1s\"",
        hidden,
        "`fallback` gets all arguments, and this one is not always",
    );
    refuses_function(
        "fallback = \"g\", timeout = \"1s\"",
        FUNCTION,
        "a string cannot name a thing of yours; write the path without quotes: `fallback = g`",
    );
    refuses_function(
        "fallback = |error| g(error)",
        FUNCTION,
        "a closure has no name to call it by; write it as a function",
    );
    refuses_function(
        "on_error = g",
        FUNCTION,
        "unknown option `on_error`: write `fallback`: `fallback = Self::cached`",
    );
}

#[test]
fn keys_with_arguments() {
    let function = "async fn f(&self, shard: u8, (a, b): (u8, u8)) -> Result<(), String> { BODY }";
    let refuses = |key: &str, beginning: &str| refuses_function(&format!("key = {key:?}"), function, beginning);
    refuses("db.{shrad}", "key: `{shrad}`: there is no argument of that name here; did you mean `{shard}`?");
    refuses(
        "db.{region}",
        "key: `{region}`: there is no argument of that name here; those of `f` are `self` and `shard`",
    );
    refuses("db.{a}", "key: `{a}`: there is no argument of that name here; those of `f` are");
    refuses("db.{}", "key: `{}` names no argument; write the name of one, as in `db.{shard}`");
    refuses("db.{shard", "key: a `{` is not closed in `db.{shard`");
    refuses("db.{shard:>4}", "key: `{shard:>4}` is no name; braces hold the name of an argument");
    refuses("db..{shard}", "key: `db..x` has an empty part");
    refuses("db.{shard}{shard}", "key: `db.{shard}{shard}`: two arguments stand in one part");
    refuses("db.{shard.crate}", "key: `{shard.crate}`: there can be no field `crate`");
    refuses("db.{shard.await}", "key: `{shard.await}` is no name; braces hold the name of an argument");
    refuses_function(
        "key = \"{x}\"",
        "async fn f(ref x: A) -> Result<(), E> {}",
        "key: `{x}`: there is no argument of that name",
    );
    let none = "async fn f() -> Result<(), String> { BODY }";
    refuses_function("key = \"db.{self.shard}\"", none, "key: `{self.shard}`: there is no `self` here; `f` has none");
}

#[test]
fn repeated_options() {
    refuses("retry = \"3 attempts\", timeout = \"2s\", retry = FAST", &["`retry` is given twice; keep one of them"]);
    refuses("key = \"a\", key = \"b\", key = \"c\"", &["`key` is given twice; keep one of them"; 2]);
}

#[test]
fn how_options_are_written() {
    let retry = "`retry` takes text, or the path of a `const`: `retry = \"3 attempts\"`";
    refuses("retry", &[&format!("`retry` needs a value; {retry}")]);
    refuses("retry =", &[&format!("`retry` needs a value; {retry}")]);
    refuses("retry(3)", &[&format!("options are written with `=`; {retry}")]);
    refuses("retry: \"3 attempts\"", &["options are written with `=`: `retry = \"3 attempts\"`"]);
    refuses("retry == 3", &["options are written with `=`: `retry = \"3 attempts\"`"]);
    refuses("retry: \"5 attempts\"", &["options are written with `=`: `retry = \"5 attempts\"`"]);
    refuses("retry => 5", &["options are written with `=`: `retry = \"3 attempts\"`"]);
    refuses("retry += 3", &["options are written with `=`: `retry = \"3 attempts\"`"]);
    refuses("\"users.get\"", &["options are written `name = value`, for example `key = \"users.get\"`"]);
    refuses("3", &["options are written `name = value`, for example `retry = \"3 attempts\"`"]);
    refuses("retry = \"3 attempts\" timeout = \"2s\"", &["a comma is missing before `timeout`"]);
    refuses(
        "classify = f retry_if = g key = \"a\"",
        &[
            "a comma is missing before `retry_if`",
            "a comma is missing before `key`",
            "`classify` and `retry_if` both judge the error: keep `classify` for all four classes, or `retry_if` for yes or no",
        ],
    );
    refuses(", retry = \"3 attempts\"", &["an option is missing between two commas"]);
}

#[test]
fn a_flag_is_a_word_alone() {
    let word = "`idempotent` takes no value: write just the word, `idempotent`";
    let off = format!("{word}; where it is not so, leave `idempotent` out");
    for arguments in [
        "idempotent = true",
        "idempotent = \"true\"",
        "idempotent = \"yes\", timeout = \"2s\"",
        "idempotent = 1",
        "idempotent = 2s",
        "idempotent =",
        "idempotent()",
        "idempotent(true)",
    ] {
        refuses(arguments, &[word]);
    }
    refuses("idempotent = false", &[&off]);
    refuses("idempotent = \"false\"", &[&off]);
    refuses("idempotent: true", &[&format!("{word}, and a comma behind it")]);
    refuses("retry = FAST, idempotent, idempotent", &["`idempotent` is given twice; keep one of them"]);
    refuses("idempotant", &["unknown option `idempotant`; did you mean `idempotent`?"]);
    refuses("idempotent retry = \"3 attempts\"", &["a comma is missing before `retry`"]);
    refuses("retry = \"3 attempts\" idempotent", &["a comma is missing before `idempotent`"]);
    refuses("retry = FAST idempotent, timeout = \"2s\"", &["a comma is missing before `idempotent`"]);
}

#[test]
fn numbers_and_other_literals() {
    let of_timeout = "`timeout` takes text, or the path of a `const`: `timeout = \"5s\"`";
    refuses("timeout = 5", &["a duration is text and has a unit: `timeout = \"5s\"`, or `timeout = \"5ms\"`"]);
    refuses("timeout = 2s", &["a duration is text and stands in quotes: `timeout = \"2s\"`"]);
    refuses("attempt_timeout = 1.5s", &["a duration is text and stands in quotes: `attempt_timeout = \"1.5s\"`"]);
    refuses("timeout = true", &[of_timeout]);
    refuses("timeout = b\"2s\"", &[&format!("a plain string in double quotes is due; {of_timeout}")]);
    refuses("timeout = '2'", &[&format!("a plain string in double quotes is due; {of_timeout}")]);
    refuses("retry = 3", &["a number does not say what it counts: `retry = \"3 attempts\"` (the first one counts)"]);
    refuses("retry = 3 attempts", &["text stands in quotes: `retry = \"3 attempts\"`"]);
    refuses("retry = -3", &["`retry` takes text, or the path of a `const`: `retry = \"3 attempts\"`"]);
    refuses(
        "retry = true",
        &[
            "`true` is no text; write `retry = \"defaults\"`; `retry` takes text, or the path of a `const`: `retry = \"3 attempts\"`",
        ],
    );
    refuses("circuit = 5", &["a number does not say what it counts: `circuit = \"5 failures in 10s\"`"]);
    refuses("hedge = 50ms", &["text stands in quotes: `hedge = \"50ms\"`"]);
    refuses("hedge = p99", &["text stands in quotes: `hedge = \"p99\"`"]);
    refuses("circuit = defaults", &["text stands in quotes: `circuit = \"defaults\"`"]);
    refuses("key = 3", &["`key` takes a string: `key = \"users.get\"`"]);
    refuses("key = users", &["`key` takes a string: `key = \"users.get\"`"]);
    refuses(
        "retry = RetryPolicy::attempts(3)",
        &[
            "a value that is computed needs a name: `const RETRY: .. = ..;` outside of the function, and `retry = RETRY` here; \
             `retry` takes text, or the path of a `const`: `retry = \"3 attempts\"`",
        ],
    );
}

#[test]
fn text_where_a_path_is_due() {
    refuses(
        "classify = \"ApiError::class\"",
        &["a string cannot name a thing of yours; write the path without quotes: `classify = ApiError::class`"],
    );
    refuses(
        "policy = \"reads\"",
        &["a string cannot name a thing of yours; write the path without quotes: `policy = reads`"],
    );
    refuses(
        "crate = \"recourse\"",
        &["a string cannot name a thing of yours; write the path without quotes: `crate = recourse`"],
    );
    refuses(
        "retry_if = \"5xx and 429\"",
        &[
            "a string cannot stand here; `retry_if` takes the path of an `fn(&E) -> bool`: `retry_if = ApiError::is_transient`",
        ],
    );
    refuses(
        "retry_if = |e| e.is_transient()",
        &[
            "a closure has no name to call it by; write it as a function; `retry_if` takes the path of an `fn(&E) -> bool`: \
           `retry_if = ApiError::is_transient`",
        ],
    );
}

#[test]
fn paths_that_a_static_cannot_name() {
    for arguments in
        ["policy = Self::READS", "hedge = Self::TAIL", "retry = Self::RETRY", "timeout = <T as Limits>::TIMEOUT"]
    {
        let (messages, _) = faults(arguments, FUNCTION);
        assert_eq!(messages.len(), 1, "{messages:#?}");
        assert!(messages[0].contains("where `Self` and type parameters have no meaning"), "{messages:#?}");
    }
    assert_eq!(
        faults("classify = Self::class, retry_if = <E as T>::f", FUNCTION).0.len(),
        1,
        "functions may; both may not"
    );
}

/// The grammar has its own tests; here: each fault is one error, the word is quoted.
#[test]
fn faults_of_a_text() {
    let (messages, rest) = faults("retry = \"50 attempts, exponental 10ms..250ms\", timeout = \"2\"", FUNCTION);
    assert_eq!(messages.len(), 3, "{messages:#?}");
    assert!(messages[0].contains("`50 attempts`"), "{messages:#?}");
    assert_eq!(messages[1], "retry: unknown word `exponental`; did you mean `exponential`?");
    assert!(messages[2].starts_with("timeout: "), "{messages:#?}");
    assert_eq!(rest, dense(FUNCTION));
    refuses_function("key = \"users/get\"", FUNCTION, "key: `users/get` has `/`");
    refuses_function("key = \"\"", FUNCTION, "key: the text is empty");
}

#[test]
fn options_that_exclude_each_other() {
    refuses(
        "classify = f, retry_if = g",
        &[
            "`classify` and `retry_if` both judge the error: keep `classify` for all four classes, or `retry_if` for yes or no",
        ],
    );
}

#[test]
fn options_that_do_nothing() {
    let idle = "`budget` limits retries, and nothing is retried here; name `retry` too, as in `retry = \"3 attempts\"`, or \
                leave `budget` out";
    for arguments in ["budget = \"10%\"", "budget = \"10%\", timeout = \"2s\"", "budget = SHARED, retry = \"none\""] {
        refuses(arguments, &[idle]);
    }
    refuses_function("budget = \"5%\", idempotent", FUNCTION, "`budget` limits retries, and nothing is retried here");
    refuses(
        "budget = \"5%\", hedge = \"p99\"",
        &[
            "`budget` limits retries, and nothing is retried here; name `retry` too, as in `retry = \"3 attempts\"`, or the \
           budget of hedges is part of `hedge`: `hedge = \"p99, budget 5%\"`",
        ],
    );
    for name in ["classify", "classify_ok", "retry_if"] {
        let beginning = format!("`{name}` decides about retries, hedges and the circuit, and none of them is on here");
        refuses_function(&format!("{name} = f, timeout = \"2s\""), FUNCTION, &beginning);
    }
    for arguments in [
        "budget = \"10%\", retry = FAST",
        "budget = \"10%\", policy = READS, timeout = \"2s\"",
        "classify = f",
        "classify = f, circuit = \"defaults\", timeout = \"2s\"",
        "classify_ok = f, policy = READS",
        "classify = f, timeout = \"2s\", idempotent",
    ] {
        assert_eq!(faults(arguments, FUNCTION).0, [""; 0], "{arguments}");
    }
}

#[test]
fn numbers_that_can_never_happen() {
    for (arguments, beginning) in [
        ("attempt_timeout = \"3s\", timeout = \"2s\"", "attempt_timeout: 3s is not below the timeout of 2s"),
        ("hedge = \"2s\", attempt_timeout = \"1s\"", "hedge: 2s is not below the attempt timeout of 1s"),
        (
            "retry = \"3 attempts, fixed 1s\", timeout = \"2s\"",
            "retry: the delays of `3 attempts, fixed 1s` add up to at least",
        ),
    ] {
        refuses_function(arguments, FUNCTION, beginning);
    }
}

#[test]
fn what_is_no_async_function() {
    for (function, beginning) in [
        ("fn f() -> Result<(), E> {}", "`#[resilient]` stands on an `async fn` only; write `async fn f`"),
        ("const fn f() -> Result<(), E> {}", "a `const fn` cannot be awaited"),
        (
            "fn f() -> impl Future<Output = Result<Vec<u8>, E>> + Send {}",
            "functions that return a future come with a later release; write `async fn f(..) -> Result<Vec<u8>, E>`",
        ),
        (
            "fn f() -> Pin<Box<dyn Future<Output = Result<(), E>> + Send>> {}",
            "functions that return a future come with a later release; write `async fn f(..) -> Result<(), E>`",
        ),
        (
            "fn f(&self) -> BoxFuture<'_, R> {}",
            "functions that return a future come with a later release; write `async fn f(..) -> R`",
        ),
        (
            "fn f<'life0, 'async_trait>(&'life0 self) -> Pin<Box<dyn Future<Output = R> + Send + 'async_trait>> {}",
            "methods under `#[async_trait]` come with a later release",
        ),
        ("fn main() -> Result<(), E> {}", "`main` is not `async` here: an attribute above, such as `#[tokio::main]`"),
        (
            "#[::core::prelude::v1::test] fn works() {}",
            "`works` is not `async` here: an attribute above, such as `#[tokio::test]`",
        ),
        ("async fn f() -> R;", "`f` has no body to guard"),
        ("#[recourse::resilient] async fn f() -> R {}", "`#[resilient]` is written twice"),
    ] {
        refuses_function("", function, beginning);
    }
}

#[test]
fn what_is_no_function() {
    for (item, named) in [
        ("struct S { x: u8 }", "a struct"),
        ("enum E { A }", "an enum"),
        ("impl S { async fn f(&self) -> R {} }", "an `impl` block"),
        ("trait T { async fn f(&self) -> R; }", "a trait"),
        ("mod m { async fn f() -> R {} }", "a module"),
        ("const X: u8 = 1;", "a constant"),
        ("use a::b;", "an import"),
    ] {
        let beginning = format!("`#[resilient]` stands on an `async fn` only, not on {named}; write it on ");
        refuses_function("", item, &beginning);
    }
}

#[test]
fn what_is_no_result() {
    for (returned, instead) in [
        ("", "-> Result<(), Error>"),
        ("-> ()", "-> Result<(), Error>"),
        ("-> Option<User>", "-> Result<User, Error>"),
        ("-> bool", "-> Result<bool, Error>"),
        ("-> Vec<u8>", "-> Result<Vec<u8>, Error>"),
        ("-> std::string::String", "-> Result<std::string::String, Error>"),
        ("-> &'a str", "-> Result<&'a str, Error>"),
        ("-> impl Iterator<Item = u8>", "-> Result<impl Iterator<Item = u8>, Error>"),
        ("-> (u8, u8)", "-> Result<(u8, u8), Error>"),
        ("-> !", "-> Result<(), Error>"),
    ] {
        let message = format!("`f` must return a `Result`, so that its failures can be seen; write `{instead}`");
        let function = format!("async fn f() {returned} {{}}");
        let (messages, _) = faults("", &function);
        assert_eq!(messages, [message], "{function}");
    }
    for returned in ["Res", "io::Result<()>", "Self::Output", "anyhow::Result<u8>", "T", "<T as X>::R", "m!()"] {
        let (messages, _) = faults("", &format!("async fn f() -> {returned} {{}}"));
        assert_eq!(messages, [""; 0], "an unknown name may be an alias: {returned}");
    }
}

#[test]
fn mutable_borrows_that_would_be_needed_again() {
    for (arguments, reason) in [
        ("hedge = \"p99\"", "and `hedge` runs two attempts at the same time"),
        ("retry = \"3 attempts\", hedge = \"p99\"", "and `hedge` runs two attempts at the same time"),
        ("retry = \"3 attempts\"", "which `retry` lends to each attempt only in a later release"),
        ("policy = READS", "which `policy`, which may hold a retry, lends"),
        ("", "which the executor's policy, which applies where no mechanism is named, lends"),
    ] {
        for (parameter, what) in [
            ("&mut self", "`&mut self`"),
            ("self: &mut Self", "`self: &mut Self`"),
            ("self: Pin<&mut Self>", "`self: Pin<&mut Self>`"),
            ("buf: &mut Vec<u8>", "argument `buf`"),
            ("buf: Pin<&mut F>", "argument `buf`"),
            ("(a, b): &mut (A, B)", "this argument"),
        ] {
            let beginning = format!("{what} is a mutable borrow, {reason}");
            refuses_function(arguments, &format!("async fn f({parameter}) -> Result<(), E> {{}}"), &beginning);
        }
    }
    let two = "async fn f(&mut self, buf: &mut B) -> Result<(), E> {}";
    assert_eq!(faults("hedge = \"p99\"", two).0.len(), 2, "one for each");
}

/// The word is at fault, whatever else repeats.
#[test]
fn mutable_borrows_that_the_author_vouches_for() {
    for arguments in [
        "idempotent",
        "timeout = \"2s\", idempotent",
        "retry = \"none\", idempotent",
        "policy = READS, retry = FAST, idempotent",
    ] {
        let vouched = "`idempotent` lets two attempts run at the same time, and";
        let function = "async fn f(&mut self) -> Result<(), E> {}";
        refuses_function(arguments, function, &format!("{vouched} `&mut self` is a mutable borrow; take it by `&`"));
        let function = "async fn f(x: X, buf: Pin<&mut Vec<u8>>) -> Result<(), E> {}";
        refuses_function(arguments, function, &format!("{vouched} argument `buf` is a mutable borrow; take it by `&`"));
    }
    let both = faults("hedge = \"p99\", idempotent", "async fn f(&mut self) -> Result<(), E> {}").0;
    assert_eq!(both.len(), 2, "one for each word: {both:#?}");
}

#[test]
fn lent_arguments() {
    let refuses = |arguments: &str, parameters: &str, beginning: &str| {
        let written = format!("async fn f({parameters}) -> Result<(), E> {{}}");
        let (messages, rest) = faults(arguments, &written);
        assert_eq!(messages.len(), 1, "{messages:#?}");
        assert!(messages[0].starts_with(beginning), "{messages:?}");
        let untouched = written.replace("#[by_ref] ", "").replace("#[by_ref(a)] ", "");
        assert_eq!(rest, dense(&untouched), "they leave no trace");
    };
    let retry = "retry = \"2 attempts\"";
    refuses(
        "timeout = \"1s\"",
        "#[by_ref] a: A",
        "`#[by_ref]` saves the clone that each attempt gets, and there is only one",
    );
    refuses(retry, "#[by_ref] a: &A", "`#[by_ref]` lends what is owned, and this is a reference already");
    refuses(retry, "#[by_ref] mut a: A", "`#[by_ref]` lends `a` to each attempt, so no attempt can change it");
    refuses(retry, "#[by_ref] self, a: A", "`#[by_ref]` stands on an argument; take the receiver by `&self`");
    refuses(retry, "#[by_ref(a)] a: A", "`#[by_ref]` takes no value");
    refuses(retry, "#[by_ref] #[by_ref] a: A", "`#[by_ref]` is written twice");
    refuses("retry = \"2 atempts\"", "#[by_ref] a: A", "retry: unknown word `atempts`");
    for arguments in ["", retry, "policy = P", "timeout = \"1s\", fallback = g", "hedge = \"p99\""] {
        assert!(faults(arguments, "async fn f(#[by_ref] a: A) -> Result<(), E> {}").0.is_empty(), "{arguments}");
    }
}

#[test]
fn all_faults_are_reported_at_once() {
    let (messages, rest) = faults(
        "retri = 1, timeout = 5, key = \"a b\", retry = \"3 atempts\", classify = \"f\", retry_if = g, retry = 4",
        "fn f(#[by_ref()] a: A) -> u8 {}",
    );
    let beginnings = [
        "unknown option `retri`",
        "`retry` is given twice",
        "retry: unknown word `atempts`",
        "a duration is text",
        "a string cannot name",
        "key: `a b`",
        "`classify` and `retry_if`",
        "`#[by_ref]` takes no value",
        "`#[resilient]` stands on an `async fn` only",
    ];
    assert_eq!(messages.len(), beginnings.len(), "{messages:#?}");
    for beginning in beginnings {
        assert!(messages.iter().any(|message| message.starts_with(beginning)), "{beginning}: {messages:#?}");
    }
    assert_eq!(rest, dense("fn f(a: A) -> u8 {}"));
}

/// A value that was refused is not judged a second time by the rules behind it.
#[test]
fn one_mistake_is_one_error() {
    for arguments in [
        "retry = \"3 atempts\", budget = \"10%\"",
        "retry = 3, classify = f",
        "timeout = 5, attempt_timeout = \"1s\"",
        "retry = Self::X, budget = SHARED",
        "hedge = Self::X, idempotent",
        "idempotent = true, classify = f, timeout = \"2s\"",
    ] {
        assert_eq!(faults(arguments, FUNCTION).0.len(), 1, "{arguments}");
    }
    let exclusive = "async fn f(&mut self) -> Result<(), E> {}";
    assert_eq!(faults("retry = \"nome\"", exclusive).0.len(), 1, "whether it repeats is not known");
}
