//! A guarded call: its gate, one group of attempts after another, and what its end tells the attempt around it.

use super::{Limits, Marks, World, earlier};
use crate::script::{Call, Entrance, Fail, Ms, Out, Policy};
use crate::stage::{Boxed, Make};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

/// A call that runs.
pub(super) struct Calling {
    pub(super) world: Rc<World>,
    pub(super) call: Rc<Call>,
    make: Make,
    /// The deadline around the call when it began.
    pub(super) outer: Option<Ms>,
    /// A function that is resolved once looks at no clock before it has to wait, or has failed: until then the deadline around it is as it is
    /// written there.
    pub(super) around: Option<Limits>,
    /// When the call's own time began to count.
    pub(super) started: Option<Ms>,
    pub(super) launched: u32,
    groups: u32,
    pub(super) group: Group,
}

/// A primary, and the hedges beside it.
#[derive(Default)]
pub(super) struct Group {
    /// The primary has the number 0, and stands first.
    pub(super) running: Vec<Attempt>,
    /// When the primary's time began to count.
    pub(super) since: Option<Ms>,
    pub(super) last_hedge: Option<Ms>,
    pub(super) hedged: u32,
    pub(super) hedges_no_more: bool,
    kept: Option<((u8, u32), Fail, Marks)>,
}

pub(super) struct Attempt {
    pub(super) number: u32,
    /// When its time began to count.
    pub(super) since: Option<Ms>,
    pub(super) future: Boxed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Success,
    Retry,
    Fatal,
    Ignored,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    Attempt,
    Call,
}

/// What happened in a group.
pub(super) enum Event {
    Ended(Attempt, Out, Marks),
    Limit(Limit),
    Hedge,
}

/// How a group has ended: with a failure, or with none since the limit of an attempt has cut each of them.
type GroupEnd = Option<(Fail, Marks)>;

/// Another group, or the end of the call.
enum Next {
    Again,
    End(Out),
}

impl Calling {
    pub(super) fn new(world: Rc<World>, call: Rc<Call>, make: Make) -> Self {
        let (outer, around, started) = (None, None, None);
        Self { world, call, make, outer, around, started, launched: 0, groups: 0, group: Group::default() }
    }

    pub(super) fn policy(&self) -> Policy {
        self.call.policy
    }

    pub(super) async fn run(mut self) -> Out {
        let now = self.world.now.get();
        let around = self.world.frame();
        let is_late = around.limits.moment.is_some_and(|moment| moment <= now);
        let ignores = self.call.entrance == Entrance::Ignoring;
        if is_late && !ignores {
            self.world.note("expired");
            self.tell(false, Marks { over: true, ..Marks::default() });
            return Err(self.rejected("expired"));
        }
        let is_unmarked = !around.marks.nested && !around.marks.over;
        match self.call.entrance {
            Entrance::Ignoring => {}
            Entrance::Fixed(_) if is_unmarked && self.policy().hedge.is_none() => self.around = Some(around.limits),
            _ => self.outer = around.limits.deadline(now),
        }
        loop {
            if let Next::End(out) = self.next_group().await {
                return out;
            }
        }
    }

    /// Makes an attempt.
    pub(super) fn launch(&mut self, hedge: bool) {
        self.launched += 1;
        let now = self.world.now.get();
        // Latencies are taken from the launch.
        let since = (hedge || self.policy().hedge.is_some()).then_some(now);
        if !hedge {
            self.groups += 1;
            self.group = Group { since, ..Group::default() };
        } else {
            self.world.note("hedge");
            self.group.hedged += 1;
            self.group.last_hedge = Some(now);
        }
        let future = (self.make)();
        self.group.running.push(Attempt { number: self.group.hedged, since, future });
    }

    async fn next_group(&mut self) -> Next {
        self.launch(false);
        loop {
            match poll_fn(|cx| self.poll_group(cx)).await {
                Event::Hedge => self.launch(true),
                Event::Limit(limit) => {
                    // Only the oldest attempt has reached its limit.
                    if limit == Limit::Call {
                        return self.timed_out();
                    }
                    self.world.note("attempt timeout");
                    self.group.running.remove(0);
                    if self.group.running.is_empty() {
                        return self.group_ended().await;
                    }
                }
                Event::Ended(attempt, out, marks) => {
                    if let Some(next) = self.attempt_ended(attempt, out, marks).await {
                        return next;
                    }
                }
            }
        }
    }

    async fn attempt_ended(&mut self, attempt: Attempt, out: Out, marks: Marks) -> Option<Next> {
        let now = self.world.now.get();
        if marks.over && out.is_err() {
            // Some deadline is over. If it is that of the attempt, the attempt has ended as if its timer had said so.
            self.begin_to_count(now);
            match self.first_limit(&attempt).filter(|(at, _)| *at <= now) {
                Some((_, Limit::Call)) => {
                    self.world.note("cut from inside");
                    return Some(self.timed_out());
                }
                Some((_, Limit::Attempt)) => {
                    self.world.note("attempt cut from inside");
                    return if self.group.running.is_empty() { Some(self.group_ended().await) } else { None };
                }
                None => self.world.note("another deadline is over"),
            }
        }
        let class = self.class_of(&out);
        let alone = self.group.hedged == 0;
        self.group.hedges_no_more |= matches!(class, Class::Fatal | Class::Ignored);
        let Err(fail) = out else {
            self.world.note(if attempt.number > 0 { "hedge succeeds" } else { "success" });
            self.group.running.clear();
            self.world.forgive();
            return Some(Next::End(Ok(())));
        };
        if alone || class != Class::Retry {
            self.group.running.clear();
            self.group.kept = Some(((0, 0), fail, marks));
            return Some(self.group_ended().await);
        }
        let rank = (u8::from(class == Class::Retry), attempt.number);
        if self.group.kept.as_ref().is_none_or(|(kept, ..)| rank < *kept) {
            self.group.kept = Some((rank, fail, marks));
        }
        if self.group.running.is_empty() { Some(self.group_ended().await) } else { None }
    }

    /// No attempt of the group runs any more. The call ends with the failure that is kept; or another group follows.
    async fn group_ended(&mut self) -> Next {
        let end: GroupEnd = self.group.kept.take().map(|(_, fail, marks)| (fail, marks));
        let marks = end.as_ref().map_or(Marks { over: true, ..Marks::default() }, |(_, marks)| *marks);
        let class = end.as_ref().map_or(Class::Retry, |(fail, _)| self.class_of(&Err(fail.clone())));
        let gave_up = class == Class::Retry;
        if gave_up {
            let now = self.world.now.get();
            self.started.get_or_insert(now);
            let Policy { attempts, delay, over_nested, .. } = self.policy();
            let left = self.deadline().map(|deadline| deadline.saturating_sub(now));
            let place = match () {
                () if self.groups >= attempts => "exhausted",
                () if marks.nested && !over_nested => "nested",
                () if left.is_some_and(|left| delay >= left) => "delay does not fit",
                () if marks.nested => "over nested",
                () => "retry",
            };
            self.world.note(place);
            if matches!(place, "over nested" | "retry") {
                return self.delay(delay).await;
            }
        }
        self.tell(gave_up, marks);
        Next::End(Err(match end {
            Some((fail, _)) => fail,
            None => self.rejected("attempt_timeout"),
        }))
    }

    async fn delay(&mut self, delay: Ms) -> Next {
        if delay > 0 {
            let at = self.world.now.get() + delay;
            poll_fn(|_| if self.world.has_fired(at) { Poll::Ready(()) } else { Poll::Pending }).await;
            if self.deadline().is_some_and(|deadline| deadline <= self.world.now.get()) {
                self.world.note("late after a delay");
                self.group = Group::default();
                return self.timed_out();
            }
        }
        Next::Again
    }

    /// The deadline of the call is over. A real error of the group says more than a rejection.
    fn timed_out(&mut self) -> Next {
        self.group.running.clear();
        self.tell(true, Marks { over: true, ..Marks::default() });
        let kept = self.group.kept.take().map(|(_, fail, _)| fail);
        self.world.note(if kept.is_some() { "timeout with an error" } else { "timeout" });
        Next::End(Err(kept.unwrap_or_else(|| self.rejected("timeout"))))
    }

    /// Tells the attempt around the call.
    fn tell(&self, gave_up: bool, marks: Marks) {
        let repeats = gave_up && self.policy().attempts > 1;
        self.world.mark(Marks { nested: marks.nested || repeats, over: marks.over });
    }

    fn rejected(&self, kind: &'static str) -> Fail {
        Fail::Rejected(kind, self.launched, self.call.key())
    }

    fn class_of(&self, out: &Out) -> Class {
        match out {
            Ok(()) => Class::Success,
            Err(Fail::Broken) => Class::Fatal,
            Err(Fail::Missing) => Class::Ignored,
            Err(Fail::Busy | Fail::Late) => Class::Retry,
            Err(Fail::Panicked | Fail::Lost(_) | Fail::Rejected(..)) => {
                if self.call.opaque {
                    Class::Retry
                } else {
                    Class::Fatal
                }
            }
        }
    }

    fn own_deadline(&self) -> Option<Ms> {
        self.started.zip(self.policy().timeout).map(|(started, timeout)| started + timeout)
    }

    /// The earlier of the call's own deadline and the one around it.
    pub(super) fn deadline(&self) -> Option<Ms> {
        earlier(self.own_deadline(), self.outer)
    }

    /// The limit of an attempt that comes first.
    pub(super) fn first_limit(&self, attempt: &Attempt) -> Option<(Ms, Limit)> {
        let since = if attempt.number == 0 { self.group.since } else { attempt.since };
        let own = since.zip(self.policy().attempt_timeout).map(|(since, timeout)| (since + timeout, Limit::Attempt));
        let call = self.deadline().map(|at| (at, Limit::Call));
        // At the same moment the call's comes first.
        call.into_iter().chain(own).min_by_key(|(at, _)| *at)
    }

    /// The limits that an attempt sets for what begins in it.
    pub(super) fn limits_of(&self, attempt: &Attempt) -> Limits {
        let Policy { timeout, attempt_timeout, .. } = self.policy();
        let since = if attempt.number == 0 { self.group.since } else { attempt.since };
        let call = if self.started.is_some() { Limits::default() } else { Limits { from_now: timeout, moment: None } };
        let own = match since {
            Some(since) => Limits::at(attempt_timeout.map(|timeout| since + timeout)),
            None => Limits { from_now: attempt_timeout, moment: None },
        };
        Limits::at(self.deadline()).and(call).and(own).and(self.around.unwrap_or_default())
    }

    pub(super) fn begin_to_count(&mut self, now: Ms) {
        self.group.since.get_or_insert(now);
        self.started.get_or_insert(now);
    }
}
