//! The table of `classifiers::sqlx`, on a PostgreSQL and an SQLite.

use crate::support::http::{Refused, speaks};
use crate::support::postgres::Postgres;
use crate::support::table::shows;
use recourse::Classify as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Error, Executor as _, Row as _};
use std::str::FromStr as _;
use std::time::Duration;

#[track_caller]
fn is(row: &str, code: &str, error: &Error) {
    let database = error.as_database_error().unwrap_or_else(|| panic!("{row}: {error:?}"));
    assert_eq!(database.code().as_deref(), Some(code), "{row}: {error:?}");
    shows("sqlx", row, error.classify());
}

/// An SQLite in memory, with the tables of the PostgreSQL.
async fn sqlite() -> SqliteConnection {
    let mut sqlite = SqliteConnection::connect("sqlite::memory:").await.expect("memory");
    let tables = "CREATE TABLE accounts (id INT PRIMARY KEY, amount INT NOT NULL CHECK (amount >= 0));
                  CREATE TABLE payments (account INT REFERENCES accounts);
                  INSERT INTO accounts VALUES (1, 100)";
    sqlite.execute(tables).await.expect("tables");
    sqlite
}

/// Two connections to the same file, neither of which waits for the other.
async fn two_writers(folder: &tempfile::TempDir) -> [SqliteConnection; 2] {
    let options = SqliteConnectOptions::new().filename(folder.path().join("db")).create_if_missing(true);
    let options = options.busy_timeout(Duration::ZERO);
    [options.connect().await.expect("a file"), options.connect().await.expect("a file")]
}

async fn fails(connection: &mut PgConnection, statement: &'static str) -> Error {
    connection.execute(statement).await.expect_err(statement)
}

/// classify-12.
#[tokio::test]
async fn serialization_failure_40001() {
    let Some(postgres) = Postgres::shared().await else { return };
    let mut both = [postgres.connect().await.expect("one"), postgres.connect().await.expect("another")];
    for connection in &mut both {
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM accounts").await.expect("a snapshot");
    }
    both[0].execute("UPDATE accounts SET amount = 1 WHERE id = 1; COMMIT").await.expect("the first");
    is(
        "serialization failure 40001",
        "40001",
        &fails(&mut both[1], "UPDATE accounts SET amount = 2 WHERE id = 1").await,
    );
}

/// classify-12.
#[tokio::test]
async fn deadlock_40p01() {
    let Some(postgres) = Postgres::shared().await else { return };
    let [mut one, mut other] = [postgres.connect().await.expect("one"), postgres.connect().await.expect("another")];
    one.execute("BEGIN; UPDATE accounts SET amount = 1 WHERE id = 2").await.expect("one row");
    other.execute("BEGIN; UPDATE accounts SET amount = 1 WHERE id = 3").await.expect("another row");
    let across =
        tokio::join!(async { one.execute("UPDATE accounts SET amount = 2 WHERE id = 3; COMMIT").await }, async {
            other.execute("UPDATE accounts SET amount = 2 WHERE id = 2; COMMIT").await
        },);
    let error = across.0.err().or(across.1.err()).expect("one of both fails");
    is("deadlock 40P01", "40P01", &error);
}

/// classify-12.
#[tokio::test]
async fn lock_not_available_55p03() {
    let Some(postgres) = Postgres::shared().await else { return };
    let [mut one, mut other] = [postgres.connect().await.expect("one"), postgres.connect().await.expect("another")];
    one.execute("BEGIN; SELECT * FROM accounts WHERE id = 4 FOR UPDATE").await.expect("a lock");
    let error = fails(&mut other, "SELECT * FROM accounts WHERE id = 4 FOR UPDATE NOWAIT").await;
    is("lock not available 55P03", "55P03", &error);
}

/// classify-12.
#[tokio::test]
async fn sqlite_busy() {
    let folder = tempfile::tempdir().expect("a folder");
    let [mut one, mut other] = two_writers(&folder).await;
    one.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (n INT)").await.expect("a table");
    // It has read, and so cannot write any more once somebody else has.
    other.execute("BEGIN; SELECT * FROM t").await.expect("a snapshot");
    one.execute("INSERT INTO t VALUES (1)").await.expect("a row");
    is("SQLite busy", "517", &other.execute("INSERT INTO t VALUES (2)").await.expect_err("too late"));
    other.execute("ROLLBACK").await.expect("the end of it");
    one.execute("BEGIN IMMEDIATE").await.expect("the first writer");
    is("SQLite busy", "5", &other.execute("BEGIN IMMEDIATE").await.expect_err("the second writer"));
}

/// classify-12.
#[tokio::test]
async fn sqlite_locked() {
    let options = SqliteConnectOptions::from_str("sqlite:file:locked?mode=memory&cache=shared").expect("options");
    let [mut one, mut other] = [options.connect().await.expect("memory"), options.connect().await.expect("memory")];
    one.execute("CREATE TABLE t (n INT); BEGIN; INSERT INTO t VALUES (1)").await.expect("a row");
    is("SQLite locked", "262", &other.execute("SELECT * FROM t").await.expect_err("it is being written"));
}

/// classify-12.
#[tokio::test]
async fn unique_violation() {
    let statement = "INSERT INTO accounts VALUES (1, 7)";
    is("unique violation", "1555", &sqlite().await.execute(statement).await.expect_err(statement));
    let Some(postgres) = Postgres::shared().await else { return };
    is("unique violation", "23505", &fails(&mut postgres.connect().await.expect("one"), statement).await);
}

/// classify-12.
#[tokio::test]
async fn foreign_key_violation() {
    let statement = "INSERT INTO payments VALUES (99)";
    is("foreign key violation", "787", &sqlite().await.execute(statement).await.expect_err(statement));
    let Some(postgres) = Postgres::shared().await else { return };
    is("foreign key violation", "23503", &fails(&mut postgres.connect().await.expect("one"), statement).await);
}

/// classify-12.
#[tokio::test]
async fn not_null_violation() {
    let statement = "INSERT INTO accounts VALUES (99, NULL)";
    is("not null violation", "1299", &sqlite().await.execute(statement).await.expect_err(statement));
    let Some(postgres) = Postgres::shared().await else { return };
    is("not null violation", "23502", &fails(&mut postgres.connect().await.expect("one"), statement).await);
}

/// classify-12.
#[tokio::test]
async fn check_violation() {
    let statement = "INSERT INTO accounts VALUES (99, -1)";
    is("check violation", "275", &sqlite().await.execute(statement).await.expect_err(statement));
    let Some(postgres) = Postgres::shared().await else { return };
    is("check violation", "23514", &fails(&mut postgres.connect().await.expect("one"), statement).await);
}

/// classify-12.
#[tokio::test]
async fn wrong_statement() {
    is("wrong statement", "1", &sqlite().await.execute("SELECT * FROM nothing").await.expect_err("no table"));
    let Some(postgres) = Postgres::shared().await else { return };
    is("wrong statement", "42P01", &fails(&mut postgres.connect().await.expect("one"), "SELECT * FROM nothing").await);
    is("wrong statement", "42601", &fails(&mut postgres.connect().await.expect("one"), "SELEKT").await);
}

/// classify-12.
#[tokio::test]
async fn wrong_value() {
    let Some(postgres) = Postgres::shared().await else { return };
    is("wrong value", "22012", &fails(&mut postgres.connect().await.expect("one"), "SELECT 1 / 0").await);
}

/// classify-12.
#[tokio::test]
async fn statement_timeout_57014() {
    let Some(postgres) = Postgres::shared().await else { return };
    let mut one = postgres.connect().await.expect("one");
    one.execute("SET statement_timeout = 1").await.expect("a setting");
    is("statement timeout 57014", "57014", &fails(&mut one, "SELECT pg_sleep(600)").await);
}

/// classify-12.
#[tokio::test]
async fn shut_down_57p01() {
    let Some(postgres) = Postgres::shared().await else { return };
    let mut one = postgres.connect().await.expect("one");
    is("shut down 57P01", "57P01", &fails(&mut one, "SELECT pg_terminate_backend(pg_backend_pid())").await);
}

/// classify-12.
#[tokio::test]
async fn too_many_connections_53300() {
    let Some(postgres) = Postgres::shared().await else { return };
    let role = "CREATE ROLE lonely LOGIN CONNECTION LIMIT 0";
    postgres.connect().await.expect("one").execute(role).await.expect("a role");
    let error = postgres.options().username("lonely").connect().await.expect_err("no connection is allowed");
    is("too many connections 53300", "53300", &error);
}

/// classify-12.
#[tokio::test]
async fn out_of_room_53400() {
    let Some(postgres) = Postgres::shared().await else { return };
    let mut one = postgres.connect().await.expect("one");
    one.execute("SET work_mem = 64; SET temp_file_limit = 0").await.expect("settings");
    let sorted = "SELECT n FROM generate_series(1, 100000) n ORDER BY n DESC OFFSET 99999";
    is("out of room 53400", "53400", &fails(&mut one, sorted).await);
}

/// classify-12.
#[tokio::test]
async fn wrong_password() {
    let Some(postgres) = Postgres::shared().await else { return };
    let role = "CREATE ROLE secret LOGIN PASSWORD 'right'";
    postgres.connect().await.expect("one").execute(role).await.expect("a role");
    let error = postgres.options().username("secret").password("wrong").connect().await.expect_err("a wrong password");
    is("wrong password", "28P01", &error);
}

/// classify-12.
#[tokio::test]
async fn cannot_open_the_file() {
    let error = SqliteConnection::connect("sqlite:///no/such/folder/db").await.expect_err("no folder");
    is("cannot open the file", "14", &error);
}

/// classify-12.
#[tokio::test]
async fn pool_timed_out() {
    let Some(postgres) = Postgres::shared().await else { return };
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_millis(1));
    let pool = pool.connect_lazy_with(postgres.options());
    let held = crate::support::process::wait_for("a connection", async || pool.acquire().await.ok()).await;
    let error = pool.acquire().await.expect_err("the only connection is in use");
    assert!(matches!(error, Error::PoolTimedOut), "{error:?}");
    shows("sqlx", "pool timed out", error.classify());
    drop(held);
}

/// classify-12.
#[tokio::test]
async fn pool_closed() {
    let pool = sqlx::SqlitePool::connect("sqlite::memory:").await.expect("memory");
    pool.close().await;
    let error = pool.acquire().await.expect_err("it is closed");
    assert!(matches!(error, Error::PoolClosed), "{error:?}");
    shows("sqlx", "pool closed", error.classify());
}

/// classify-12.
#[tokio::test]
async fn connection_refused() {
    let port = Refused::new();
    let options = PgConnectOptions::new().host("127.0.0.1").port(port.port());
    let error = options.connect().await.expect_err("nobody listens");
    assert!(matches!(error, Error::Io(_)), "{error:?}");
    shows("sqlx", "connection refused", error.classify());
}

/// classify-12.
#[tokio::test]
async fn connection_lost() {
    let Some(postgres) = Postgres::shared().await else { return };
    let mut one = postgres.connect().await.expect("one");
    fails(&mut one, "SELECT pg_terminate_backend(pg_backend_pid())").await;
    let error = fails(&mut one, "SELECT 1").await;
    assert!(matches!(error, Error::Io(_)), "{error:?}");
    shows("sqlx", "connection lost", error.classify());
}

/// classify-12: a client without TLS that is told to use it.
#[tokio::test]
async fn no_tls() {
    let Some(postgres) = Postgres::shared().await else { return };
    let error = postgres.options().ssl_mode(PgSslMode::Require).connect().await.expect_err("no TLS");
    assert!(matches!(error, Error::Tls(_)), "{error:?}");
    shows("sqlx", "no TLS", error.classify());
}

/// classify-12: what answers begins with a kind of message that PostgreSQL does not have.
#[tokio::test]
async fn not_a_database() {
    let port = speaks("?\0\0\0\u{4}").await;
    let error = PgConnectOptions::new().host("127.0.0.1").port(port).connect().await.expect_err("no database");
    assert!(matches!(error, Error::Protocol(_)), "{error:?}");
    shows("sqlx", "not a database", error.classify());
}

/// classify-12.
#[tokio::test]
async fn row_not_found() {
    let error = sqlx::query("SELECT * FROM accounts WHERE id = 99").fetch_one(&mut sqlite().await).await;
    let error = error.expect_err("no such row");
    assert!(matches!(error, Error::RowNotFound), "{error:?}");
    shows("sqlx", "row not found", error.classify());
}

/// classify-12.
#[tokio::test]
async fn column_not_found() {
    let row = sqlx::query("SELECT * FROM accounts").fetch_one(&mut sqlite().await).await.expect("a row");
    for error in [
        row.try_get::<i64, _>("nothing").expect_err("no such column"),
        row.try_get::<i64, _>(7).expect_err("no such column"),
        row.try_get::<String, _>(0).expect_err("a number"),
    ] {
        shows("sqlx", "column not found", error.classify());
    }
}
