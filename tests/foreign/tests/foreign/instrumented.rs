//! `#[instrument]` below `#[resilient]` on methods under `#[async_trait]`, with the subscriber that services have.

use async_trait::async_trait;
use recourse::testing::isolated;
use recourse::{Rejected, resilient};
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use tracing::{info, instrument, subscriber};

#[derive(Debug)]
struct DbError(String);

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Rejected> for DbError {
    fn from(rejected: Rejected) -> Self {
        Self(rejected.to_string())
    }
}

/// Fails as often as it says.
#[derive(Clone)]
struct Db(Arc<Mutex<u32>>);

impl Db {
    fn failing(times: u32) -> Self {
        Self(Arc::new(Mutex::new(times)))
    }

    async fn read(&self, id: u32) -> Result<String, DbError> {
        tokio::task::yield_now().await;
        let mut failures = self.0.lock().expect("no test panics here");
        info!(left = *failures, "reads");
        match failures.checked_sub(1) {
            None => Ok(format!("user {id}")),
            Some(left) => {
                *failures = left;
                Err(DbError("the database is busy".to_owned()))
            }
        }
    }
}

#[async_trait]
trait Users {
    async fn get(&self, db: &Db, id: u32) -> Result<String, DbError>;
    async fn take(&mut self, db: Db, id: u32) -> Result<String, DbError>;
}

struct Service {
    taken: u32,
}

#[async_trait]
impl Users for Service {
    #[resilient(key = "foreign.get", retry = "3 attempts, no delay", timeout = "10s")]
    #[instrument(err, skip(self, db), fields(user = %id))]
    async fn get(&self, db: &Db, id: u32) -> Result<String, DbError> {
        db.read(id).await
    }

    #[resilient(key = "foreign.take", retry = "2 attempts, no delay")]
    #[instrument(err, ret, skip(self, db), fields(user = %id, taken = self.taken))]
    async fn take(&mut self, db: Db, id: u32) -> Result<String, DbError> {
        self.taken += 1;
        db.read(id).await
    }
}

/// What a subscriber has written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics here").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Sends the spans and events of this thread here.
    fn watch() -> (Self, subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().with_writer(move || writer.clone()).without_time().with_ansi(false);
        let subscriber = lines.with_target(false).finish();
        (log, subscriber::set_default(subscriber))
    }

    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().expect("no test panics here").clone()).expect("text");
        text.lines().map(|line| line.trim().to_owned()).collect()
    }
}

/// attribute-8: one span and one error for each call, however many attempts there were; attempts run inside the span.
#[tokio::test]
async fn a_call_is_one_span_with_its_fields_and_its_error() {
    let (log, _watched) = Log::watch();
    let (result, _) = isolated(Service { taken: 0 }.get(&Db::failing(9), 7)).await;
    assert!(result.is_err());
    assert_eq!(
        log.lines(),
        [
            "INFO get{id=7 user=7}: reads left=9",
            "INFO get{id=7 user=7}: reads left=8",
            "INFO get{id=7 user=7}: reads left=7",
            "ERROR get{id=7 user=7}: error=the database is busy",
        ]
    );
}

/// attribute-8: an error that was retried with success is none.
#[tokio::test]
async fn a_call_that_succeeds_tells_no_error() {
    let (log, _watched) = Log::watch();
    let mut service = Service { taken: 0 };
    let (result, _) = isolated(service.take(Db::failing(1), 7)).await;
    assert_eq!((result.expect("the second attempt"), service.taken), ("user 7".to_owned(), 2));
    assert_eq!(
        log.lines(),
        [
            "INFO take{id=7 user=7 taken=0}: reads left=1",
            "INFO take{id=7 user=7 taken=0}: reads left=0",
            "INFO take{id=7 user=7 taken=0}: return=\"user 7\"",
        ]
    );
}
