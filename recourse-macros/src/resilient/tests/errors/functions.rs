//! Errors about the item below the attribute.

use super::{errors, refuses_function, without_spaces};

#[test]
fn a_future_keeps_what_attempts_borrow() {
    let future = |parameters: &str, captured: &str, body: &str| {
        format!(
            "fn f<'x, C>({parameters}) -> impl Future<Output = R<u8>> + Send + use<{captured}> {{ {body} async move {{ c.x() }} }}"
        )
    };
    for (parameters, captured, body, listed) in [
        ("&mut self, c: C", "C", "", "write `use<'_, C>`"),
        ("&self, c: C", "C", "let x = self.x;", "write `use<'_, C>`"),
        ("self: Pin<&mut Self>, c: C", "", "", "write `use<'_>`"),
        ("&'x mut self, c: C", "C", "", "write `use<'x, C>`"),
        ("&'x self, c: &mut C", "'x, C", "", "name its lifetime, and write `use<'a, 'x, C>`"),
        ("c: &mut C", "C", "", "write `use<'_, C>`"),
    ] {
        let name = if captured.contains("'x") || !parameters.contains("self") { "c" } else { "self" };
        let beginning = format!(
            "every attempt borrows `{name}`, and `use<{captured}>` says that the future does not; {listed}, or an `async fn`"
        );
        refuses_function("retry = \"3 attempts\"", &future(parameters, captured, body), &beginning);
    }
    for (parameters, captured, body) in [
        ("&self, c: C", "C", ""),
        ("&mut self, c: C", "'_, C", "let x = self.x;"),
        ("&'x mut self, c: C", "C, 'x", ""),
        ("&'static self, c: C", "C", "let x = self.x;"),
        ("self, c: C", "C", "let x = self.x;"),
    ] {
        let function = future(parameters, captured, body);
        assert_eq!(errors("retry = \"3 attempts\"", &function).0, [""; 0], "{function}");
    }
    // Without a second attempt nothing is lent to each, and a body that does not name the receiver does not borrow it.
    assert_eq!(errors("timeout = \"1s\"", &future("&mut self, c: C", "C", "")).0, [""; 0]);
}

#[test]
fn a_fallback_of_a_method_says_where_it_is_found() {
    let options = "timeout = \"1s\", fallback = cached";
    refuses_function(
        options,
        "async fn f(&self) -> R {}",
        "in a method, `fallback` says where it is found: write `fallback = Self::cached` for a method, and `self::cached`",
    );
    for function in ["async fn f(id: u8) -> R {}", "async fn f(&self, cached: fn(&S, u8, E) -> R) -> R {}"] {
        assert_eq!(errors(options, function).0, [""; 0], "{function}");
    }
    for path in ["Self::cached", "self::cached", "::a::cached", "T::<u8>::cached"] {
        assert_eq!(errors(&format!("fallback = {path}"), "async fn f(&self) -> R {}").0, [""; 0], "{path}");
    }
}

#[test]
fn what_is_no_async_function() {
    for (function, beginning) in [
        (
            "fn f() -> Result<(), E> {}",
            "`#[resilient]` goes on an `async fn`, or on a function that returns a future; write `async fn f`",
        ),
        (
            "fn f() -> Ready<Result<(), E>> {}",
            "`#[resilient]` cannot see that `Ready<Result<(), E>>` is a future; write `async fn f(..) -> Result<(), E>`, or `-> impl",
        ),
        ("fn f() -> Box<dyn Future<Output = Result<(), E>>> {}", "`#[resilient]` goes on an `async fn`, or on"),
        ("const fn f() -> Result<(), E> {}", "a `const fn` cannot be awaited"),
        (
            "fn f() -> impl Future {}",
            "the return type of `f` does not say what its future returns; write `-> impl Future<Output = Result<T, Error>>`, or `async fn",
        ),
        ("fn f() -> BoxFuture {}", "the return type of `f` does not say what its future returns"),
        (
            "fn f() -> impl Future<Output = u8> {}",
            "`f` must return a `Result`: a timeout or an open circuit is reported as an error; write `Output = Result<u8, Error>`",
        ),
        (
            "fn f(&self) -> BoxFuture<'_, Option<u8>> {}",
            "`f` must return a `Result`: a timeout or an open circuit is reported as an error; write `Output = Result<u8, Error>`",
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
        let beginning = format!("`#[resilient]` goes on a function, not on {named}; write it on ");
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
        let message = format!(
            "`f` must return a `Result`: a timeout or an open circuit is reported as an error; write `{instead}`"
        );
        let function = format!("async fn f() {returned} {{}}");
        let (messages, _) = errors("", &function);
        assert_eq!(messages, [message], "{function}");
    }
    for returned in ["Res", "io::Result<()>", "Self::Output", "anyhow::Result<u8>", "T", "<T as X>::R", "m!()"] {
        let (messages, _) = errors("", &format!("async fn f() -> {returned} {{}}"));
        assert_eq!(messages, [""; 0], "an unknown name may be an alias: {returned}");
    }
}

#[test]
fn mutable_borrows_that_would_be_needed_twice() {
    for (arguments, reason) in [
        ("hedge = \"p99\"", "and `hedge` runs two attempts at the same time"),
        ("retry = \"3 attempts\", hedge = \"p99\"", "and `hedge` runs two attempts at the same time"),
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
    for arguments in ["", "retry = \"3 attempts\"", "policy = READS", "retry = \"defaults\", fallback = Self::g"] {
        let (messages, _) = errors(arguments, "async fn f(&mut self, buf: &mut B) -> Result<(), E> {}");
        assert_eq!(messages, [""; 0], "lent to one attempt after the other: {arguments}");
    }
    let two = "async fn f(&mut self, buf: &mut B) -> Result<(), E> {}";
    assert_eq!(errors("hedge = \"p99\"", two).0.len(), 2, "one for each");
}

/// The word is reported, whatever else repeats the body.
#[test]
fn mutable_borrows_that_the_author_vouches_for() {
    for arguments in [
        "idempotent",
        "timeout = \"2s\", idempotent",
        "retry = \"none\", idempotent",
        "policy = READS, retry = FAST, idempotent",
    ] {
        let vouched = "`idempotent` lets a policy hedge, which runs two attempts at the same time, and";
        let function = "async fn f(&mut self) -> Result<(), E> {}";
        refuses_function(arguments, function, &format!("{vouched} `&mut self` is a mutable borrow; take it by `&`"));
        let function = "async fn f(x: X, buf: Pin<&mut Vec<u8>>) -> Result<(), E> {}";
        refuses_function(arguments, function, &format!("{vouched} argument `buf` is a mutable borrow; take it by `&`"));
    }
    let both = errors("hedge = \"p99\", idempotent", "async fn f(&mut self) -> Result<(), E> {}").0;
    assert_eq!(both.len(), 2, "one for each word: {both:#?}");
}

#[test]
fn lent_arguments() {
    let refuses = |arguments: &str, parameters: &str, beginning: &str| {
        let written = format!("async fn f({parameters}) -> Result<(), E> {{}}");
        let (messages, rest) = errors(arguments, &written);
        assert_eq!(messages.len(), 1, "{messages:#?}");
        assert!(messages[0].starts_with(beginning), "{messages:?}");
        let untouched = written.replace("#[by_ref] ", "").replace("#[by_ref(a)] ", "");
        assert_eq!(rest, without_spaces(&untouched), "they leave no trace");
    };
    let retry = "retry = \"2 attempts\"";
    refuses(
        "timeout = \"1s\"",
        "#[by_ref] a: A",
        "`#[by_ref]` saves the clone that each attempt gets, and there is only one",
    );
    refuses(retry, "#[by_ref] a: &A", "`#[by_ref]` lends what is owned, and this is a reference already");
    refuses(retry, "#[by_ref] mut a: A", "`#[by_ref]` lends `a` to each attempt, so no attempt can change it");
    refuses(retry, "#[by_ref] (mut a, b): A", "`#[by_ref]` lends `a` to each attempt, so no attempt can change it");
    refuses(retry, "#[by_ref] &self, a: A", "`#[by_ref]` lends what is owned, and this is a reference already");
    refuses(retry, "#[by_ref] mut self", "`#[by_ref]` lends `self` to each attempt, so no attempt can change it");
    refuses(
        "timeout = \"1s\"",
        "#[by_ref] self",
        "`#[by_ref]` saves the clone that each attempt gets, and there is only one",
    );
    refuses(retry, "#[by_ref(a)] self", "`#[by_ref]` takes no value");
    refuses(retry, "#[by_ref(a)] a: A", "`#[by_ref]` takes no value");
    refuses(retry, "#[by_ref] #[by_ref] a: A", "`#[by_ref]` is written twice");
    refuses("retry = \"2 atempts\"", "#[by_ref] a: A", "retry: unknown word `atempts`");
    for arguments in ["", retry, "policy = P", "timeout = \"1s\", fallback = Self::g", "hedge = \"p99\""] {
        assert!(errors(arguments, "async fn f(#[by_ref] a: A) -> Result<(), E> {}").0.is_empty(), "{arguments}");
        assert!(errors(arguments, "async fn f(#[by_ref] self) -> Result<(), E> {}").0.is_empty(), "{arguments}");
    }
}

/// As far as the borrow checker can see, an attempt that failed still holds what its result would borrow from.
#[test]
fn results_that_borrow_from_what_is_lent() {
    for (header, holder) in [
        ("f(&mut self) -> Result<&u8, E>", "`&mut self`"),
        ("f(&mut self, x: &str) -> Result<&mut u8, E>", "`&mut self`"),
        ("f(&mut self) -> Result<(Vec<Cow<'_, str>>, u8), E>", "`&mut self`"),
        ("f<'a>(&'a mut self) -> Res<'a>", "`&mut self`"),
        ("f(self: Pin<&mut Self>) -> Result<&u8, E>", "`self: Pin<&mut Self>`"),
        ("f(buf: &mut Vec<u8>) -> io::Result<&[u8]>", "argument `buf`"),
        ("f<'a>(&self, buf: &'a mut Vec<u8>) -> Result<&'a [u8], E>", "argument `buf`"),
    ] {
        let beginning = format!("the result borrows from {holder}, which then cannot be lent to ");
        refuses_function("retry = \"2 attempts\"", &format!("async fn {header} {{}}"), &beginning);
    }
    for (arguments, remedy) in [
        ("", "or name what is wanted without `retry`"),
        ("policy = READS", "or write the parts of `policy` here"),
        ("timeout = \"2s\", fallback = Self::g", "or remove `fallback`"),
    ] {
        let (messages, _) = errors(arguments, "async fn f(&mut self) -> Result<&u8, E> {}");
        assert!(messages.len() == 1 && messages[0].contains(remedy), "{arguments}: {messages:#?}");
    }
    let future = "fn f(&mut self) -> BoxFuture<'_, Result<&u8, E>> {}";
    refuses_function("retry = \"2 attempts\"", future, "the result borrows from `&mut self`");
    for header in [
        "f(&mut self) -> Result<&'static str, E>",
        "f(&mut self) -> Result<Box<dyn Fn(&u8)>, E>",
        "f(&self, buf: &mut Vec<u8>) -> Result<&u8, E>",
        "f<'a>(&mut self, x: &'a u8) -> Result<&'a u8, E>",
        "f<'a>(&'a mut self) -> Result<u8, E>",
    ] {
        let (messages, _) = errors("retry = \"2 attempts\"", &format!("async fn {header} {{}}"));
        assert_eq!(messages, [""; 0], "{header}");
    }
    let (messages, _) = errors("timeout = \"2s\"", "async fn f(&mut self) -> Result<&mut u8, E> {}");
    assert_eq!(messages, [""; 0], "one attempt only");
    let (messages, _) = errors("", "fn f(&mut self) -> BoxFuture<'_, Result<u8, E>> {}");
    assert_eq!(messages, [""; 0], "that is the future's");
}
