//! What can be said of a nesting without a model.

use crate::script::{Call, Node, Script, Step};
use std::collections::BTreeSet;

/// The bodies that are attempts of calls, by their numbers; none if somebody holds the thread up. What is shared is left out: nobody may poll it.
pub(crate) fn attempts_of(script: &Script) -> BTreeSet<u32> {
    let mut found = Found::default();
    found.walk(&script.root);
    let shared = script.shared.iter().map(|node| {
        let mut found = Found::default();
        found.walk(node);
        found.blocks
    });
    if shared.fold(found.blocks, |one, other| one || other) { BTreeSet::new() } else { found.attempts }
}

#[derive(Default)]
struct Found {
    attempts: BTreeSet<u32>,
    blocks: bool,
}

impl Found {
    fn walk(&mut self, node: &Node) {
        match node {
            Node::Body(body) => {
                for step in &body.steps {
                    match step {
                        Step::Must(node) | Step::Hint(node) => self.walk(node),
                        Step::Block(_) => self.blocks = true,
                        Step::Sleep(_) => {}
                    }
                }
            }
            Node::Call(call) => self.call(call),
            Node::Race(race) => race.branches.iter().for_each(|branch| self.walk(branch)),
            Node::Within(_, node) | Node::Spawn { node, .. } | Node::Patience(_, node) | Node::Catch(node) => {
                self.walk(node);
            }
            Node::Local { main, task } => [main, task].into_iter().for_each(|node| self.walk(node)),
            Node::Both(nodes) => nodes.iter().for_each(|node| self.walk(node)),
            Node::Shared(_) => {}
        }
    }

    fn call(&mut self, call: &Call) {
        for attempt in &call.attempts {
            if let Node::Body(body) = &**attempt {
                self.attempts.insert(body.id);
            }
            self.walk(attempt);
        }
    }
}
