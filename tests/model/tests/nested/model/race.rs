//! A race of two branches.

use super::{Limits, Marks, World, earlier};
use crate::script::{Entry, Fail, Ms, Out, Race};
use crate::stage::{Boxed, Make, Scripted};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::task::{Context, Poll};

pub(super) enum Branch {
    Waits(Make),
    Runs(Boxed),
    Ended(Entry),
}

pub(super) struct Racing {
    pub(super) world: Rc<World>,
    pub(super) branches: Vec<Branch>,
    /// Over an iterator.
    over: bool,
    panics_lose: bool,
    /// The time between two starts; without one all start at once.
    stagger: Option<Ms>,
    pub(super) own: Option<Ms>,
    has_begun: bool,
    /// When the race ends.
    pub(super) expires: Option<Ms>,
    /// When the next branch starts.
    due: Option<Ms>,
}

pub(super) fn race(world: Rc<World>, race: &Race, branches: Vec<Make>) -> Boxed {
    let over = branches.len() > 2;
    let mut racing = Racing {
        world,
        branches: branches.into_iter().map(Branch::Waits).collect(),
        over,
        panics_lose: race.panics_lose,
        stagger: race.stagger,
        own: race.deadline,
        has_begun: false,
        expires: None,
        due: None,
    };
    Box::pin(poll_fn(move |cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| racing.poll(cx)));
        polled.unwrap_or_else(|panic| {
            racing.branches.clear();
            resume_unwind(panic)
        })
    }))
}

impl Racing {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Out> {
        let begins = !std::mem::replace(&mut self.has_begun, true);
        let is_timed = self.stagger.is_some() || self.own.is_some();
        let won = match (self.over, is_timed) {
            (true, _) => self.poll_over(begins, cx),
            (false, true) => self.poll_timed(begins, cx),
            (false, false) => self.poll_untimed(cx),
        };
        match won {
            Poll::Pending => Poll::Pending,
            Poll::Ready(true) => {
                self.branches.clear();
                self.world.note("race won");
                self.world.forgive();
                Poll::Ready(Ok(()))
            }
            Poll::Ready(false) => {
                self.world.note("race lost");
                // An item that was not taken has no entry.
                let over = self.over;
                let entries = self.branches.drain(..).filter_map(|branch| match branch {
                    Branch::Waits(_) => (!over).then_some(Entry::NotStarted),
                    Branch::Runs(_) => Some(Entry::Cancelled),
                    Branch::Ended(entry) => Some(entry),
                });
                Poll::Ready(Err(Fail::Lost(entries.collect())))
            }
        }
    }

    /// Starts all branches at once, and polls them.
    fn poll_untimed(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        for at in 0..self.branches.len() {
            self.start(at);
            if self.poll_branch(at, cx) {
                return Poll::Ready(true);
            }
        }
        if self.may_win() { Poll::Pending } else { Poll::Ready(false) }
    }

    /// Polls the branches that run, and starts those that are due, until the race is over.
    fn poll_timed(&mut self, begins: bool, cx: &mut Context<'_>) -> Poll<bool> {
        let now = self.world.now.get();
        if begins {
            self.due = Some(now);
            self.begin(now);
        }
        let world = self.world.clone();
        world.under(self.limits(), || {
            if !begins && self.poll_running(cx) {
                return Poll::Ready(true);
            }
            let mut polled_at_deadline = false;
            while self.may_win() {
                let Some(next) = earlier(self.due, self.expires) else { return Poll::Pending };
                let now = self.world.now.get();
                if self.expires.is_some_and(|expires| expires <= now) {
                    // A branch that is ready at the deadline wins.
                    if polled_at_deadline {
                        return self.expired();
                    }
                    polled_at_deadline = true;
                    if self.poll_running(cx) {
                        return Poll::Ready(true);
                    }
                } else if self.due.is_some_and(|due| due <= now) {
                    if self.start_next(now, cx) {
                        return Poll::Ready(true);
                    }
                } else if !self.world.has_fired(next) {
                    return Poll::Pending;
                }
            }
            Poll::Ready(false)
        })
    }

    /// A race with a deadline ends at the earlier of its own and the one around it; one without has none.
    pub(super) fn begin(&mut self, now: Ms) {
        let around = self.world.frame().limits.deadline(now);
        self.expires = self.own.and_then(|own| earlier(Some(now + own), around));
    }

    /// The limits of the branches: those around, unless the race has a deadline.
    pub(super) fn limits(&self) -> Limits {
        self.expires.map_or(self.world.frame().limits, |expires| Limits::at(Some(expires)))
    }

    /// The deadline ends the race.
    pub(super) fn expired(&self) -> Poll<bool> {
        self.world.note("race expired");
        self.world.mark(Marks { over: true, ..Marks::default() });
        Poll::Ready(false)
    }

    pub(super) fn poll_running(&mut self, cx: &mut Context<'_>) -> bool {
        let failed = |branches: &[Branch]| branches.iter().filter(|it| matches!(it, Branch::Ended(_))).count();
        let before = failed(&self.branches);
        let won = (0..self.branches.len()).any(|at| self.poll_branch(at, cx));
        if failed(&self.branches) > before {
            self.start_sooner();
        }
        won
    }

    pub(super) fn start_next(&mut self, now: Ms, cx: &mut Context<'_>) -> bool {
        let waiting = |it: &Branch| matches!(it, Branch::Waits(_));
        let at = self.branches.iter().position(waiting).expect("a start is due only while a branch waits");
        self.start(at);
        let won = self.poll_branch(at, cx);
        self.due = self.branches.iter().any(waiting).then(|| now + self.stagger.unwrap_or(0));
        if matches!(self.branches[at], Branch::Ended(_)) {
            self.start_sooner();
        }
        won
    }

    /// A failure starts the next branch at once.
    fn start_sooner(&mut self) {
        self.due = self.due.map(|due| due.min(self.world.now.get()));
    }

    fn may_win(&self) -> bool {
        self.branches.iter().any(|branch| !matches!(branch, Branch::Ended(_)))
    }

    fn start(&mut self, at: usize) {
        if let Branch::Waits(make) = &mut self.branches[at] {
            self.branches[at] = Branch::Runs(make());
        }
    }

    /// Polls a branch if it runs. True if it has won.
    fn poll_branch(&mut self, at: usize, cx: &mut Context<'_>) -> bool {
        let Branch::Runs(future) = &mut self.branches[at] else { return false };
        let entry = match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Pending) => return false,
            Ok(Poll::Ready(Ok(()))) => return true,
            Ok(Poll::Ready(Err(fail))) => Entry::Failed(fail),
            Err(panic) if self.panics_lose && panic.is::<Scripted>() => {
                self.world.note("branch panicked");
                Entry::Panicked
            }
            Err(panic) => resume_unwind(panic),
        };
        self.branches[at] = Branch::Ended(entry);
        false
    }
}
