//! Errors about values.

use super::{FUNCTION, errors, refuses, refuses_function, without_spaces};

#[test]
fn numbers_and_other_literals() {
    let of_timeout = "`timeout` takes text, the path of a `const`, or an expression with arguments that is a `Duration`: `timeout = \"5s\"`";
    refuses("timeout = 5", &["a duration is text and has a unit: `timeout = \"5s\"`, or `timeout = \"5ms\"`"]);
    refuses("timeout = 2s", &["a duration is text and is written in quotes: `timeout = \"2s\"`"]);
    refuses("attempt_timeout = 1.5s", &["a duration is text and is written in quotes: `attempt_timeout = \"1.5s\"`"]);
    refuses("timeout = true", &[of_timeout]);
    refuses("timeout = b\"2s\"", &[&format!("a plain string in double quotes is expected; {of_timeout}")]);
    refuses("timeout = '2'", &[&format!("a plain string in double quotes is expected; {of_timeout}")]);
    refuses("retry = 3", &["a number does not say what it counts: `retry = \"3 attempts\"` (the first one counts)"]);
    refuses("retry = 3 attempts", &["text is written in quotes: `retry = \"3 attempts\"`"]);
    refuses("retry = -3", &["`retry` takes text, or the path of a `const`: `retry = \"3 attempts\"`"]);
    refuses("retry = true", &["`retry` takes text, not `true`; write `retry = \"defaults\"`"]);
    refuses("concurrency = 8", &["a number does not say what it counts: `concurrency = \"8 at once\"`"]);
    refuses("rate = 8", &["a number does not say in which time: `rate = \"8/s\"`, `\"8/m\"` or `\"8/h\"`"]);
    refuses("circuit = 5", &["a number does not say what it counts: `circuit = \"5 failures in 10s\"`"]);
    refuses("hedge = 50ms", &["text is written in quotes: `hedge = \"50ms\"`"]);
    refuses("hedge = p99", &["text is written in quotes: `hedge = \"p99\"`"]);
    refuses("circuit = defaults", &["text is written in quotes: `circuit = \"defaults\"`"]);
    refuses("key = 3", &["`key` takes a string: `key = \"users.get\"`"]);
    refuses("key = users", &["`key` takes a string: `key = \"users.get\"`"]);
    refuses(
        "retry = RetryPolicy::attempts(3)",
        &[
            "`retry` takes text, or the path of a `const`, not an expression; write `const RETRY: .. = ..;` outside of the function, and `retry = RETRY` here",
        ],
    );
}

#[test]
fn text_where_a_path_is_due() {
    refuses(
        "classify = \"ApiError::class\"",
        &["`classify` takes a path, not text; write it without quotes: `classify = ApiError::class`"],
    );
    refuses("policy = \"reads\"", &["`policy` takes a path, not text; write it without quotes: `policy = reads`"]);
    refuses("crate = \"recourse\"", &["`crate` takes a path, not text; write it without quotes: `crate = recourse`"]);
    refuses(
        "retry_if = \"5xx and 429\"",
        &[
            "a string cannot be used here; `retry_if` takes an `fn(&E) -> bool`, by its path or as a closure: `retry_if = ApiError::is_transient`",
        ],
    );
    refuses(
        "circuit = \"defaults\", breaker = |c| g(c)",
        &[
            "a closure has no path; write it as a function; `breaker` takes the path of an `fn(&CircuitPolicy) -> Box<dyn \
             CircuitBreaker>`: `breaker = Adaptive::make`",
        ],
    );
}

#[test]
fn paths_that_a_static_cannot_name() {
    for arguments in [
        "policy = Self::READS",
        "redact = Self::clean",
        "hedge = Self::TAIL",
        "retry = Self::RETRY",
        "timeout = <T as Limits>::TIMEOUT",
    ] {
        let (messages, _) = errors(arguments, FUNCTION);
        assert_eq!(messages.len(), 1, "{messages:#?}");
        assert!(messages[0].contains("where `Self` and type parameters have no meaning"), "{messages:#?}");
    }
    assert_eq!(
        errors("classify = Self::class, retry_if = <E as T>::f", FUNCTION).0.len(),
        1,
        "functions may; both may not"
    );
}

/// The grammar has its own tests; here: each mistake is one error that quotes the word.
#[test]
fn mistakes_in_a_text() {
    let (messages, rest) = errors("retry = \"500 attempts, exponental 10ms..250ms\", timeout = \"2\"", FUNCTION);
    assert_eq!(messages.len(), 3, "{messages:#?}");
    assert!(messages[0].contains("`500 attempts`"), "{messages:#?}");
    assert_eq!(messages[1], "retry: unknown word `exponental`; did you mean `exponential`?");
    assert!(messages[2].starts_with("timeout: "), "{messages:#?}");
    assert_eq!(rest, without_spaces(FUNCTION));
    refuses_function("key = \"users/get\"", FUNCTION, "key: `/` in `users/get` is not allowed");
    refuses_function("key = \"\"", FUNCTION, "key: the text is empty");
}

#[test]
fn keys_with_arguments() {
    let function = "async fn f(&self, shard: u8, (a, b): (u8, u8)) -> Result<(), String> { BODY }";
    let refuses = |key: &str, beginning: &str| refuses_function(&format!("key = {key:?}"), function, beginning);
    refuses("db.{shrad}", "key: `{shrad}`: there is no argument of that name here; did you mean `{shard}`?");
    refuses(
        "db.{region}",
        "key: `{region}`: there is no argument of that name here; those of `f` are `self`, `shard`, `a` and `b`",
    );
    refuses("db.{}", "key: `{}` names no argument; write the name of one, as in `db.{shard}`");
    refuses("db.{shard", "key: a `{` is not closed in `db.{shard`");
    refuses("db.{shard:>4}", "key: `{shard:>4}` is no name; braces hold the name of an argument");
    refuses("db..{shard}", "key: `db..x` has an empty part");
    refuses("db.{shard}{shard}", "key: `db.{shard}{shard}`: two arguments stand in one part");
    refuses("db.{shard.crate}", "key: `{shard.crate}`: there can be no field `crate`");
    refuses("db.{shard.await}", "key: `{shard.await}` is no name; braces hold the name of an argument");
    refuses_function(
        "key = \"{x}\", fallback = g",
        "async fn f(A { x, .. }: A) -> Result<(), E> {}",
        "key: `{x}`: `fallback` gets whole arguments, so the one that `x` is a part of is taken apart by each attempt, after the \
         key; give it a name of its own, as in `order: Order`, and write `{order.x}`",
    );
    let none = "async fn f() -> Result<(), String> { BODY }";
    refuses_function("key = \"db.{self.shard}\"", none, "key: `{self.shard}`: there is no `self` here; `f` has none");
}

/// Whatever a pattern binds is there before the body.
#[test]
fn keys_name_what_patterns_bind() {
    for (pattern, key) in [
        ("(a, b): (u8, u8)", "db.{b}"),
        ("Path(id): Path<u32>", "db.{id}"),
        ("ref x: A", "db.{x}"),
        ("A { x: Some(ref mut y), .. }: A", "db.{y.0}"),
        ("[.., last]: &[u8; 4]", "db.{last}"),
        ("(Ok(n) | Err(n)): R", "db.{n}"),
        ("n @ (_, m): (u8, u8)", "db.{n.0}.{m}"),
    ] {
        let function = format!("async fn f({pattern}) -> Result<(), E> {{}}");
        let (messages, _) = errors(&format!("key = {key:?}"), &function);
        assert_eq!(messages, [""; 0], "{pattern}");
    }
}

#[test]
fn docs_can_only_be_left_out() {
    refuses(
        "docs = \"full\"",
        &["docs: `full` means nothing here; write `docs = \"none\"` to leave the section about resilience out of the \
           documentation, or leave `docs` out to have it there"],
    );
    refuses_function(
        "docs = false",
        FUNCTION,
        "`docs` takes the text that leaves its section out of the documentation: `docs = \"none\"`",
    );
    refuses_function("docs", FUNCTION, "`docs` needs a value: the text that leaves its section out");
}

#[test]
fn priorities() {
    let priority =
        "`priority` takes text, or an expression that is a `Priority` or an `Option` of one: `priority = \"low\"`";
    let all = "the priorities are `critical`, `high`, `normal`, `low` and `sheddable`";
    refuses("priority = 5", &[priority]);
    refuses("priority = true", &[priority]);
    refuses("priority = |id| low(id)", &[priority]);
    refuses("priority = low", &["text is written in quotes: `priority = \"low\"`"]);
    refuses("priority = \"shedable\"", &["`priority` knows no `shedable`; did you mean `priority = \"sheddable\"`?"]);
    refuses("priority = \"Critical\"", &["`priority` knows no `Critical`; did you mean `priority = \"critical\"`?"]);
    refuses("priority = \"\"", &[&format!("`priority` knows no ``; {all}")]);
    refuses("priority = \"best effort\"", &[&format!("`priority` knows no `best effort`; {all}")]);
}

#[test]
fn what_each_call_evaluates() {
    let deadline = "`deadline` takes an expression that is a `Duration` or an `Instant`, or the text \"ignore\": `deadline = request.deadline`";
    refuses("deadline = 5", &[deadline]);
    refuses("deadline = ignore", &["text is written in quotes: `deadline = \"ignore\"`"]);
    refuses_function("deadline = \"2s\"", FUNCTION, "a time for the whole call is its `timeout`: `timeout = \"2s\"`");
    refuses_function("deadline = \"never\"", FUNCTION, "`deadline` knows no `never`; write `deadline = \"ignore\"`");
    refuses("attempt = \"it\"", &["`attempt` takes a path, not text; write it without quotes: `attempt = it`"]);
    refuses("attempt", &["`attempt` needs a value: the name that the attempt gets in the body, as in `attempt = it`"]);
    refuses_function(
        "attempt = id",
        FUNCTION,
        "`id` is an argument of `load`, and `attempt = id` would hide it from the body",
    );
    refuses_function(
        "timeout = id, on_reject = \"never\"",
        FUNCTION,
        "`timeout` may reject a call, and `on_reject = \"never\"` says that there is no error for that",
    );
    refuses_function("deadline = id, on_reject = \"never\"", FUNCTION, "`deadline` may reject a call");
    refuses_function("attempt_timeout = id", FUNCTION, "`id` is an argument of `load`, and a policy is evaluated once");
    for arguments in [
        "deadline = id",
        "deadline = self.left(id)",
        "deadline = \"ignore\", on_reject = \"never\"",
        "timeout = id, retry = \"3 attempts\"",
        "timeout = self.limit",
        "timeout = LIMIT",
        "attempt = it, hedge = \"p99\"",
        "attempt = _it",
    ] {
        assert_eq!(errors(arguments, FUNCTION).0, [""; 0], "{arguments}");
    }
}
