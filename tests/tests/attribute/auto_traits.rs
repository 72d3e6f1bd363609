//! Guarded futures are `Send` if their bodies are, with any arguments.

use recourse::observe::{Event, Observer, Timeline};
use recourse::{Executor, Guarded, Policy, Rejected, Rejection, resilient};
use recourse_tests::{Fail, ms};
use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

fn send<T: Send>(value: T) -> T {
    value
}

fn is_send<T: Send>() {}

fn all<T: Send + Sync + 'static>() {}

type Answer = std::future::Ready<Result<(), Fail>>;

#[test]
fn public_types_cross_threads() {
    all::<Executor>();
    all::<Policy>();
    all::<Rejected>();
    all::<Rejection>();
    all::<Timeline>();
    all::<Event>();
    all::<Arc<dyn Observer>>();
    all::<Arc<dyn recourse::budget::Budget>>();
    is_send::<Guarded<fn() -> Answer, Answer>>();
}

struct Client {
    name: String,
}

impl Client {
    #[resilient(key = "borrowed", retry = "3 attempts, no delay", timeout = "1s")]
    async fn borrowed<'a>(&self, text: &'a str, more: &[u8]) -> Result<&'a str, Fail> {
        tokio::task::yield_now().await;
        if self.name.len() + more.len() > 100 { Err(Fail::Broken) } else { Ok(text) }
    }
}

#[resilient(key = "generic", retry = "3 attempts, no delay", timeout = "1s")]
async fn generic<T: Clone + Send, E: From<Rejected> + Send>(value: T, fail: Option<fn() -> E>) -> Result<T, E> {
    tokio::task::yield_now().await;
    match fail {
        Some(fail) => Err(fail()),
        None => Ok(value),
    }
}

#[resilient(key = "cell", retry = "3 attempts, no delay")]
async fn cell(cell: Cell<u32>) -> Result<u32, Fail> {
    tokio::task::yield_now().await;
    Ok(cell.get())
}

/// Not `Send`, and neither kept while the call waits.
#[derive(Debug)]
struct Local(#[expect(dead_code, reason = "it is there for its type")] Rc<str>);

impl From<Rejected> for Local {
    fn from(rejected: Rejected) -> Self {
        Self(rejected.to_string().into())
    }
}

#[resilient(key = "local", retry = "3 attempts, fixed 5ms", attempt_timeout = "50ms")]
async fn local_error() -> Result<u32, Local> {
    tokio::task::yield_now().await;
    Ok(7)
}

#[resilient(key = "local.value", retry = "3 attempts, fixed 5ms", attempt_timeout = "50ms")]
async fn local_value() -> Result<Rc<u32>, Fail> {
    tokio::task::yield_now().await;
    Ok(Rc::new(7))
}

/// Spawned from a caller that borrows: the hardest place for a future to be `Send`.
#[tokio::test(start_paused = true)]
async fn guarded_futures_are_send_where_their_bodies_are() {
    let client = Arc::new(Client { name: "a".into() });
    let task = tokio::spawn(send(async move {
        let text = String::from("borrowed");
        client.borrowed(&text, &[1, 2]).await.map(str::to_owned)
    }));
    assert_eq!(task.await.expect("no panic").expect("it succeeds"), "borrowed");

    let task = tokio::spawn(send(generic::<_, Fail>(vec![1, 2], None)));
    assert_eq!(task.await.expect("no panic").expect("it succeeds"), [1, 2]);
    assert_eq!(tokio::spawn(send(cell(Cell::new(3)))).await.expect("no panic").expect("it succeeds"), 3);
    assert_eq!(send(local_error()).await.expect("it succeeds"), 7);
    assert_eq!(*send(local_value()).await.expect("it succeeds"), 7);

    let executor = Executor::new();
    let call = executor.call(recourse::Key::from_static("k"), Policy::new().timeout(ms(5)), async || Ok::<_, Fail>(1));
    assert_eq!(tokio::spawn(send(call.into_future())).await.expect("no panic").expect("it succeeds"), 1);
}

/// A body that is not `Send` works where it is.
#[tokio::test(start_paused = true)]
async fn a_body_that_stays_on_its_thread_can_be_guarded() {
    #[resilient(key = "rc", retry = "3 attempts, fixed 5ms", timeout = "1s")]
    async fn rc(shared: Rc<Cell<u32>>) -> Result<u32, Fail> {
        let kept = shared.clone();
        tokio::task::yield_now().await;
        kept.set(kept.get() + 1);
        if kept.get() < 3 { Err(Fail::Busy(None)) } else { Ok(kept.get()) }
    }
    let shared = Rc::new(Cell::new(0));
    assert_eq!(rc(shared.clone()).await.expect("the third succeeds"), 3);
    assert_eq!(Rc::strong_count(&shared), 1, "the clones of the attempts are gone");
}

#[resilient(key = "sized", retry = "3 attempts", timeout = "1s", attempt_timeout = "500ms", budget = "20% + 10/s")]
async fn guarded(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(x)
}

fn assert_future<F: Future>(future: F) -> F {
    future
}

#[tokio::test(start_paused = true)]
async fn a_guarded_call_is_a_future_like_any_other() {
    let (one, two) = tokio::join!(assert_future(guarded(1)), assert_future(guarded(2)));
    assert_eq!((one.expect("it succeeds"), two.expect("it succeeds")), (1, 2));
}
