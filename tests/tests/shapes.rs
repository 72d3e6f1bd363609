//! The attribute on the functions that services have: each fails once, then succeeds, and its body ran twice.

use recourse::observe::capture;
use recourse::resilient;
use recourse_tests::{Fail, Script, busy, ok};
use std::fmt::Display;
use std::sync::Arc;

fn once_busy() -> Arc<Script> {
    Arc::new(Script::new([busy(), ok(1)]))
}

macro_rules! runs_twice {
    ($script:ident => $call:expr, $expected:expr) => {{
        let $script = once_busy();
        assert_eq!($call.await.expect("the second attempt succeeds"), $expected);
        assert_eq!($script.runs(), 2);
    }};
}

#[derive(Clone)]
struct Service {
    script: Arc<Script>,
    name: &'static str,
}

#[derive(Clone)]
struct Order {
    id: u32,
    tags: Vec<String>,
}

impl Service {
    #[resilient(key = "s.by_ref", retry = "2 attempts, no delay")]
    async fn by_ref(&self, id: u32) -> Result<String, Fail> {
        let value = self.script.play().await?;
        Ok(format!("{}{}{}", self.name, id, value))
    }

    #[resilient(key = "s.owned", retry = "2 attempts, no delay")]
    async fn owned(self) -> Result<&'static str, Fail> {
        self.script.play().await?;
        Ok(self.name)
    }

    #[resilient(key = "s.mut_owned", retry = "2 attempts, no delay")]
    async fn mut_owned(mut self) -> Result<&'static str, Fail> {
        self.name = if self.name == "s" { "changed" } else { "kept from the first attempt" };
        self.script.play().await?;
        Ok(self.name)
    }

    #[resilient(key = "s.arc", retry = "2 attempts, no delay")]
    async fn arc(self: Arc<Self>, suffix: String) -> Result<String, Fail> {
        self.script.play().await?;
        Ok(suffix + self.name)
    }

    #[resilient(key = "s.arc_ref", retry = "2 attempts, no delay")]
    async fn arc_ref(self: &Arc<Self>) -> Result<usize, Fail> {
        self.script.play().await?;
        Ok(Arc::strong_count(self))
    }

    #[resilient(key = "s.borrows", retry = "2 attempts, no delay")]
    async fn borrows<'a>(&'a self, other: &'a str, first: bool) -> Result<&'a str, Fail> {
        self.script.play().await?;
        Ok(if first { self.name } else { other })
    }
}

trait Store {
    async fn load(&self, id: u32) -> Result<u32, Fail>;
    async fn load_twice(&self, id: u32) -> Result<u32, Fail>;
}

impl Store for Service {
    #[resilient(key = "store.load", retry = "2 attempts, no delay")]
    async fn load(&self, id: u32) -> Result<u32, Fail> {
        Ok(self.script.play().await? + id)
    }

    #[resilient(key = "store.load_twice", retry = "2 attempts, no delay")]
    async fn load_twice(&self, id: u32) -> Result<u32, Fail> {
        Ok(self.script.play().await? + 2 * id)
    }
}

#[tokio::test(start_paused = true)]
async fn methods_of_every_receiver_that_can_be_shared() {
    let service = |script: &Arc<Script>| Service { script: script.clone(), name: "s" };
    runs_twice!(script => service(&script).by_ref(7), "s71");
    runs_twice!(script => service(&script).owned(), "s");
    runs_twice!(script => service(&script).mut_owned(), "changed");
    runs_twice!(script => Arc::new(service(&script)).arc("x".into()), "xs");
    runs_twice!(script => Arc::new(service(&script)).arc_ref(), 1);
    runs_twice!(script => service(&script).borrows("other", true), "s");
    runs_twice!(script => service(&script).borrows("other", false), "other");
    runs_twice!(script => service(&script).load(7), 8);
    runs_twice!(script => service(&script).load_twice(7), 15);
}

#[resilient(key = "patterns", retry = "2 attempts, no delay")]
async fn patterns(
    script: &Script,
    (a, mut b): (u32, u32),
    Order { id, ref tags }: Order,
    [first, .., last]: [u32; 3],
    _: String,
    mut text: String,
) -> Result<String, Fail> {
    b += script.play().await?;
    text.push_str(&tags.join("+"));
    Ok(format!("{a} {b} {id} {first}{last} {text}"))
}

#[resilient(key = "generic", retry = "2 attempts, no delay")]
async fn generic<T, const N: usize>(
    script: &Script,
    values: [T; N],
    show: impl Fn(&T) -> String + Clone,
) -> Result<String, Fail>
where
    T: Clone + Display,
{
    let value = script.play().await?;
    Ok(values.iter().map(show).chain([value.to_string()]).collect::<Vec<_>>().join(","))
}

#[resilient(key = "opaque", retry = "2 attempts, no delay")]
async fn opaque(script: &Script) -> Result<impl Iterator<Item = u32> + use<>, Fail> {
    let value = script.play().await?;
    Ok(0..value + 2)
}

/// The tail and the `return` are coerced as in a plain function.
#[resilient(key = "coerced", retry = "2 attempts, no delay")]
async fn coerced(script: &Script, early: bool) -> Result<Box<dyn Display>, Fail> {
    let value = script.play().await?;
    if early {
        return Ok(Box::new("early"));
    }
    Ok(Box::new(value))
}

type Alias<T> = Result<T, Fail>;

#[resilient(key = "alias", retry = "2 attempts, no delay")]
async fn alias(script: &Script) -> Alias<u32> {
    'outer: loop {
        for n in 0.. {
            if n == 3 {
                break 'outer;
            }
        }
    }
    script.play().await
}

#[resilient(key = "recursive", retry = "2 attempts, no delay")]
async fn recursive(script: &Script, depth: u32) -> Result<u32, Fail> {
    if depth == 0 { script.play().await } else { Ok(Box::pin(recursive(script, depth - 1)).await? + 1) }
}

#[tokio::test(start_paused = true)]
async fn free_functions_with_all_kinds_of_arguments_and_results() {
    let order = || Order { id: 5, tags: vec!["x".into(), "y".into()] };
    runs_twice!(script => patterns(&script, (1, 2), order(), [7, 8, 9], "_".into(), "t".into()), "1 3 5 79 tx+y");
    runs_twice!(script => generic(&script, [1.5, 2.5], |value| format!("<{value}>")), "<1.5>,<2.5>,1");
    runs_twice!(script => async { opaque(&script).await.map(Iterator::sum::<u32>) }, 3);
    runs_twice!(script => async { coerced(&script, true).await.map(|text| text.to_string()) }, "early");
    runs_twice!(script => async { coerced(&script, false).await.map(|text| text.to_string()) }, "1");
    runs_twice!(script => alias(&script), 1);
    runs_twice!(script => recursive(&script, 3), 4);
}

mod shop {
    use super::{Fail, resilient};

    pub(crate) struct Users;
    pub(crate) struct Orders;

    impl Users {
        #[resilient(timeout = "1s")]
        pub(crate) async fn get(&self) -> Result<(), Fail> {
            Ok(())
        }
    }

    impl Orders {
        #[resilient(timeout = "1s")]
        pub(crate) async fn get(&self) -> Result<(), Fail> {
            Ok(())
        }
    }

    #[resilient(timeout = "1s")]
    pub(crate) async fn free() -> Result<(), Fail> {
        Ok(())
    }
}

/// Without `key`, the key is the path of the function, with the type of a method: two methods of one name never share state.
#[tokio::test(start_paused = true)]
async fn the_default_key_is_the_path_of_the_function() {
    let ((), timelines) = capture(async {
        let _ = shop::Users.get().await;
        let _ = shop::Orders.get().await;
        let _ = shop::free().await;
    })
    .await;
    let keys: Vec<_> = timelines.iter().map(|timeline| timeline.key().to_string()).collect();
    assert_eq!(keys, ["shapes.shop.Users.get", "shapes.shop.Orders.get", "shapes.shop.free"]);
}

/// CASES 8: what a call returns is read to its end, however large.
#[tokio::test(start_paused = true)]
async fn a_large_value_comes_through_whole() {
    #[resilient(key = "large", retry = "2 attempts, no delay", timeout = "1s")]
    async fn large(script: &Script) -> Result<Vec<u8>, Fail> {
        script.play().await?;
        let mut body = Vec::new();
        for chunk in 0..64u8 {
            tokio::task::yield_now().await;
            body.extend(std::iter::repeat_n(chunk, 65_536));
        }
        Ok(body)
    }
    let script = once_busy();
    let body = large(&script).await.expect("the second attempt succeeds");
    assert_eq!((body.len(), body[0], body[4 * 1024 * 1024 - 1]), (4 * 1024 * 1024, 0, 63));
}

/// An error that borrows, and one of a generic function: they cannot be searched for a rejection, and need not be.
#[derive(Debug)]
struct Borrowing<'a>(&'a str);

impl From<recourse::Rejected> for Borrowing<'_> {
    fn from(_: recourse::Rejected) -> Self {
        Self("rejected")
    }
}

impl Display for Borrowing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Borrowing<'_> {}

#[resilient(key = "borrowing", retry = "2 attempts, no delay")]
async fn borrowing<'a>(script: &Script, text: &'a str) -> Result<u32, Borrowing<'a>> {
    script.play().await.map_err(|_| Borrowing(text))
}

#[resilient(key = "generic_error", retry = "2 attempts, no delay")]
async fn generic_error<E: std::error::Error + From<recourse::Rejected>>(
    script: &Script,
    fail: fn() -> E,
) -> Result<u32, E> {
    script.play().await.map_err(|_| fail())
}

#[tokio::test(start_paused = true)]
async fn errors_may_borrow_and_may_be_generic() {
    runs_twice!(script => borrowing(&script, "text"), 1);
    runs_twice!(script => generic_error(&script, || Borrowing("generic")), 1);
}
