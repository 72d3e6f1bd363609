//! The queue of C: a semaphore, and an unbounded list of requests that wait for it.

use http::{Request, Response, StatusCode};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, oneshot};
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

use crate::work::User;

/// A server in the same process.
pub(crate) type Server = BoxCloneSyncService<Request<User>, Response<()>, Infallible>;

type Job = (Request<User>, oneshot::Sender<Response<()>>);

/// A request waits here until it gets a permit, whether somebody still waits for it or not.
pub(crate) struct Queue {
    waiting: Mutex<VecDeque<Job>>,
    permits: Arc<Semaphore>,
    newest_first: bool,
    /// What stands behind the queue: the check, and the work.
    checked: Server,
}

impl Queue {
    pub(crate) fn new(permits: usize, newest_first: bool, checked: Server) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(permits));
        Arc::new(Self { waiting: Mutex::default(), permits, newest_first, checked })
    }

    /// Puts a request into the queue, and waits for its response.
    pub(crate) async fn serve(self: Arc<Self>, request: Request<User>) -> Result<Response<()>, Infallible> {
        let (reply, response) = oneshot::channel();
        self.waiting.lock().expect("nothing panics").push_back((request, reply));
        self.work_off();
        Ok(response.await.unwrap_or_else(|_| {
            // Only when the runtime is going away.
            let mut response = Response::new(());
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response
        }))
    }

    /// Begins as many requests as there are permits.
    fn work_off(self: &Arc<Self>) {
        while let Ok(permit) = self.permits.clone().try_acquire_owned() {
            let Some((request, reply)) = self.next() else { return };
            let queue = self.clone();
            // A task of its own: nothing is cancelled because a caller is gone.
            tokio::spawn(async move {
                let mut checked = queue.checked.clone();
                let Ok(ready) = checked.ready().await;
                let Ok(response) = ready.call(request).await;
                let _ = reply.send(response);
                drop(permit);
                queue.work_off();
            });
        }
    }

    fn next(&self) -> Option<Job> {
        let mut waiting = self.waiting.lock().expect("nothing panics");
        if self.newest_first { waiting.pop_back() } else { waiting.pop_front() }
    }
}
