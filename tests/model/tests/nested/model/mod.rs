//! The model: what the documentation of `recourse::context` says, computed plainly, on a clock of its own. It never calls the engine.
//!
//! | file | what it is |
//! |---|---|
//! | `mod` | the time, and what code that runs is inside of |
//! | `call`, `group` | a guarded call: its gate and its groups of attempts; what a group waits for |
//! | `race`, `over` | a race of two branches; a race over an iterator |
//! | `beside` | futures that several share, local tasks |

mod beside;
mod call;
mod group;
mod over;
mod race;

use crate::script::{Call, Ms, Race, Record, Script};
use crate::stage::{Boxed, Library, Make, Stage};
use call::Calling;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A deadline: a moment, a time from now that has not begun to count, or both, of which the earlier counts.
#[derive(Clone, Copy, Default)]
struct Limits {
    moment: Option<Ms>,
    from_now: Option<Ms>,
}

/// What calls have told the attempt around them in the present poll.
#[derive(Clone, Copy, Default, Debug)]
struct Marks {
    /// A call that may repeat has given up.
    nested: bool,
    /// Some deadline is over.
    over: bool,
}

/// What code that runs is inside of.
#[derive(Clone, Copy, Default)]
struct Frame {
    limits: Limits,
    marks: Marks,
}

#[derive(Default)]
struct World {
    now: Cell<Ms>,
    /// When timers last fired. Later than that is what code that holds its thread up has taken.
    turn: Cell<Ms>,
    /// When the next timer fires.
    next: Cell<Option<Ms>>,
    /// Something has ended for which others may wait.
    progress: Cell<bool>,
    frames: RefCell<Vec<Frame>>,
    /// Where the play has been.
    places: RefCell<Vec<&'static str>>,
}

fn earlier(one: Option<Ms>, other: Option<Ms>) -> Option<Ms> {
    one.into_iter().chain(other).min()
}

impl Limits {
    fn at(moment: Option<Ms>) -> Self {
        Self { moment, from_now: None }
    }

    fn and(self, other: Self) -> Self {
        Self { moment: earlier(self.moment, other.moment), from_now: earlier(self.from_now, other.from_now) }
    }

    fn deadline(self, now: Ms) -> Option<Ms> {
        earlier(self.moment, self.from_now.map(|time| now + time))
    }
}

impl World {
    fn note(&self, place: &'static str) {
        self.places.borrow_mut().push(place);
    }

    fn frame(&self) -> Frame {
        *self.frames.borrow().last().expect("there is one at the bottom")
    }

    fn with_frame<T>(&self, change: impl FnOnce(&mut Frame) -> T) -> T {
        change(self.frames.borrow_mut().last_mut().expect("there is one at the bottom"))
    }

    /// Leaves marks for the attempt around.
    fn mark(&self, marks: Marks) {
        self.with_frame(|frame| {
            frame.marks.nested |= marks.nested;
            frame.marks.over |= marks.over;
        });
    }

    /// What had failed was part of a success.
    fn forgive(&self) {
        self.with_frame(|frame| frame.marks = Marks::default());
    }

    /// Runs code in an attempt, and returns what calls have marked there.
    fn inside<T>(&self, limits: Limits, code: impl FnOnce() -> T) -> (T, Marks) {
        self.frames.borrow_mut().push(Frame { limits, marks: Marks::default() });
        let result = catch_unwind(AssertUnwindSafe(code));
        let frame = self.frames.borrow_mut().pop().expect("it was pushed");
        (result.unwrap_or_else(|panic| resume_unwind(panic)), frame.marks)
    }

    /// Runs code with a deadline in the place of the one around. Its marks are left around.
    fn under<T>(&self, limits: Limits, code: impl FnOnce() -> T) -> T {
        let before = self.with_frame(|frame| std::mem::replace(&mut frame.limits, limits));
        let result = catch_unwind(AssertUnwindSafe(code));
        self.with_frame(|frame| frame.limits = before);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// True if a timer for this moment has fired; if not, it will.
    fn has_fired(&self, at: Ms) -> bool {
        if at > self.turn.get() {
            self.next.set(earlier(self.next.get(), Some(at)));
        }
        at <= self.turn.get()
    }
}

/// The model, as user code sees it.
pub(crate) struct Model(Rc<World>);

/// Nothing happens after that.
pub(crate) const HORIZON: Ms = 5_000;

/// Plays a script.
pub(crate) fn play(script: &Script) -> Record {
    play_noting(script).0
}

/// Plays a script, and tells which places of the model it has been to.
pub(crate) fn play_noting(script: &Script) -> (Record, Vec<&'static str>) {
    let world = Rc::new(World::default());
    world.frames.borrow_mut().push(Frame::default());
    let stage = Stage::new(Model(world.clone()), script);
    loop {
        (world.next.take(), world.progress.set(false));
        if stage.poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            break;
        }
        // Time stands still while anything goes on.
        if world.progress.get() {
            continue;
        }
        let Some(next) = world.next.get().filter(|next| *next < HORIZON) else { break };
        world.now.set(world.now.get().max(next));
        world.turn.set(world.now.get());
    }
    let record = stage.record();
    stage.clear();
    (record, world.places.take())
}

impl Library for Model {
    type Shared = beside::Shared;

    fn now(&self) -> Ms {
        self.0.now.get()
    }

    fn wait(&self, until: Ms) -> Pin<Box<dyn Future<Output = ()>>> {
        let world = self.0.clone();
        Box::pin(poll_fn(move |_| {
            let _ = world.has_fired(until);
            if world.now.get() >= until { Poll::Ready(()) } else { Poll::Pending }
        }))
    }

    fn hold_up(&self, time: Ms) {
        self.0.now.set(self.0.now.get() + time);
    }

    fn deadline(&self) -> Option<Ms> {
        self.0.frame().limits.deadline(self.0.now.get())
    }

    fn call(&self, call: &Rc<Call>, make: Make) -> Boxed {
        Box::pin(Calling::new(self.0.clone(), call.clone(), make).run())
    }

    fn race(&self, race: &Race, branches: Vec<Make>) -> Boxed {
        race::race(self.0.clone(), race, branches)
    }

    fn within(&self, time: Ms, mut future: Boxed) -> Boxed {
        let (world, mut limits) = (self.0.clone(), None);
        Box::pin(poll_fn(move |cx| {
            let limits = *limits.get_or_insert_with(|| {
                let now = world.now.get();
                Limits::at(earlier(world.frame().limits.deadline(now), Some(now + time)))
            });
            world.under(limits, || future.as_mut().poll(cx))
        }))
    }

    fn in_current_context(&self, mut future: Boxed) -> Boxed {
        let world = self.0.clone();
        let limits = Limits::at(self.deadline());
        Box::pin(poll_fn(move |cx| world.under(limits, || future.as_mut().poll(cx))))
    }

    fn local(&self, main: Boxed, task: Boxed) -> Boxed {
        beside::local(self.0.clone(), main, task)
    }

    fn share(&self, future: Boxed) -> beside::Shared {
        beside::Shared::new(future)
    }
}
