//! What a circuit adds to a guarded call: one that counts failures in a row, one that counts a rate, and one that is open.

use crate::calls::{Fail, fails};
use crate::rounds::{Case, case, runtime};
use recourse::{Rejected, resilient};
use std::hint::black_box;

/// Ready, guarded by a circuit that counts failures in a row.
#[resilient(circuit = "5 failures")]
pub async fn ready_circuit(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by a circuit that counts a rate.
#[resilient(circuit = "defaults")]
pub async fn ready_rate(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by retry, timeout and a circuit.
#[resilient(retry = "3 attempts", timeout = "1s", circuit = "5 failures")]
pub async fn ready_retry_timeout_circuit(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by retry, timeout, a budget of its own and a circuit.
#[resilient(retry = "3 attempts", timeout = "1s", budget = "20% + 10/s", circuit = "5 failures")]
pub async fn ready_all_circuit(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// The same with a rate.
#[resilient(retry = "3 attempts", timeout = "1s", budget = "20% + 10/s", circuit = "defaults")]
pub async fn ready_all_rate(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Ready, guarded by retry, a hedge at p99 and a circuit: the headline of the project.
#[resilient(retry = "3 attempts", hedge = "p99", circuit = "5 failures")]
pub async fn ready_headline(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// The same with a rate.
#[resilient(retry = "3 attempts", hedge = "p99", circuit = "defaults")]
pub async fn ready_headline_rate(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

/// Yields, guarded by a circuit that counts failures in a row.
#[resilient(circuit = "5 failures")]
pub async fn yields_circuit(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by a circuit that counts a rate.
#[resilient(circuit = "defaults")]
pub async fn yields_rate(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by retry, timeout and a circuit.
#[resilient(retry = "3 attempts", timeout = "1s", circuit = "5 failures")]
pub async fn yields_retry_timeout_circuit(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by retry, timeout, a budget of its own and a circuit.
#[resilient(retry = "3 attempts", timeout = "1s", budget = "20% + 10/s", circuit = "5 failures")]
pub async fn yields_all_circuit(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// The same with a rate.
#[resilient(retry = "3 attempts", timeout = "1s", budget = "20% + 10/s", circuit = "defaults")]
pub async fn yields_all_rate(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// Yields, guarded by retry, a hedge at p99 and a circuit.
#[resilient(retry = "3 attempts", hedge = "p99", circuit = "5 failures")]
pub async fn yields_headline(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// The same with a rate.
#[resilient(retry = "3 attempts", hedge = "p99", circuit = "defaults")]
pub async fn yields_headline_rate(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

/// An error type as users write it: a refusal stays what it is, behind one pointer.
#[derive(Debug)]
pub enum Refused {
    /// The operation failed.
    Failed(Fail),
    /// The library refused.
    Rejected(Rejected),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failed(fail) => fail.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Rejected> for Refused {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

/// Fails until its circuit is open, and is refused from then on.
#[resilient(key = "benches.refused", circuit = "5 failures, cooldown 5m")]
pub async fn refused(x: u64) -> Result<u64, Refused> {
    fails(x).await.map_err(Refused::Failed)
}

/// Calls under a circuit.
pub fn calls() -> Vec<Case> {
    vec![
        case("circuit", || ready_circuit(1)),
        case("rate circuit", || ready_rate(1)),
        case("retry+timeout+circuit", || ready_retry_timeout_circuit(1)),
        case("retry+timeout+budget+circuit", || ready_all_circuit(1)),
        case("retry+timeout+budget+rate circuit", || ready_all_rate(1)),
        case("retry+hedge p99+circuit", || ready_headline(1)),
        case("retry+hedge p99+rate circuit", || ready_headline_rate(1)),
        case("circuit, pending", || yields_circuit(1)),
        case("rate circuit, pending", || yields_rate(1)),
        case("retry+timeout+circuit, pending", || yields_retry_timeout_circuit(1)),
        case("retry+timeout+budget+circuit, pending", || yields_all_circuit(1)),
        case("retry+timeout+budget+rate circuit, pending", || yields_all_rate(1)),
        case("retry+hedge p99+circuit, pending", || yields_headline(1)),
        case("retry+hedge p99+rate circuit, pending", || yields_headline_rate(1)),
        open(),
    ]
}

/// Calls that an open circuit refuses.
fn open() -> Case {
    const NAME: &str = "open circuit";
    let last = runtime().block_on(async {
        for _ in 0..5 {
            let _ = refused(1).await;
        }
        refused(1).await
    });
    assert!(matches!(last, Err(Refused::Rejected(_))), "five failures open the circuit of {NAME:?}");
    case(NAME, || refused(1))
}
