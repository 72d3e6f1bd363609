//! What the handles of a provider and its task share.

use super::doc::{Phase, Wanted};
use super::done::Done;
use super::error::{RemoteError, RemoteErrorKind, option};
use super::held::Held;
use super::read::{Reader, Target, Verdict, too_large};
use super::snapshot::{Saved, Snapshot};
use super::state::{Found, State};
use super::template::{Scope, UrlTemplate};
use super::timers::Event;
use super::transport::{FetchAnswer, FetchRequest, Transport};
use super::turn::Job;
use crate::providers::listeners::Listeners;
use crate::sync::{Arc, Mutex, MutexGuard, lock};
use crate::time::{Instant, within};
use recourse_policy::Key;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Notify, oneshot};

/// What the handles of a provider and its task share.
pub(super) struct Shared {
    pub(super) template: UrlTemplate,
    pub(super) reader: Reader,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) listeners: Listeners,
    pub(super) snapshot: Option<Snapshot>,
    pub(super) state: Mutex<State>,
    /// Wakes the task: there is something new to do.
    pub(super) wake: Notify,
    /// Wakes whoever waits for answers.
    pub(super) answered: Notify,
}

/// A body of this size is read elsewhere than where calls run.
const LARGE: usize = 16 * 1024;

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Returns what is in force for a key, and lets a document that is new be fetched. `None` if there is nothing, or if there can be no
    /// document about the key.
    pub(super) fn look_up(&self, key: &Key, template: Option<&str>) -> Option<Found> {
        let target = self.template.document_of(key).and_then(|name| self.target(&name));
        let (found, wakes) = {
            let mut state = self.state();
            if state.is_ignored {
                return None;
            }
            let Some(target) = target else {
                let told = state.tell_unnamed(key);
                drop(state);
                if told {
                    self.wake.notify_one();
                }
                return None;
            };
            // Keys of the program's text are as many as it has functions. Others come from arguments.
            let pinned = target.scope != Scope::Key || key.is_static() && template.is_none();
            state.look_up(&target, pinned, Instant::now())
        };
        if wakes {
            self.wake.notify_one();
        }
        found
    }

    /// Lets documents be fetched that no call has asked for yet.
    pub(super) fn prefetch(&self, names: &[String]) -> Result<(), RemoteError> {
        let (now, all) = (Instant::now(), (self.template.scope == Scope::All).then(String::new));
        for name in names.iter().chain(&all) {
            let key = Key::parse(name)
                .ok()
                .and_then(|key| self.template.document_of(&key))
                .filter(|of_key| **of_key == **name);
            let target =
                key.or((self.template.scope == Scope::All).then(|| "".into())).and_then(|name| self.target(&name));
            let Some(target) = target else {
                let what = if self.template.scope == Scope::Key {
                    "a key such as `users.get`"
                } else {
                    "a namespace such as `users`"
                };
                return Err(option(format!("prefetch: {name:?} is not {what}")));
            };
            self.state().look_up(&target, true, now);
        }
        Ok(())
    }

    /// Returns the document of this name.
    pub(super) fn target(&self, name: &str) -> Option<Target> {
        Some(Target { scope: self.template.scope, name: name.into(), shown: self.template.shown_of(name)? })
    }

    /// Lets all documents be fetched now, also those that the control plane does not have.
    pub(super) fn refresh(&self) -> Result<(), RemoteError> {
        let (now, mut state) = (Instant::now(), self.state());
        if state.is_ignored {
            let says = "remote policies are ignored, so nothing is fetched; let them count again by `ignore(false)`";
            return Err(RemoteError::new(RemoteErrorKind::Ignored, says));
        }
        let State { docs, timers, outage, refresh_error, .. } = &mut *state;
        (outage.until, *refresh_error) = (None, None);
        for (id, doc) in docs {
            doc.wanted = if doc.phase == Phase::InFlight { Wanted::AfterNext } else { Wanted::Next };
            // What the server holds back would be answered when something changes, which may be never.
            doc.held_back = None;
            if doc.phase == Phase::Scheduled {
                timers.set(*id, Event::Fetch, Some(now));
            }
        }
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// Returns how the refresh ended, once nobody waits for a document any more, or nobody fetches one.
    pub(super) fn refreshed(&self) -> Option<Result<(), RemoteError>> {
        let mut state = self.state();
        if state.has_ended {
            let says = "the runtime on which the provider polls has ended; start the provider on one that lives as long as the program";
            return Some(Err(RemoteError::new(RemoteErrorKind::Runtime, says)));
        }
        state.is_refreshed().then(|| state.refresh_error.take().map_or(Ok(()), Err))
    }

    /// Fetches a document, and judges the answer.
    pub(super) async fn fetch(self: Arc<Self>, job: Job) -> Done {
        let Job { id, target, request, known, held_back, started_at } = job;
        let waited = held_back.is_some();
        let (limit, conditional) = (request.time_limit, request.etag.is_some());
        let fetch = async {
            let url =
                self.template.url_of(&target.name).ok_or_else(|| option(format!("{} is no URL", target.shown)))?;
            self.transport.fetch(FetchRequest { url, ..request }).await
        };
        let Some(answer) = unless(held_back, within(limit, fetch)).await else {
            return Done { id, waited, started_at, verdict: None, etag: None, max_age: None, can_wait: false };
        };
        let answer = answer.unwrap_or_else(|| {
                let says = format!(
                    "{}: no whole answer within {limit:?}, the body included; the server may hang, or the `timeout` be too short",
                    target.shown
                );
                Err(RemoteError::new(RemoteErrorKind::Timeout, says))
        });
        match answer {
            Ok(answer) => {
                let (etag, max_age, can_wait) = (answer.etag.clone(), answer.max_age, answer.waits);
                let verdict = Some(self.judge(target, answer, conditional, known).await);
                Done { id, waited, started_at, verdict, etag, max_age, can_wait }
            }
            Err(error) => {
                let verdict = match error.kind() {
                    RemoteErrorKind::TooLarge | RemoteErrorKind::Encoding | RemoteErrorKind::Headers => {
                        Verdict::Failed(error)
                    }
                    _ => Verdict::Outage(error, None),
                };
                Done { id, waited, started_at, verdict: Some(verdict), etag: None, max_age: None, can_wait: false }
            }
        }
    }

    async fn judge(
        self: &Arc<Self>,
        target: Target,
        answer: FetchAnswer,
        conditional: bool,
        known: super::read::Known,
    ) -> Verdict {
        let most = self.reader.max_bytes();
        if answer.body.len() > most {
            return Verdict::Failed(too_large(&target.shown, most));
        }
        if answer.body.len() < LARGE {
            return self.reader.judge(&target, &answer, conditional, known);
        }
        let this = self.clone();
        let judged = tokio::task::spawn_blocking(move || this.reader.judge(&target, &answer, conditional, known));
        judged.await.unwrap_or_else(|_| {
            Verdict::Failed(RemoteError::new(RemoteErrorKind::Panic, "reading a document panicked"))
        })
    }

    /// Returns what is to be written to the snapshot.
    pub(super) fn saved(&self) -> Vec<Saved> {
        let (now, state) = (Instant::now(), self.state());
        let saved = state.sorted().into_iter().filter_map(|(_, doc)| {
            let held: Arc<Held> = doc.held.clone()?;
            Some(Saved { name: doc.target.name.clone(), held, age: now.saturating_duration_since(doc.confirmed_at) })
        });
        saved.collect()
    }

    /// Takes over what a snapshot says. Returns the number of documents.
    pub(super) fn restore(&self, read: Vec<(Arc<str>, Held, Duration)>) -> usize {
        let (now, mut state, mut count) = (Instant::now(), self.state(), 0);
        for (name, held, age) in read {
            let Some(target) = self.target(&name) else { continue };
            // Asked for like any other, besides.
            state.look_up(&target, false, now);
            count += usize::from(state.restore(&target, held, age, now));
        }
        count
    }
}

/// Waits for a future, unless `end` comes first. `None` if it does.
async fn unless<F: Future>(end: Option<oneshot::Receiver<()>>, future: F) -> Option<F::Output> {
    let Some(mut end) = end else { return Some(future.await) };
    let mut future = pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Pin::new(&mut end).poll(cx).map(|_| None),
    })
    .await
}

impl Shared {
    /// Notes a panic that was caught.
    pub(super) fn note_panic(&self) {
        self.state().counts.panics += 1;
    }

    /// Forgets fetches that ended with the task that made them.
    pub(super) fn begin_anew(&self) {
        let (now, mut state) = (Instant::now(), self.state());
        (state.in_flight, state.waiting, state.is_telling) = (0, 0, false);
        let State { docs, timers, writes, .. } = &mut *state;
        for (id, doc) in docs {
            if doc.phase == Phase::InFlight {
                doc.phase = Phase::Scheduled;
                timers.set(*id, Event::Fetch, Some(now));
            }
        }
        if let Some(writes) = writes {
            let _ = writes.end(Ok(()));
        }
    }

    /// Notes how a write of the snapshot ended.
    pub(super) fn written(&self, result: Result<(), String>) {
        let mut state = self.state();
        let error = state.writes.as_mut().and_then(|writes| writes.end(result));
        if let Some(error) = error {
            state.tell(super::state::Told::Refused(error));
        }
    }
}
