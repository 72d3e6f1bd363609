//! Guarded transactions of sqlx on an SQLite file, whose two writers lock each other out. No network.
//!
//! Both move money between two accounts, and neither waits for the other: `SQLITE_BUSY` is retryable, and so the transaction is repeated. A transfer
//! that would overdraw an account breaks a constraint: that is the caller's fault, and is not repeated. Exits with 0 only if no
//! transfer was lost or done twice.

use recourse::{observe, resilient};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{Executor as _, Row as _};
use std::time::Duration;

const TRANSFERS: usize = 20;

/// The whole transaction: when it fails it is rolled back, and begins anew.
#[resilient(
    key = "accounts.transfer",
    retry = "50 attempts, exponential 1ms..20ms",
    budget = "none",
    on_reject = "never"
)]
async fn transfer(pool: &SqlitePool, from: i64, to: i64, amount: i64) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    for (account, change) in [(from, -amount), (to, amount)] {
        let update = sqlx::query("UPDATE accounts SET amount = amount + ? WHERE id = ?");
        update.bind(change).bind(account).execute(&mut *transaction).await?;
        // Long enough for the other writer to come, and find it busy.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    transaction.commit().await
}

/// One writer: its transfers, one after another. Returns the attempts that they took.
async fn writer(pool: &SqlitePool, from: i64, to: i64) -> Result<usize, sqlx::Error> {
    let mut attempts = 0;
    for _ in 0..TRANSFERS {
        let (result, timelines) = observe::capture(transfer(pool, from, to, 1)).await;
        result?;
        attempts += timelines[0].attempt_count();
    }
    Ok(attempts)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sqlx::Error> {
    let folder = tempfile::tempdir()?;
    let file = SqliteConnectOptions::new().filename(folder.path().join("accounts.db")).create_if_missing(true);
    // By default SQLite itself waits for 5 s, and blocks a thread of sqlx that long.
    let pool = SqlitePool::connect_with(file.busy_timeout(Duration::ZERO)).await?;
    pool.execute(
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount >= 0));
         INSERT INTO accounts VALUES (1, 100), (2, 100)",
    )
    .await?;

    let (one, other) = tokio::join!(writer(&pool, 1, 2), writer(&pool, 2, 1));
    let attempts = one? + other?;
    println!("{} transfers by two writers took {attempts} attempts", 2 * TRANSFERS);
    assert!(attempts > 2 * TRANSFERS, "the two met at least once");

    let (result, timelines) = observe::capture(transfer(&pool, 1, 2, 1_000)).await;
    println!("\n{}\n{}", result.expect_err("there is not that much"), timelines[0]);
    assert_eq!(timelines[0].attempt_count(), 1, "a broken constraint is not repeated");

    let rows = pool.fetch_all("SELECT amount FROM accounts ORDER BY id").await?;
    let amounts: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
    println!("\nthe accounts afterwards: {amounts:?}");
    assert_eq!(amounts, [100, 100], "as many transfers there as back, and none twice");
    Ok(())
}
