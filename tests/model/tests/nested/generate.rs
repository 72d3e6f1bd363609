//! Makes nestings by lot.
//!
//! Times are whole milliseconds from a short list, so that many things happen at once, and some a millisecond before.

use crate::engine::POLICIES;
use crate::lots::Lots;
use crate::script::{Body, Call, End, Entrance, Ms, Node, Policy, Race, Script, Step};
use std::rc::Rc;

const TIMES: [Ms; 12] = [1, 5, 9, 10, 10, 20, 20, 30, 50, 50, 51, 100];

/// How deep a nesting is.
const DEPTH: u32 = 4;
/// After so many nodes only leaves follow.
const NODES: u32 = 40;
/// The number of futures that are shared.
const SHARED: usize = 2;

/// A script.
pub(crate) fn script(seed: u64) -> Script {
    let mut lots = Lots::new(seed);
    let blocks = lots.chance(12);
    let style = Style {
        fails: lots.pick(&[10, 30, 50, 80]),
        panics: lots.pick(&[0, 0, 0, 10]),
        hangs: lots.pick(&[0, 5, 15]),
        blocks,
        // Local tasks are polled only when they are woken. The model polls them always, which is the same unless the thread was held up.
        locals: !blocks,
        hedges: lots.chance(40),
        timeouts: lots.pick(&[20, 50, 80]),
    };
    let mut made = Making { lots, style, nodes: 0, next: 0, first_shared: SHARED };
    let mut shared = Vec::new();
    for slot in (0..SHARED).rev() {
        (made.first_shared, made.nodes) = (slot + 1, NODES - 6);
        shared.push(made.node(2));
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

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// Mostly a call, sometimes under a deadline, sometimes a body with several.
    fn outermost(&mut self) -> Rc<Node> {
        match self.lots.up_to(9) {
            0..=3 => self.call(0),
            4..=5 => {
                let time = self.time();
                let call = self.call(0);
                Rc::new(Node::Within(time, call))
            }
            _ => self.body(0),
        }
    }

    fn node(&mut self, depth: u32) -> Rc<Node> {
        self.nodes += 1;
        if depth >= DEPTH || self.nodes > NODES {
            return self.leaf();
        }
        let inner = depth + 1;
        match self.lots.up_to(99) {
            0..=44 => self.call(depth),
            45..=59 => self.body(depth),
            60..=67 => {
                let nodes = (0..2).map(|_| self.node(inner)).collect();
                Rc::new(Node::Both(nodes))
            }
            68..=75 => self.race(depth),
            76..=81 => Rc::new(Node::Within(self.time(), self.node(inner))),
            82..=85 => Rc::new(Node::Patience(self.time(), self.node(inner))),
            86..=88 => Rc::new(Node::Catch(self.node(inner))),
            89..=93 => {
                let (along, joined) = (self.lots.chance(50), self.lots.chance(70));
                Rc::new(Node::Spawn { along, joined, node: self.node(inner) })
            }
            94..=97 if self.first_shared < SHARED => {
                let last = SHARED - 1 - self.first_shared;
                Rc::new(Node::Shared(self.first_shared + usize::from(last > 0 && self.lots.chance(50))))
            }
            _ if self.style.locals => Rc::new(Node::Local { main: self.body(inner), task: self.node(inner) }),
            _ => self.leaf(),
        }
    }

    /// A body that makes no calls.
    fn leaf(&mut self) -> Rc<Node> {
        let mut steps = Vec::new();
        if self.style.blocks && self.lots.chance(15) {
            steps.push(Step::Block(self.time()));
        }
        if self.lots.chance(65) {
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
        let mut steps = Vec::new();
        for _ in 0..if depth < 3 { 1 + self.lots.up_to(3) } else { self.lots.up_to(2) } {
            let step = match self.lots.up_to(9) {
                0..=2 => Step::Sleep(self.time()),
                3 if self.style.blocks => Step::Block(self.time()),
                3..=5 => Step::Must(self.node(depth + 1)),
                _ => Step::Hint(self.node(depth + 1)),
            };
            steps.push(step);
        }
        // What a body ends with matters less often than what it awaits.
        let end = if self.lots.chance(50) { End::Fine } else { self.end() };
        Rc::new(Node::Body(Body { id: self.number(), steps, end }))
    }

    fn race(&mut self, depth: u32) -> Rc<Node> {
        let over = self.lots.chance(30);
        let branches = (0..if over { 3 } else { 2 }).map(|_| self.node(depth + 1)).collect();
        let stagger = (!over && self.lots.chance(30)).then(|| self.time());
        let deadline = self.lots.chance(50).then(|| self.time());
        Rc::new(Node::Race(Race { branches, stagger, deadline, panics_lose: self.lots.chance(20) }))
    }

    fn call(&mut self, depth: u32) -> Rc<Node> {
        let entrance = match self.lots.up_to(9) {
            0..=2 => Entrance::Closure,
            3 => Entrance::Layer,
            4 => Entrance::Function,
            5 if self.style.hedges => Entrance::Hedged,
            5..=6 => Entrance::Ignoring,
            _ => Entrance::Fixed(usize::try_from(self.lots.up_to(POLICIES.len() as u64 - 1)).expect("an index")),
        };
        let (policy, opaque) = match entrance {
            Entrance::Fixed(number) => POLICIES[number],
            Entrance::Closure | Entrance::Layer => (self.policy(true), self.lots.chance(70)),
            _ => (self.policy(entrance == Entrance::Hedged), true),
        };
        let attempts = (0..=self.lots.up_to(1))
            .map(|_| if depth < 3 && self.lots.chance(50) { self.body(depth + 1) } else { self.node(depth + 1) })
            .collect();
        Rc::new(Node::Call(Rc::new(Call { id: self.number(), entrance, policy, opaque, attempts })))
    }

    fn policy(&mut self, may_hedge: bool) -> Policy {
        let attempts = self.lots.pick(&[1, 2, 2, 3]);
        let timeout = self.lots.chance(self.style.timeouts).then(|| self.time());
        Policy {
            attempts,
            delay: self.lots.pick(&[0, 0, 1, 5, 10, 20]),
            over_nested: attempts > 1 && self.lots.chance(15),
            timeout,
            attempt_timeout: self.lots.chance(30).then(|| self.time()),
            hedge: (may_hedge && self.style.hedges && self.lots.chance(50))
                .then(|| (self.time(), self.lots.pick(&[1, 2]))),
        }
    }
}
