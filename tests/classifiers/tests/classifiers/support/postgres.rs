//! A PostgreSQL of the tests' own, on a Unix socket: it has no other port to take.

use super::process::{Process, tool, wait_for};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _};
use std::fs;
use std::path::PathBuf;
use tokio::sync::OnceCell;

pub(crate) struct Postgres(Process);

/// One for all tests, since it takes seconds to make. It ends with the process of the tests.
static SHARED: OnceCell<Option<Postgres>> = OnceCell::const_new();

impl Postgres {
    /// The server, with a table `accounts` of ten rows: each test has rows of its own. `None` if there is none on this machine, and the test is over.
    pub(crate) async fn shared() -> Option<&'static Self> {
        SHARED.get_or_init(Self::start).await.as_ref()
    }

    async fn start() -> Option<Self> {
        let initdb = tool("initdb", "postgresql", &versions())?;
        let folder = initdb.parent().expect("a folder").display();
        // Durability is for data that somebody misses.
        let script = format!(
            "\"{folder}/initdb\" -D data -U tests -A trust --no-sync -E UTF8 --locale=C >/dev/null\n\
             echo 'local all secret scram-sha-256' | cat - data/pg_hba.conf > hba && mv hba data/pg_hba.conf\n\
             \"{folder}/postgres\" -D data -h '' -k \"$dir\" -F -c deadlock_timeout=10ms -c log_min_messages=panic >/dev/null 2>&1 &"
        );
        let server = Self(Process::start(Some("postgres"), &script));
        let mut first = wait_for("PostgreSQL", async || server.connect().await.ok()).await;
        let tables = "CREATE TABLE accounts (id INT PRIMARY KEY, amount INT NOT NULL CHECK (amount >= 0));
                      CREATE TABLE payments (account INT REFERENCES accounts);
                      INSERT INTO accounts SELECT id, 100 FROM generate_series(1, 10) id";
        first.execute(tables).await.expect("tables");
        Some(server)
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new().socket(&self.0.folder).username("tests").database("postgres")
    }

    pub(crate) async fn connect(&self) -> sqlx::Result<PgConnection> {
        PgConnection::connect_with(&self.options()).await
    }
}

/// Where Debian keeps the programs of a server.
fn versions() -> Vec<PathBuf> {
    let folders = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.map(|version| version.path().join("bin")).collect()
}
