//! The thread that looks at the files when they change.

use super::debounce::Debounce;
use super::places::Places;
use super::state::{GRACE, Look, Patience, State};
use crate::sync::Arc;
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The name of the thread, which a debugger shows: 15 characters at most.
pub(super) const THREAD: &str = "recourse-files";

/// What the thread is told.
#[derive(Debug)]
enum Message {
    /// Something happened at these paths; at any path if there are none.
    Happened(Vec<PathBuf>),
    /// There is something new to wait for.
    Wake,
    /// The last handle is gone.
    Stop,
}

/// The handle of the thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    sender: Sender<Message>,
}

impl Watch {
    /// Starts the thread, which looks at the files when they change, and every `poll`.
    pub(super) fn start(state: Arc<State>, poll: Duration, most: usize) -> io::Result<Self> {
        let (sender, receiver) = channel();
        let events = sender.clone();
        thread::Builder::new()
            .name(THREAD.to_owned())
            .spawn(move || Thread::new(state, poll, most, events).run(&receiver))?;
        Ok(Self { sender })
    }

    /// Lets the thread see what there is to wait for.
    pub(super) fn wake(&self) {
        // A thread that has ended has nothing to wait for.
        let _ = self.sender.send(Message::Wake);
    }
}

impl Drop for Watch {
    /// Does not wait for the end: the last handle may be dropped by an observer, in the thread itself.
    fn drop(&mut self) {
        let _ = self.sender.send(Message::Stop);
    }
}

struct Thread {
    state: Arc<State>,
    poll: Duration,
    most: usize,
    watcher: Option<RecommendedWatcher>,
    places: Places,
    debounce: Debounce,
    next_poll: Instant,
}

impl Thread {
    fn new(state: Arc<State>, poll: Duration, most: usize, events: Sender<Message>) -> Self {
        let tell = move |event: Result<Event, notify::Error>| {
            let paths = match event {
                // Reading the files is an event, too.
                Ok(Event { kind: EventKind::Access(kind), .. })
                    if !matches!(kind, AccessKind::Close(AccessMode::Write)) =>
                {
                    return;
                }
                Ok(event) if event.need_rescan() => Vec::new(),
                Ok(event) => event.paths,
                Err(_) => Vec::new(),
            };
            let _ = events.send(Message::Happened(paths));
        };
        let watcher = notify::recommended_watcher(tell);
        if let Err(error) = &watcher {
            state.note_watch_fault(Some(error.to_string()));
        }
        let now = Instant::now();
        let mut debounce = Debounce::default();
        // The files may have changed since they were read.
        debounce.event(now);
        let next_poll = now + poll;
        Self { state, poll, most, watcher: watcher.ok(), places: Places::default(), debounce, next_poll }
    }

    fn run(mut self, receiver: &Receiver<Message>) {
        loop {
            let due = [self.debounce.due(), self.state.listeners.report_due()];
            let due = due.into_iter().flatten().fold(self.next_poll, Instant::min);
            match receiver.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Message::Happened(paths)) => {
                    if paths.is_empty() || paths.iter().any(|path| self.places.concern(path)) {
                        self.debounce.event(Instant::now());
                    }
                }
                Ok(Message::Wake) | Err(RecvTimeoutError::Timeout) => {}
            }
            // Other providers of the executors are asked here, and they are the user's.
            let _ = catch_unwind(AssertUnwindSafe(|| self.work(Instant::now())));
        }
    }

    fn work(&mut self, now: Instant) {
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        if is_due(self.debounce.due()) || now >= self.next_poll {
            // Before the work, so that a panic does not repeat it at once.
            self.next_poll = now + self.poll;
            let events = self.debounce.begin();
            // First watched, then read: what changes in between is seen as an event.
            let is_new = self.follow(events);
            let look = self.state.look(Some(Patience { now, last_event: self.debounce.last_event() }));
            if is_new {
                // What was made in a new folder before it was watched may have folders of its own.
                self.debounce.event(now);
            }
            if matches!(look, Look::Doubtful) {
                self.debounce.look_again(now + GRACE);
            }
        }
        if is_due(self.state.listeners.report_due()) {
            self.state.listeners.report(now);
        }
    }

    /// Watches the folders that the path leads through now. Returns true if there are new ones. After events each is watched anew, since it
    /// may be another folder of the same name.
    fn follow(&mut self, after_events: bool) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let places = Places::of(&self.state.place().path, self.most);
        let (mut is_new, mut fault) = (false, None);
        for gone in self.places.watched.difference(&places.watched) {
            // The system forgets a folder that is removed.
            let _ = watcher.unwatch(gone);
        }
        for folder in &places.watched {
            let is_known = self.places.watched.contains(folder);
            if is_known && !after_events {
                continue;
            }
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => is_new |= !is_known,
                // One that has gone meanwhile is no fault: the folder above tells of it.
                Err(error) if folder.is_dir() => fault = Some(error.to_string()),
                Err(_) => {}
            }
        }
        self.places = places;
        self.state.note_watch_fault(fault);
        is_new
    }
}
