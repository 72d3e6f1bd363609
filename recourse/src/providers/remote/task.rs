//! The task that polls: it starts fetches, notes how they end, and tells the executors.

use super::done::Done;
use super::error::{RemoteError, RemoteErrorKind};
use super::read::Verdict;
use super::shared::Shared;
use super::state::Told;
use super::turn::{Job, Turn};
use crate::sync::Arc;
use crate::time::{Instant, Timer};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::task::JoinSet;

/// The delay before the task begins anew after a panic of its own.
const AFTER_PANIC: Duration = Duration::from_secs(1);

/// What a job of the task ends with.
#[derive(Debug)]
enum Ended {
    Fetched(Box<Done>),
    Written(Result<(), String>),
}

/// Tells whoever waits for an answer that there will be none, when it is dropped with the task.
pub(super) struct Ends(pub(super) Arc<Shared>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.state().has_ended = true;
        self.0.answered.notify_waiters();
    }
}

/// Polls until the task is aborted. Begins anew after a panic, so that a mistake does not leave a program with old policies for ever.
pub(super) async fn run(ends: Ends) {
    let shared = ends.0.clone();
    let mut timer = pin!(Timer::new());
    loop {
        if catch(poll(shared.clone())).await.is_none() {
            shared.note_panic();
            let due = Instant::now().saturating_add(AFTER_PANIC);
            poll_fn(|cx| timer.as_mut().poll_until(due, &"the control plane's task", cx)).await;
            shared.begin_anew();
        }
    }
}

async fn poll(shared: Arc<Shared>) {
    let mut jobs = JoinSet::new();
    let mut timer = pin!(Timer::new());
    loop {
        let max_bytes = shared.reader.max_bytes();
        let Turn { jobs: due, told, writes, next } = shared.state().turn(max_bytes, Instant::now());
        for job in due {
            jobs.spawn(fetch(shared.clone(), job));
        }
        if writes {
            jobs.spawn(write(shared.clone()));
        }
        if !told.is_empty() {
            tell(&shared, &told);
            shared.state().is_telling = false;
            // Whoever was told may have made something new to do.
            continue;
        }
        // Only now: whoever has waited for an answer makes calls that are to be under it.
        shared.answered.notify_waiters();
        // Reports of entries that match no key come from the same task.
        let report = shared.listeners.report_due().map(Instant::from);
        let next = [next, report].into_iter().flatten().min();
        match wait(&shared, &mut jobs, timer.as_mut(), next).await {
            Some(Ended::Fetched(done)) => shared.state().done(*done, Instant::now()),
            Some(Ended::Written(result)) => shared.written(result),
            None => {}
        }
        let now = Instant::now().into_std();
        if shared.listeners.report_due().is_some_and(|due| due <= now) {
            guard(&shared, || shared.listeners.report(now));
        }
    }
}

/// Waits for the end of a job, for the time, or for somebody who has something to do.
async fn wait(
    shared: &Shared,
    jobs: &mut JoinSet<Ended>,
    mut timer: Pin<&mut Timer>,
    next: Option<Instant>,
) -> Option<Ended> {
    let mut woken = pin!(shared.wake.notified());
    poll_fn(|cx| {
        // Jobs catch their own panics, and nobody aborts them.
        if let Poll::Ready(Some(Ok(ended))) = jobs.poll_join_next(cx) {
            return Poll::Ready(Some(ended));
        }
        if woken.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        match next {
            Some(next) => timer.as_mut().poll_until(next, &"the control plane's task", cx).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}

/// Fetches a document. A panic of the transport is a failure like any other.
async fn fetch(shared: Arc<Shared>, job: Job) -> Ended {
    let (id, waited, started_at, shown) = (job.id, job.held_back.is_some(), job.started_at, job.target.shown.clone());
    let done = catch(shared.clone().fetch(job)).await.unwrap_or_else(|| {
        shared.note_panic();
        let error = RemoteError::new(RemoteErrorKind::Panic, format!("{shown}: the code that fetches panicked"));
        let verdict = Some(Verdict::Outage(error, None));
        Done { id, waited, started_at, verdict, etag: None, max_age: None, can_wait: false }
    });
    Ended::Fetched(Box::new(done))
}

async fn write(shared: Arc<Shared>) -> Ended {
    let written = tokio::task::spawn_blocking(move || match &shared.snapshot {
        Some(snapshot) => snapshot.write(&shared.saved()),
        None => Ok(()),
    });
    Ended::Written(written.await.unwrap_or_else(|_| Err("writing the snapshot panicked".to_owned())))
}

/// Tells the executors, under no lock: they ask the provider, and observers may do anything.
fn tell(shared: &Shared, told: &[Told]) {
    for told in told {
        guard(shared, || {
            let (now, listeners) = (Instant::now().into_std(), &shared.listeners);
            match told {
                Told::Changed => listeners.changed(now),
                Told::ChangedKey(key) => listeners.changed_key(key, now),
                Told::Refused(why) => listeners.refused(why),
                Told::Outage(event) => listeners.outage(event),
            }
        });
    }
}

/// Runs code of others, whose panic must not end the task.
fn guard(shared: &Shared, run: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        shared.note_panic();
    }
}

/// Waits for a future. `None` if it panics.
async fn catch<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}
