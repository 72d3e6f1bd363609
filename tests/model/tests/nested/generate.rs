//! Makes nestings by lot.
//!
//! Times are whole milliseconds from a short list, so that many things happen at once, and some a millisecond before.

use crate::engine::POLICIES;
use crate::lots::Lots;
use crate::script::{Body, Call, End, Entrance, Ms, Node, Policy, Race, Script, Step};
use std::rc::Rc;

const TIMES: [Ms; 10] = [1, 5, 9, 10, 10, 20, 20, 30, 50, 100];
const LIMITS: [Ms; 10] = [9, 10, 20, 20, 20, 50, 50, 51, 100, 100];

/// How deep a nesting is.
const DEPTH: u32 = 4;
/// After so many nodes only leaves follow.
const NODES: u32 = 60;
/// The number of futures that are shared.
const SHARED: usize = 2;

/// A script.
pub(crate) fn script(seed: u64) -> Script {
    let mut lots = Lots::new(seed);
    let blocks = lots.chance(12);
    let style = Style {
        fails: lots.pick(&[10, 30, 50, 80]),
        panics: lots.pick(&[0, 0, 0, 40]),
        hangs: lots.pick(&[0, 0, 5, 15]),
        blocks,
        // Local tasks are polled only when they are woken. The model polls them always, which is the same unless the thread was held up.
        locals: !blocks,
        hedges: lots.chance(50),
        timeouts: lots.pick(&[20, 50, 80]),
        // Whole nestings of functions whose calls begin without a state, and some in which nobody waits.
        shares: lots.pick(&[4, 4, 25]),
        fixed: lots.pick(&[30, 30, 30, 100]),
        sleeps: lots.pick(&[0, 30, 60, 60]),
    };
    let mut made = Making { lots, style, nodes: 0, next: 0, first_shared: SHARED };
    let mut shared = Vec::new();
    for slot in (0..SHARED).rev() {
        (made.first_shared, made.nodes) = (slot + 1, NODES - 10);
        shared.push(if made.lots.chance(60) { made.call(2) } else { made.node(2) });
    }
    shared.reverse();
    (made.first_shared, made.nodes) = (0, 0);
    let root = made.outermost();
    Script { root, shared }
}

#[derive(Clone, Copy)]
struct Style {
    /// Of a hundred bodies that many fail.
    fails: u64,
    panics: u64,
    hangs: u64,
    blocks: bool,
    locals: bool,
    hedges: bool,
    /// Of a hundred calls that many have a timeout.
    timeouts: u64,
    shares: u64,
    fixed: u64,
    sleeps: u64,
}

struct Making {
    lots: Lots,
    style: Style,
    nodes: u32,
    /// The next number of a body or a call.
    next: u32,
    first_shared: usize,
}

impl Making {
    fn time(&mut self) -> Ms {
        self.lots.pick(&TIMES)
    }

    fn limit(&mut self) -> Ms {
        self.lots.pick(&LIMITS)
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// A call, one under a deadline, or a body that makes several calls whatever becomes of them.
    fn outermost(&mut self) -> Rc<Node> {
        match self.lots.up_to(9) {
            0..=2 => self.call(0),
            3..=4 => {
                let time = self.limit();
                Rc::new(Node::Within(time, self.call(0)))
            }
            5 if self.lots.chance(self.style.shares) => self.shared(),
            _ => {
                let steps = (0..2 + self.lots.up_to(2)).map(|_| Step::Hint(self.call(0))).collect();
                Rc::new(Node::Body(Body { id: self.number(), steps, end: End::Fine }))
            }
        }
    }

    fn node(&mut self, depth: u32) -> Rc<Node> {
        self.nodes += 1;
        if depth >= DEPTH || self.nodes > NODES {
            return self.leaf();
        }
        let inner = depth + 1;
        if self.first_shared < SHARED && self.lots.chance(self.style.shares) {
            return self.shared();
        }
        match self.lots.up_to(99) {
            0..=54 => self.call(depth),
            55..=59 => self.body(depth),
            60..=67 => {
                let nodes = (0..2).map(|_| self.node(inner)).collect();
                Rc::new(Node::Both(nodes))
            }
            68..=75 => self.race(depth),
            76..=81 => Rc::new(Node::Within(self.limit(), self.node(inner))),
            82..=85 => Rc::new(Node::Patience(self.limit(), self.node(inner))),
            86..=88 => Rc::new(Node::Catch(self.node(inner))),
            89..=97 if self.style.panics > 0 => Rc::new(Node::Catch(self.call(depth))),
            89..=93 => {
                let (along, joined) = (self.lots.chance(50), self.lots.chance(70));
                Rc::new(Node::Spawn { along, joined, node: self.node(inner) })
            }
            _ if self.style.locals => Rc::new(Node::Local { main: self.body(inner), task: self.node(inner) }),
            _ => self.leaf(),
        }
    }

    /// A shared future; or one for which two wait, who begin at different times and under different deadlines.
    fn shared(&mut self) -> Rc<Node> {
        let last = SHARED - 1 - self.first_shared;
        let slot = self.first_shared + usize::from(last > 0 && self.lots.chance(50));
        let shared = Rc::new(Node::Shared(slot));
        if self.lots.chance(50) {
            return shared;
        }
        let steps = vec![Step::Sleep(self.time()), Step::Must(shared.clone())];
        let later = Rc::new(Node::Body(Body { id: self.number(), steps, end: End::Fine }));
        let later = Rc::new(Node::Within(self.limit(), later));
        Rc::new(Node::Both(if self.lots.chance(50) { vec![later, shared] } else { vec![shared, later] }))
    }

    /// A body that makes no calls.
    fn leaf(&mut self) -> Rc<Node> {
        let mut steps = Vec::new();
        if self.style.blocks && self.lots.chance(15) {
            steps.push(Step::Block(self.time()));
        }
        if self.lots.chance(self.style.sleeps) {
            steps.push(Step::Sleep(self.time()));
        }
        let end = self.end();
        Rc::new(Node::Body(Body { id: self.number(), steps, end }))
    }

    fn end(&mut self) -> End {
        let Style { fails, panics, hangs, .. } = self.style;
        if self.lots.chance(hangs) {
            End::Hangs
        } else if self.lots.chance(panics) {
            End::Panics
        } else if self.lots.chance(fails) {
            self.lots.pick(&[End::Busy, End::Busy, End::Busy, End::Busy, End::Busy, End::Broken, End::Missing])
        } else {
            End::Fine
        }
    }

    /// A body that awaits this and that.
    fn body(&mut self, depth: u32) -> Rc<Node> {
        if self.style.panics > 0 && depth < 3 && self.lots.chance(25) {
            return self.caught(depth);
        }
        let mut steps = Vec::new();
        for _ in 0..if depth < 3 { 1 + self.lots.up_to(3) } else { self.lots.up_to(2) } {
            let step = match self.lots.up_to(9) {
                0..=2 if self.style.sleeps > 0 => Step::Sleep(self.time()),
                3 if self.style.blocks => Step::Block(self.time()),
                3..=4 => Step::Must(self.node(depth + 1)),
                _ => Step::Hint(self.node(depth + 1)),
            };
            steps.push(step);
        }
        // What a body ends with matters less often than what it awaits.
        let end = if self.lots.chance(50) { End::Fine } else { self.end() };
        Rc::new(Node::Body(Body { id: self.number(), steps, end }))
    }

    /// A body that goes on after a call which has panicked, and in which others had failed before.
    fn caught(&mut self, depth: u32) -> Rc<Node> {
        let steps = vec![Step::Hint(self.call(depth + 2))];
        let panics = Rc::new(Node::Body(Body { id: self.number(), steps, end: End::Panics }));
        let call = self.call_of(vec![panics]);
        let steps = vec![Step::Hint(Rc::new(Node::Catch(call)))];
        let end = self.end();
        Rc::new(Node::Body(Body { id: self.number(), steps, end }))
    }

    fn race(&mut self, depth: u32) -> Rc<Node> {
        let over = self.lots.chance(50);
        let branches = (0..if over { 3 } else { 2 }).map(|_| self.node(depth + 1)).collect();
        let stagger = (!over && self.lots.chance(30)).then(|| self.time());
        let deadline = self.lots.chance(50).then(|| self.limit());
        Rc::new(Node::Race(Race { branches, stagger, deadline, panics_lose: self.lots.chance(20) }))
    }

    fn call(&mut self, depth: u32) -> Rc<Node> {
        let attempts = (0..=self.lots.up_to(1))
            .map(|_| if depth < 3 && self.lots.chance(50) { self.body(depth + 1) } else { self.node(depth + 1) })
            .collect();
        self.call_of(attempts)
    }

    fn call_of(&mut self, attempts: Vec<Rc<Node>>) -> Rc<Node> {
        let entrance = if self.lots.chance(self.style.fixed) {
            Entrance::Fixed(usize::try_from(self.lots.up_to(POLICIES.len() as u64 - 1)).expect("an index"))
        } else {
            match self.lots.up_to(6) {
                0..=2 => Entrance::Closure,
                3 => Entrance::Layer,
                4 if self.style.hedges => Entrance::Hedged,
                4 => Entrance::Function,
                _ => Entrance::Ignoring,
            }
        };
        let (policy, opaque) = match entrance {
            Entrance::Fixed(number) => POLICIES[number],
            Entrance::Closure | Entrance::Layer => (self.policy(true), self.lots.chance(70)),
            _ => (self.policy(entrance == Entrance::Hedged), true),
        };
        Rc::new(Node::Call(Rc::new(Call { id: self.number(), entrance, policy, opaque, attempts })))
    }

    fn policy(&mut self, may_hedge: bool) -> Policy {
        let attempts = self.lots.pick(&[1, 2, 2, 3]);
        let timeout = self.lots.chance(self.style.timeouts).then(|| self.limit());
        Policy {
            attempts,
            delay: self.lots.pick(&[0, 0, 1, 5, 10, 20]),
            over_nested: attempts > 1 && self.lots.chance(15),
            timeout,
            attempt_timeout: self.lots.chance(25).then(|| self.limit()),
            hedge: (may_hedge && self.style.hedges && self.lots.chance(50))
                .then(|| (self.time(), self.lots.pick(&[1, 2]))),
        }
    }
}
