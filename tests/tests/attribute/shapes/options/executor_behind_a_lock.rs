//! `executor = self.executor.lock().unwrap().clone()`: the lock is free again before the first attempt (attribute-10).

use crate::shapes::{once_busy, send};
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script};
use std::sync::Mutex;

struct Client {
    script: Script,
    executor: Mutex<Executor>,
    state: Mutex<State>,
}

struct State {
    executor: Executor,
}

impl Client {
    fn new() -> Self {
        let (executor, state) = (Mutex::default(), Mutex::new(State { executor: Executor::new() }));
        Self { script: once_busy(), executor, state }
    }

    fn is_free(&self) -> bool {
        self.executor.try_lock().is_ok() && self.state.try_lock().is_ok()
    }

    async fn play(&self) -> Result<u32, Fail> {
        assert!(self.is_free());
        self.script.play().await
    }

    #[resilient(key = "shapes.lock_once", executor = self.executor.lock().unwrap().clone(), timeout = "1s")]
    async fn once(&self) -> Result<u32, Fail> {
        self.play().await
    }

    #[resilient(key = "shapes.lock", executor = self.executor.lock().unwrap().clone(), retry = "2 attempts, no delay")]
    async fn cloned(&self) -> Result<u32, Fail> {
        self.play().await
    }

    #[resilient(key = "shapes.lock_field", executor = self.state.lock().unwrap().executor, retry = "2 attempts, no delay")]
    async fn borrowed(&self) -> Result<u32, Fail> {
        self.play().await
    }

    #[resilient(key = "shapes.lock.{id}", executor = self.state.lock().unwrap().executor, retry = "2 attempts, no delay")]
    async fn keyed(&self, id: u32) -> Result<u32, Fail> {
        self.play().await.map(|value| value + id)
    }

    #[resilient(key = "shapes.lock_hedged", executor = *self.executor.lock().unwrap(), retry = "2 attempts, no delay", hedge = "1s")]
    async fn hedged(&self) -> Result<u32, Fail> {
        self.play().await
    }

    #[resilient(key = "shapes.lock_hedged.{id}", executor = *self.executor.lock().unwrap(), retry = "2 attempts, no delay", hedge = "1s")]
    async fn keyed_and_hedged(&self, id: u32) -> Result<u32, Fail> {
        self.play().await.map(|value| value + id)
    }
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_free_before_the_first_attempt() {
    let client = Client::new();
    assert!(send(client.once()).await.is_err());
    let client = Client::new();
    assert_eq!(send(client.cloned()).await.unwrap(), 1);
    let client = Client::new();
    assert_eq!(send(client.borrowed()).await.unwrap(), 1);
    let client = Client::new();
    assert_eq!(send(client.keyed(7)).await.unwrap(), 8);
    let client = Client::new();
    assert_eq!(send(client.hedged()).await.unwrap(), 1);
    let client = Client::new();
    assert_eq!(send(client.keyed_and_hedged(7)).await.unwrap(), 8);
    assert!(client.is_free());
}
