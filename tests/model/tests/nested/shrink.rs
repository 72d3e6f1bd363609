//! Makes a nesting that differs as small as it can be: tries one small change after another, and keeps those under which it still differs.

use crate::script::{Body, Call, End, Entrance, Node, Policy, Race, Script, Step};
use std::rc::Rc;

/// Returns the smallest script that was found for which `fails`.
pub(crate) fn shrink(script: Script, fails: impl Fn(&Script) -> bool) -> Script {
    recourse_tests_model::shrink(script, smaller, fails)
}

fn smaller(script: &Script) -> Vec<Script> {
    let mut all: Vec<Script> =
        nodes(&script.root).into_iter().map(|root| Script { root, shared: script.shared.clone() }).collect();
    for slot in 0..script.shared.len() {
        all.extend(nodes(&script.shared[slot]).into_iter().map(|node| {
            let mut script = script.clone();
            script.shared[slot] = node;
            script
        }));
    }
    all
}

/// All nodes that are one step smaller: a part of this one, or this one with a smaller part.
fn nodes(node: &Rc<Node>) -> Vec<Rc<Node>> {
    let in_place = |part: &Rc<Node>, whole: &dyn Fn(Rc<Node>) -> Node| -> Vec<Rc<Node>> {
        nodes(part).into_iter().map(|part| Rc::new(whole(part))).collect()
    };
    match &**node {
        Node::Body(body) => bodies(body).into_iter().map(|body| Rc::new(Node::Body(body))).chain(parts(body)).collect(),
        Node::Call(call) => {
            calls(call).into_iter().map(|it| Rc::new(Node::Call(Rc::new(it)))).chain(call.attempts.clone()).collect()
        }
        Node::Race(race) => {
            let mut all = race.branches.clone();
            for at in 0..race.branches.len() {
                all.extend(in_place(&race.branches[at], &|part| {
                    let mut race = race.clone();
                    race.branches[at] = part;
                    Node::Race(race)
                }));
            }
            let changes: [fn(&mut Race); 3] =
                [|race| race.stagger = None, |race| race.deadline = None, |race| race.panics_lose = false];
            all.extend(changes.into_iter().map(|change| {
                let mut race = race.clone();
                change(&mut race);
                Rc::new(Node::Race(race))
            }));
            if race.branches.len() > 2 {
                all.extend((0..race.branches.len()).map(|at| {
                    let mut race = race.clone();
                    race.branches.remove(at);
                    Rc::new(Node::Race(race))
                }));
            }
            all
        }
        Node::Within(time, inner) => {
            [inner.clone()].into_iter().chain(in_place(inner, &|part| Node::Within(*time, part))).collect()
        }
        Node::Patience(time, inner) => {
            [inner.clone()].into_iter().chain(in_place(inner, &|part| Node::Patience(*time, part))).collect()
        }
        Node::Catch(inner) => [inner.clone()].into_iter().chain(in_place(inner, &Node::Catch)).collect(),
        Node::Spawn { along, joined, node: inner } => {
            let (along, joined) = (*along, *joined);
            let whole = |node| Node::Spawn { along, joined, node };
            [inner.clone()].into_iter().chain(in_place(inner, &whole)).collect()
        }
        Node::Shared(_) => Vec::new(),
        Node::Local { main, task } => {
            let mains = in_place(main, &|main| Node::Local { main, task: task.clone() });
            let tasks = in_place(task, &|task| Node::Local { main: main.clone(), task });
            [main.clone(), task.clone()].into_iter().chain(mains).chain(tasks).collect()
        }
        Node::Both(all) => {
            all.iter().cloned().chain(lists(all).into_iter().map(|all| Rc::new(Node::Both(all)))).collect()
        }
    }
}

/// All lists with a smaller node in the place of one.
fn lists(nodes_: &[Rc<Node>]) -> Vec<Vec<Rc<Node>>> {
    let mut all = Vec::new();
    for at in 0..nodes_.len() {
        all.extend(nodes(&nodes_[at]).into_iter().map(|node| {
            let mut list = nodes_.to_vec();
            list[at] = node;
            list
        }));
    }
    all
}

/// What a body awaits.
fn parts(body: &Body) -> impl Iterator<Item = Rc<Node>> + '_ {
    body.steps.iter().filter_map(|step| match step {
        Step::Must(node) | Step::Hint(node) => Some(node.clone()),
        Step::Sleep(_) | Step::Block(_) => None,
    })
}

fn bodies(body: &Body) -> Vec<Body> {
    let mut all = Vec::new();
    for at in 0..body.steps.len() {
        let with = |step: Option<Step>| {
            let mut body = body.clone();
            drop(body.steps.splice(at..=at, step));
            body
        };
        all.push(with(None));
        match &body.steps[at] {
            Step::Must(node) => all.extend(nodes(node).into_iter().map(|node| with(Some(Step::Must(node))))),
            Step::Hint(node) => all.extend(nodes(node).into_iter().map(|node| with(Some(Step::Hint(node))))),
            Step::Sleep(_) | Step::Block(_) => {}
        }
    }
    let simpler = [End::Fine, End::Busy].into_iter().take_while(|end| *end != body.end);
    all.extend(simpler.map(|end| Body { end, ..body.clone() }));
    all
}

fn calls(call: &Call) -> Vec<Call> {
    let mut all: Vec<Call> =
        lists(&call.attempts).into_iter().map(|attempts| Call { attempts, ..call.clone() }).collect();
    if call.attempts.len() > 1 {
        all.extend(call.attempts.iter().map(|one| Call { attempts: vec![one.clone()], ..call.clone() }));
    }
    if !matches!(call.entrance, Entrance::Fixed(_)) {
        let changes: [fn(&mut Policy); 6] = [
            |policy| policy.hedge = None,
            |policy| policy.timeout = None,
            |policy| policy.attempt_timeout = None,
            |policy| policy.over_nested = false,
            |policy| policy.delay = 0,
            |policy| policy.attempts = policy.attempts.min(if policy.over_nested { 2 } else { 1 }),
        ];
        all.extend(changes.into_iter().map(|change| {
            let mut call = call.clone();
            change(&mut call.policy);
            call
        }));
    }
    // A closure can do what the others can; but not the other way round.
    if call.entrance != Entrance::Closure {
        all.push(Call { entrance: Entrance::Closure, ..call.clone() });
    }
    all
}
