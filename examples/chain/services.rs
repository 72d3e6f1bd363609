//! The chain on the paused clock: a user, and the services A, B and C, each with an executor of its own. A request to a service goes to a
//! task of its own, as to another process: that task goes on when its caller is gone, and knows what the headers say.

use crate::hop_error::HopError;
use crate::queue::{Queue, Server};
use crate::row::{PATIENCE, Refuses, Row};
use crate::tally::Tally;
use crate::work::{Dice, User, Work};
use crate::{BROWN_OUT, LOAD, PERMITS, RUN};
use http::{Request, Response, StatusCode};
use recourse::context::Context;
use recourse::context::http::ContextLayer;
use recourse::{Executor, Key, Policy, resilient};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt, service_fn};

/// The way between two services.
const WAY: Duration = Duration::from_millis(1);

/// The client of a service, in the one before it.
#[derive(Clone)]
struct Hop {
    executor: Executor,
    next: Server,
}

impl Hop {
    fn new(row: &Row, policy: Policy, next: Server) -> Self {
        let sent = service_fn(move |request| sent(next.clone(), request));
        let next = if row.known {
            BoxCloneSyncService::new(ContextLayer::client().layer(sent))
        } else {
            BoxCloneSyncService::new(sent)
        };
        Self { executor: Executor::builder().policy(Key::from_static("next"), policy).build(), next }
    }
}

#[resilient(key = "next", executor = hop.executor)]
async fn ask(hop: &Hop, user: User) -> Result<(), HopError> {
    let Ok(response) = hop.next.clone().oneshot(Request::new(user)).await;
    if response.status().is_success() { Ok(()) } else { Err(HopError::Refused) }
}

async fn sent(server: Server, request: Request<User>) -> Result<Response<()>, Infallible> {
    sleep(WAY).await;
    let response = tokio::spawn(server.oneshot(request)).await.expect("nothing panics");
    sleep(WAY).await;
    response
}

/// A service that asks the next one.
fn service(row: &Row, next: Server) -> Server {
    let hop = Hop::new(row, row.hop(), next);
    let handler = service_fn(move |request: Request<User>| {
        let hop = hop.clone();
        async move {
            let mut response = Response::new(());
            if ask(&hop, *request.body()).await.is_err() {
                *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            }
            Ok(response)
        }
    });
    outermost(row, handler)
}

fn outermost<S, F>(row: &Row, handler: S) -> Server
where
    S: tower::Service<Request<User>, Response = Response<()>, Error = Infallible, Future = F>,
    S: Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<()>, Infallible>> + Send + 'static,
{
    if row.known {
        BoxCloneSyncService::new(ContextLayer::server().layer(handler))
    } else {
        BoxCloneSyncService::new(handler)
    }
}

/// The service at the end: its work behind the check, behind the queue.
fn last(row: &Row, work: Work) -> Server {
    let work = service_fn(move |request| work.clone().serve(request));
    let queue = Queue::new(PERMITS, row.newest_first, BoxCloneSyncService::new(row.check().layer(work)));
    let old = row.refuses == Refuses::Old;
    let handler = service_fn(move |mut request: Request<User>| {
        if old {
            let now = Instant::now();
            request.extensions_mut().insert(Context::new().with_arrival(now).with_deadline(now + PATIENCE));
        }
        queue.clone().serve(request)
    });
    outermost(row, handler)
}

/// Plays a row once.
pub(crate) fn play(row: &Row, seed: u64) -> Tally {
    recourse::testing::fix_jitter(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime without I/O needs nothing");
    let tally = Arc::new(Mutex::new(Tally::default()));
    runtime.block_on(async {
        let (began, dice) = (Instant::now(), Arc::new(Dice::new(seed)));
        let work = Work { dice: dice.clone(), began, brown_out: BROWN_OUT, tally: tally.clone() };
        let a = service(row, service(row, last(row, work)));
        let users = Arc::new(Hop::new(row, row.user(), a));
        let mut next = began;
        while began.elapsed().as_secs_f64() < RUN {
            let (users, tally) = (users.clone(), tally.clone());
            tokio::spawn(async move {
                let came = Instant::now();
                let answered = ask(&users, User { gives_up: came + PATIENCE }).await.is_ok();
                tally.lock().expect("nothing panics").user(came - began, began.elapsed(), answered);
            });
            next += dice.gap(LOAD);
            sleep_until(next).await;
        }
    });
    // Tasks that nobody waits for still hold it.
    let end = tally.lock().expect("nothing panics");
    end.clone()
}
