//! `#[by_ref]`: an owned argument is lent to each attempt instead of cloned for it.

use recourse::{Executor, Rejected, resilient};
use recourse_tests::{Fail, Stage, busy, hangs, ms, ok};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Not `Clone`, and counted.
#[derive(Debug)]
struct Body<'a>(Vec<u8>, &'a AtomicUsize);

impl Drop for Body<'_> {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

#[resilient(key = "upload", executor = stage.executor, retry = "3 attempts, no delay")]
async fn upload(stage: &Stage, #[by_ref] body: Body<'_>, name: String) -> Result<usize, Fail> {
    let sent: &Body<'_> = body;
    stage.script.play().await.map(|_| sent.0.len() + name.len())
}

#[tokio::test(start_paused = true)]
async fn every_attempt_borrows_the_one_there_is() {
    let (stage, dropped) = (Stage::new([busy(), busy(), ok(1)]), AtomicUsize::new(0));
    assert_eq!(upload(&stage, Body(vec![0; 9], &dropped), "a".into()).await.unwrap(), 10);
    assert_eq!((stage.script.runs(), dropped.load(Ordering::Relaxed)), (3, 1));
}

/// Two attempts at once borrow it, and the loser is gone before it is.
#[tokio::test(start_paused = true)]
async fn hedges_borrow_it_beside_each_other() {
    #[resilient(key = "hedged", executor = stage.executor, hedge = "20ms, at most 1, budget none")]
    async fn hedged(stage: &Stage, #[by_ref] (body, more): (Body<'_>, u8)) -> Result<usize, Fail> {
        let more = usize::from(*more);
        stage.script.play().await.map(|_| body.0.len() + more)
    }
    let (stage, dropped) = (Stage::new([hangs(), ok(1).after(ms(5))]), AtomicUsize::new(0));
    assert_eq!(hedged(&stage, (Body(vec![0; 9], &dropped), 2)).await.unwrap(), 11);
    assert_eq!((stage.script.runs(), stage.script.live(), dropped.load(Ordering::Relaxed)), (2, 0, 1));
}

/// The fallback gets the argument itself, and nothing was cloned for it.
#[tokio::test(start_paused = true)]
async fn the_fallback_gets_what_was_lent() {
    #[resilient(key = "kept", executor = executor, timeout = "1s", fallback = keep)]
    async fn send(executor: &Executor, #[by_ref] body: Body<'_>) -> Result<usize, Kept> {
        Err(Kept(body.0.len()))
    }
    #[allow(clippy::unused_async, reason = "a fallback is async")]
    async fn keep(_: &Executor, body: Body<'_>, error: Kept) -> Result<usize, Kept> {
        assert_eq!(body.0.len(), error.0);
        Ok(body.0.len())
    }
    #[derive(Debug)]
    struct Kept(usize);
    impl From<Rejected> for Kept {
        fn from(_: Rejected) -> Self {
            Self(0)
        }
    }
    let dropped = AtomicUsize::new(0);
    assert_eq!(send(&Executor::new(), Body(vec![0; 9], &dropped)).await.unwrap(), 9);
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
}

/// A builder that is consumed, and not `Clone`.
struct Request<'a> {
    stage: &'a Stage,
    body: Body<'a>,
}

impl Request<'_> {
    #[resilient(key = "sent", executor = self.stage.executor, retry = "3 attempts, no delay", fallback = Self::instead)]
    async fn send(#[by_ref] self, #[by_ref] more: impl AsRef<[u8]>) -> Result<usize, Fail> {
        let this: &Self = self;
        this.stage.script.play().await.map(|_| this.body.0.len() + more.as_ref().len())
    }

    #[resilient(key = "hedged_self", executor = self.stage.executor, hedge = "20ms, at most 1, budget none")]
    async fn hedged(#[by_ref] self) -> Result<usize, Fail> {
        self.stage.script.play().await.map(|_| self.body.0.len())
    }

    #[allow(clippy::unnecessary_wraps, reason = "a fallback has the return type of the function")]
    fn instead(self, more: impl AsRef<[u8]>, _: Fail) -> Result<usize, Fail> {
        Ok(100 + self.body.0.len() + more.as_ref().len())
    }
}

#[tokio::test(start_paused = true)]
async fn a_receiver_by_value_is_lent_as_well() {
    let dropped = AtomicUsize::new(0);
    let (last, never, slow) =
        (Stage::new([busy(), busy(), ok(1)]), Stage::new([busy()]), Stage::new([hangs(), ok(1).after(ms(5))]));
    let request = |stage| Request { stage, body: Body(vec![0; 9], &dropped) };
    assert_eq!(request(&last).send([1]).await.unwrap(), 10);
    assert_eq!(request(&never).send([1]).await.unwrap(), 110);
    assert_eq!(request(&slow).hedged().await.unwrap(), 9);
    assert_eq!(dropped.load(Ordering::Relaxed), 3);
}
