//! Closures in the options, and fallbacks that are sync functions or constants (attribute-12).

#![deny(warnings)]
#![deny(clippy::pedantic, clippy::nursery)]

use recourse::{Class, Executor, Rejected, RejectionKind, resilient};
use recourse_tests::{Fail, Script, Stage, broken, busy, hangs, ms, ok};
use std::time::Duration;

/// Compiles if the future can be sent.
const fn send<T: Send>(future: T) -> T {
    future
}

#[resilient(key = "closures.retry_if", executor = stage.executor, retry = "3 attempts, no delay", retry_if = |error| matches!(error, Fail::Broken))]
async fn retry_if(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

#[resilient(
    key = "closures.classify",
    executor = stage.executor,
    retry = "3 attempts, no delay",
    classify = |error: &Fail| match error {
        Fail::Busy(_) => Class::NonRetryable,
        _ => Class::Retryable { after: Some(Duration::from_secs(1)) },
    },
    classify_ok = |value| if *value == 1 { Class::RETRYABLE } else { Class::Success },
)]
async fn classify(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

#[derive(Debug, PartialEq, Eq)]
struct Foreign(RejectionKind);

#[resilient(key = "closures.on_reject", executor = executor, timeout = "5ms", on_reject = |rejected: Rejected| Foreign(rejected.kind()))]
async fn on_reject(executor: &Executor) -> Result<u32, Foreign> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_closure_takes_the_place_of_a_function() {
    let stage = Stage::new([broken(), ok(1)]);
    assert_eq!(send(retry_if(&stage)).await.unwrap(), 1);
    let stage = Stage::new([busy(), ok(1)]);
    assert!(send(retry_if(&stage)).await.is_err());
    let stage = Stage::new([broken(), ok(1), ok(2)]);
    assert_eq!((send(classify(&stage)).await.unwrap(), stage.script.runs()), (2, 3));
    assert_eq!(send(on_reject(&Executor::new())).await, Err(Foreign(RejectionKind::Timeout)));
}

struct Users {
    script: Script,
    name: String,
}

impl Users {
    #[resilient(timeout = "5ms", fallback = |this, _, error| Ok(format!("{}: {error}", this.name)))]
    async fn sync(&self, id: u32) -> Result<String, Fail> {
        self.script.play().await.map(|value| format!("{value}{id}"))
    }

    #[resilient(timeout = "5ms", fallback = async |this: &Self, id: u32, _| {
        tokio::time::sleep(ms(1)).await;
        let name = this.name.clone();
        if id == 0 {
            return Err(Fail::Missing);
        }
        Ok(name + &this.missing()?)
    })]
    async fn asynchronous(&self, id: u32) -> Result<String, Fail> {
        self.script.play().await.map(|value| format!("{value}{id}"))
    }

    #[resilient(timeout = "5ms", fallback = |this, id, _| async move { this.name(id).await })]
    async fn block(&self, id: u32) -> Result<String, Fail> {
        self.script.play().await.map(|value| format!("{value}{id}"))
    }

    #[resilient(retry = "2 attempts, no delay", timeout = "5ms", fallback = Self::plain)]
    async fn by_plain(&mut self, (mut id, mark): (u32, String)) -> Result<String, Fail> {
        id += 1;
        self.script.play().await.map(|value| format!("{value}{id}{mark}"))
    }

    #[resilient(timeout = "5ms", fallback = Ok(String::from("nobody")))]
    async fn constant(self, more: NotClone) -> Result<String, Fail> {
        let NotClone = more;
        self.script.play().await.map(|value| value.to_string())
    }

    #[resilient(retry = "2 attempts, no delay", hedge = "1ms", timeout = "5ms", fallback = Ok(Vec::new()))]
    async fn empty(&self, id: u32) -> Result<Vec<u32>, Fail> {
        self.script.play().await.map(|value| vec![value, id])
    }

    fn plain(&self, (id, mark): (u32, String), error: Fail) -> Result<String, Fail> {
        if id == 0 { Err(error) } else { Ok(format!("{}{id}{mark}", self.name)) }
    }

    async fn name(&self, id: u32) -> Result<String, Fail> {
        tokio::task::yield_now().await;
        Ok(format!("{}{id}", self.name))
    }

    fn missing(&self) -> Result<String, Fail> {
        if self.name.is_empty() { Err(Fail::Missing) } else { Ok("!".into()) }
    }
}

struct NotClone;

#[resilient(timeout = "5ms", fallback = Ok(0))]
fn future(script: &Script) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
    async move { script.play().await }
}

#[resilient(timeout = "5ms", fallback = |error: Fail| Err(error))]
async fn only_the_error() -> Result<u32, Fail> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_fallback_may_be_sync_or_async_or_a_constant() {
    let users = |script: Script| Users { script, name: "Ada".into() };
    let down = || users(Script::new([hangs()]));
    assert_eq!(send(users(Script::new([ok(1)])).sync(7)).await.unwrap(), "17");
    assert!(send(down().sync(7)).await.unwrap().starts_with("Ada: "));
    assert_eq!(send(down().asynchronous(7)).await.unwrap(), "Ada!");
    assert!(matches!(send(down().asynchronous(0)).await, Err(Fail::Missing)));
    assert_eq!(send(down().block(7)).await.unwrap(), "Ada7");
    assert_eq!(send(down().by_plain((7, "?".into()))).await.unwrap(), "Ada7?");
    assert_eq!(send(users(Script::new([busy(), ok(1)])).by_plain((7, "?".into()))).await.unwrap(), "18?");
    assert_eq!(send(down().constant(NotClone)).await.unwrap(), "nobody");
    assert_eq!(send(down().empty(1)).await.unwrap(), [0; 0]);
    assert_eq!(send(future(&Script::new([hangs()]))).await.unwrap(), 0);
    assert!(send(only_the_error()).await.is_err());
}
