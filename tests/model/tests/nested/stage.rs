//! User code: bodies, and all that they do without the library. It is the same for the model and the engine, which only differ in what
//! stands for the library.

use crate::script::{Body, Call, End, Fail, How, Ms, Node, Out, Race, Record, Run, Script, Step};
use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Anything that user code awaits.
pub(crate) type Boxed = Pin<Box<dyn Future<Output = Out>>>;

/// Makes an attempt, or a branch.
pub(crate) type Make = Box<dyn FnMut() -> Boxed>;

/// A panic of the script.
pub(crate) struct Scripted;

/// The library, and the time.
pub(crate) trait Library: Sized + 'static {
    /// A future that several wait for.
    type Shared: Future<Output = Out> + Clone;

    fn now(&self) -> Ms;
    /// Wakes the caller when the clock shows this time.
    fn wait(&self, until: Ms) -> Pin<Box<dyn Future<Output = ()>>>;
    /// Moves the clock, while everything else stands still.
    fn hold_up(&self, time: Ms);
    fn deadline(&self) -> Option<Ms>;
    fn call(&self, call: &Rc<Call>, make: Make) -> Boxed;
    fn race(&self, race: &Race, branches: Vec<Make>) -> Boxed;
    fn within(&self, time: Ms, future: Boxed) -> Boxed;
    fn in_current_context(&self, future: Boxed) -> Boxed;
    fn local(&self, main: Boxed, task: Boxed) -> Boxed;
    fn share(&self, future: Boxed) -> Self::Shared;
}

/// A nesting that is played.
pub(crate) struct Stage<L: Library> {
    pub(crate) library: L,
    script: Script,
    shared: RefCell<Vec<Option<L::Shared>>>,
    runs: RefCell<Vec<Run>>,
    /// Each with its output, once it has one.
    tasks: RefCell<Vec<Task>>,
    /// A task has ended in this round, so that others may go on.
    progress: Cell<bool>,
    /// Who waits for a task.
    joining: RefCell<Vec<Waker>>,
    ended: RefCell<Option<(Ms, Out)>>,
}

#[derive(Default)]
struct Task {
    future: Option<Boxed>,
    output: Option<Out>,
}

impl<L: Library> Stage<L> {
    pub(crate) fn new(library: L, script: &Script) -> Rc<Self> {
        let stage = Rc::new(Self {
            library,
            shared: RefCell::new(script.shared.iter().map(|_| None).collect()),
            script: script.clone(),
            runs: RefCell::default(),
            tasks: RefCell::default(),
            progress: Cell::new(false),
            joining: RefCell::default(),
            ended: RefCell::default(),
        });
        let root = stage.node(&script.root);
        stage.tasks.borrow_mut().push(Task { future: Some(root), output: None });
        stage
    }

    /// Polls all tasks in turn, until none of them waits for another one that has ended. Ready when all have ended.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            self.progress.set(false);
            let mut at = 0;
            while at < self.tasks.borrow().len() {
                let future = self.tasks.borrow_mut()[at].future.take();
                if let Some(mut future) = future {
                    match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
                        Ok(Poll::Pending) => self.tasks.borrow_mut()[at].future = Some(future),
                        Ok(Poll::Ready(out)) => self.task_ended(at, out),
                        Err(panic) => {
                            of_script(panic);
                            drop(future);
                            self.task_ended(at, Err(Fail::Panicked));
                        }
                    }
                }
                at += 1;
            }
            if !self.progress.get() {
                break;
            }
        }
        if self.tasks.borrow().iter().all(|task| task.future.is_none()) { Poll::Ready(()) } else { Poll::Pending }
    }

    fn task_ended(&self, at: usize, out: Out) {
        self.progress.set(true);
        self.joining.take().into_iter().for_each(Waker::wake);
        if at == 0 {
            *self.ended.borrow_mut() = Some((self.library.now(), out.clone()));
        }
        self.tasks.borrow_mut()[at].output = Some(out);
    }

    pub(crate) fn record(&self) -> Record {
        Record { ended: self.ended.borrow().clone(), runs: self.runs.borrow().clone() }
    }

    /// Lets go of everything: futures and the stage hold each other.
    pub(crate) fn clear(&self) {
        let tasks = self.tasks.take();
        let shared = self.shared.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop((tasks, shared))));
    }

    fn node(self: &Rc<Self>, node: &Rc<Node>) -> Boxed {
        let (stage, node) = (self.clone(), node.clone());
        Box::pin(async move { stage.run(&node).await })
    }

    fn make(self: &Rc<Self>, node: &Rc<Node>) -> Make {
        let (stage, node) = (self.clone(), node.clone());
        Box::new(move || stage.node(&node))
    }

    async fn run(self: &Rc<Self>, node: &Node) -> Out {
        match node {
            Node::Body(body) => self.body(body).await,
            Node::Call(call) => {
                let (stage, attempts, mut made) = (self.clone(), call.clone(), 0);
                let make = move || {
                    made += 1;
                    stage.node(&attempts.attempt(made - 1))
                };
                self.library.call(call, Box::new(make)).await
            }
            Node::Race(race) => {
                let branches = race.branches.iter().map(|branch| self.make(branch)).collect();
                self.library.race(race, branches).await
            }
            Node::Within(time, node) => self.library.within(*time, self.node(node)).await,
            Node::Spawn { along, joined, node } => {
                let mut future = self.node(node);
                if *along {
                    future = self.library.in_current_context(future);
                }
                let mut tasks = self.tasks.borrow_mut();
                let at = tasks.len();
                tasks.push(Task { future: Some(future), output: None });
                drop(tasks);
                if *joined { self.join(at).await } else { Ok(()) }
            }
            Node::Shared(slot) => {
                let shared = self.shared.borrow()[*slot].clone();
                let shared = shared.unwrap_or_else(|| {
                    let shared = self.library.share(self.node(&self.script.shared[*slot]));
                    self.shared.borrow_mut()[*slot] = Some(shared.clone());
                    shared
                });
                shared.await
            }
            Node::Local { main, task } => self.library.local(self.node(main), self.node(task)).await,
            Node::Both(nodes) => both(nodes.iter().map(|node| self.node(node)).collect()).await,
            Node::Patience(time, node) => {
                let (mut future, mut wait) = (self.node(node), self.library.wait(self.library.now() + time));
                poll_fn(move |cx| match future.as_mut().poll(cx) {
                    Poll::Ready(out) => Poll::Ready(out),
                    Poll::Pending => wait.as_mut().poll(cx).map(|()| Err(Fail::Late)),
                })
                .await
            }
            Node::Catch(node) => {
                let mut future = Some(self.node(node));
                poll_fn(move |cx| {
                    let Some(running) = &mut future else { return Poll::Pending };
                    let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx)));
                    polled.unwrap_or_else(|panic| {
                        of_script(panic);
                        future = None;
                        Poll::Ready(Err(Fail::Panicked))
                    })
                })
                .await
            }
        }
    }

    async fn join(&self, task: usize) -> Out {
        poll_fn(|cx| match &self.tasks.borrow()[task].output {
            Some(out) => Poll::Ready(out.clone()),
            None => {
                self.joining.borrow_mut().push(cx.waker().clone());
                Poll::Pending
            }
        })
        .await
    }

    async fn body(self: &Rc<Self>, body: &Body) -> Out {
        let now = self.library.now();
        let run = Run { body: body.id, began: now, deadline: self.library.deadline(), ended: now, how: How::Runs };
        let mut running = Running { stage: self.clone(), run: self.runs.borrow().len(), how: How::Dropped };
        self.runs.borrow_mut().push(run);
        for step in &body.steps {
            let out = match step {
                Step::Sleep(time) => {
                    self.library.wait(self.library.now() + time).await;
                    Ok(())
                }
                Step::Block(time) => {
                    self.library.hold_up(*time);
                    Ok(())
                }
                Step::Must(node) => self.node(node).await,
                Step::Hint(node) => {
                    let _ = self.node(node).await;
                    Ok(())
                }
            };
            if out.is_err() {
                running.how = How::Returned;
                return out;
            }
        }
        running.how = How::Returned;
        match body.end {
            End::Fine => Ok(()),
            End::Busy => Err(Fail::Busy),
            End::Broken => Err(Fail::Broken),
            End::Missing => Err(Fail::Missing),
            End::Panics => {
                running.how = How::Panicked;
                panic_any(Scripted)
            }
            End::Hangs => {
                running.how = How::Dropped;
                pending().await
            }
        }
    }
}

/// A panic that is not of the script goes on.
fn of_script(panic: Box<dyn std::any::Any + Send>) {
    let is_poison = |panic: &Box<dyn std::any::Any + Send>| {
        panic.downcast_ref::<&str>().is_some_and(|text| text.contains("inner future panicked during poll"))
    };
    if !panic.is::<Scripted>() && !is_poison(&panic) {
        std::panic::resume_unwind(panic);
    }
}

/// `try_join!`, in this order.
async fn both(futures: Vec<Boxed>) -> Out {
    let mut futures: Vec<_> = futures.into_iter().map(Some).collect();
    poll_fn(move |cx| {
        for slot in &mut futures {
            if let Some(future) = slot {
                if let Poll::Ready(out) = future.as_mut().poll(cx) {
                    *slot = None;
                    if out.is_err() {
                        return Poll::Ready(out);
                    }
                }
            }
        }
        if futures.iter().all(Option::is_none) { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}

/// A run, until it is dropped.
struct Running<L: Library> {
    stage: Rc<Stage<L>>,
    run: usize,
    how: How,
}

impl<L: Library> Drop for Running<L> {
    fn drop(&mut self) {
        let now = self.stage.library.now();
        if let Some(run) = self.stage.runs.borrow_mut().get_mut(self.run) {
            (run.ended, run.how) = (now, self.how);
        }
    }
}
