//! The body of a guarded call: it does what its script says, and notes when it began and ended.

use crate::record::{BAD, Fault, How, Ns, Run};
use crate::script::{CallScript, Play, Then, Wait};
use recourse::{Class, Rejected};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// One call of a script, while it is played.
pub(crate) struct Stage {
    pub(crate) script: CallScript,
    /// When the script began.
    pub(crate) origin: Instant,
    pub(crate) runs: RefCell<Vec<Run>>,
    made: Cell<usize>,
}

impl Stage {
    pub(crate) fn new(script: CallScript, origin: Instant) -> Rc<Self> {
        Rc::new(Self { script, origin, runs: RefCell::default(), made: Cell::new(0) })
    }

    pub(crate) fn now(&self) -> Ns {
        nanos(self.origin.elapsed())
    }

    /// Makes the next run, or panics.
    pub(crate) fn make(self: &Rc<Self>) -> Body {
        let made = self.made.replace(self.made.get() + 1);
        let play = self.script.play(made);
        assert!(!play.unmade, "the script says so");
        Body { stage: self.clone(), play, run: None, ends: None, sleep: None }
    }
}

pub(crate) fn nanos(duration: Duration) -> Ns {
    Ns::try_from(duration.as_nanos()).expect("a script is not centuries long")
}

/// An error of the body, or of the library.
#[derive(Clone, Debug)]
pub(crate) enum Fail {
    Fault(Fault),
    Rejected(Rejected),
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
        }
    }
}

impl From<Rejected> for Fail {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

pub(crate) fn class_of_error(fail: &Fail) -> Class {
    match fail {
        Fail::Fault(Fault::Busy(after)) => Class::Retryable { after: after.map(Duration::from_nanos) },
        Fail::Fault(Fault::Broken) | Fail::Rejected(_) => Class::NonRetryable,
        Fail::Fault(Fault::Missing) => Class::Ignore,
        Fail::Fault(Fault::Fine) => Class::Success,
        Fail::Fault(Fault::Poison) => panic!("the script says so"),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "a classifier is given a reference")]
pub(crate) fn class_of_value(value: &u32) -> Class {
    if *value == BAD { Class::RETRYABLE } else { Class::Success }
}

/// One run.
pub(crate) struct Body {
    stage: Rc<Stage>,
    play: Play,
    run: Option<usize>,
    ends: Option<Ns>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Body {
    fn begin(&mut self) {
        let began = self.stage.now();
        let mut runs = self.stage.runs.borrow_mut();
        self.run = Some(runs.len());
        runs.push(Run { began, ended: began, how: How::Runs });
        drop(runs);
        hold_up(self.play.blocks);
        let now = self.stage.now();
        self.ends = match self.play.waits {
            Wait::Not => Some(now),
            Wait::For(time) => Some(now + time),
            Wait::Ever => None,
        };
    }

    fn end(&mut self, how: How) {
        if let Some(run) = self.run.take() {
            let now = self.stage.now();
            let run = &mut self.stage.runs.borrow_mut()[run];
            (run.ended, run.how) = (now, how);
        }
    }
}

impl Future for Body {
    type Output = Result<u32, Fail>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let body = &mut *self;
        if body.run.is_none() {
            body.begin();
        }
        let Some(ends) = body.ends else { return Poll::Pending };
        if body.stage.now() < ends {
            let at = body.stage.origin + Duration::from_nanos(ends);
            let sleep = body.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
            // It only wakes; what decides is the clock.
            let _ = sleep.as_mut().poll(cx);
            return Poll::Pending;
        }
        match body.play.then {
            Then::Panic => {
                body.end(How::Panicked);
                panic!("the script says so")
            }
            Then::Value(value) => {
                body.end(How::Returned);
                Poll::Ready(Ok(value))
            }
            Then::Error(fault) => {
                body.end(How::Returned);
                Poll::Ready(Err(Fail::Fault(fault)))
            }
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.end(How::Dropped);
    }
}

/// Holds the thread up: the paused clock goes on, and nobody else runs.
fn hold_up(time: Ns) {
    if time > 0 {
        let advance = pin!(tokio::time::advance(Duration::from_nanos(time)));
        // The first poll moves the clock; the rest only yields.
        assert!(advance.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}
