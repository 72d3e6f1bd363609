//! The hedge section.

use super::{Name, Named, budget::budget, is_name, optional, text};
use crate::document::fields::Fields;
use crate::document::kind::FaultKind;
use crate::document::reading::Reading;
use crate::document::tree::{Node, Value};
use crate::{HedgePolicy, HedgeWhen, bounds};
use std::time::Duration;

pub(in crate::document) const FIELDS: [&str; 5] = ["trigger", "delay", "max_hedges", "budget", "fail_slow"];

const ALLOWED: &str = "`none`, or `p50` to `p99` `[or D]` or a delay, then `[, at most N] [, budget B] [, fail slow]`, or a table with \
                       trigger, delay, max_hedges, budget and fail_slow";
const TRIGGER: &str = "p50 to p99, none, or the name of a registered trigger";

/// A hedge section, with the names in it.
#[derive(Debug)]
pub(in crate::document) struct Hedge {
    pub(in crate::document) policy: HedgePolicy,
    pub(in crate::document) trigger: Option<Name>,
    pub(in crate::document) budget: Option<Name>,
}

/// Reads the section: a text or a table.
pub(in crate::document) fn hedge(node: &Node<'_>, reading: &mut Reading) -> Option<Hedge> {
    reading.place("hedge", node);
    let members = match &node.value {
        Value::Text { text: written, .. } => {
            return Some(Hedge { policy: text(node, written, ALLOWED, reading)?, trigger: None, budget: None });
        }
        Value::Table(members) => members,
        _ => {
            reading.no(
                node,
                "hedge",
                "a text or a table of fields",
                ALLOWED,
                "write such as \"p99 or 200ms, at most 1\"",
            );
            return None;
        }
    };
    let fields = Fields::new("hedge", members, &FIELDS, reading);
    // Every field is read before any answer, so that all faults are found.
    let delay = fields.get("delay").map(|node| reading.duration(node, bounds::HEDGE_DELAY));
    let trigger = fields.get("trigger").map(|node| read_trigger(node, reading));
    let max_hedges = fields.get("max_hedges").map(|node| reading.count(node, bounds::HEDGES));
    let granted = fields.get("budget").map(|node| budget(node, "hedge.budget", bounds::HEDGE_BUDGET, reading));
    let fail_slow = fields.get("fail_slow").map(|node| reading.flag(node, "hedge.fail_slow"));
    let (trigger, delay) = (optional(trigger)?, optional(delay)?);
    let (when, trigger) = match (trigger, delay) {
        (None, None) => {
            let says = "it does not say when a hedge starts";
            let instead = "write `delay`, or a `trigger` such as \"p99\"";
            reading.find(FaultKind::Missing, node.span.clone(), "hedge", (node.shown(), ALLOWED), says, instead);
            return None;
        }
        (None, Some(delay)) => (HedgeWhen::After(delay), None),
        (Some(trigger), delay) => when(trigger, delay, &fields, reading),
    };
    let mut policy = HedgePolicy { when, ..HedgePolicy::none() };
    if let Some(max_hedges) = max_hedges {
        policy = policy.at_most(max_hedges?);
    }
    let mut shared = None;
    if let Some(granted) = granted {
        match granted? {
            Named::Policy(granted) => policy = policy.budget(granted),
            Named::Name(name) => shared = Some(name),
        }
    }
    if let Some(fail_slow) = fail_slow {
        policy.fail_slow = fail_slow? && policy.when != HedgeWhen::Never;
    }
    Some(Hedge { policy, trigger, budget: shared })
}

/// The trigger of a table.
enum Trigger {
    Never,
    Percentile(u32),
    Name(Name),
}

fn when(
    trigger: Trigger,
    delay: Option<Duration>,
    fields: &Fields<'_, '_>,
    reading: &mut Reading,
) -> (HedgeWhen, Option<Name>) {
    match (trigger, delay) {
        (Trigger::Never, _) => {
            fields.exclude(&["delay", "max_hedges", "budget", "fail_slow"], "a trigger of \"none\"", reading);
            (HedgeWhen::Never, None)
        }
        (Trigger::Percentile(percentile), or) => (HedgeWhen::Percentile { percentile, or }, None),
        // What holds if nobody asks the trigger: the delay, or the most careful percentile.
        (Trigger::Name(name), None) => {
            (HedgeWhen::Percentile { percentile: bounds::PERCENTILE.max, or: None }, Some(name))
        }
        (Trigger::Name(name), Some(delay)) => (HedgeWhen::After(delay), Some(name)),
    }
}

fn read_trigger(node: &Node<'_>, reading: &mut Reading) -> Option<Trigger> {
    let Value::Text { text: written, .. } = &node.value else {
        reading.wrong_type(node, "hedge.trigger", TRIGGER, "write such as \"p99\"");
        return None;
    };
    let percentile = written.strip_prefix('p').and_then(|digits| digits.parse::<u32>().ok());
    if let Some(percentile) = percentile {
        reading.place("hedge.percentile", node);
        return Some(Trigger::Percentile(percentile));
    }
    if written == "none" {
        return Some(Trigger::Never);
    }
    if is_name(written) {
        return Some(Trigger::Name(Name {
            text: written.to_string(),
            span: node.span.clone(),
            field: "hedge.trigger",
        }));
    }
    let instead = match crate::text::duration(written) {
        Ok(_) => format!("write `delay` for a fixed delay: delay = \"{}\"", written.trim()),
        Err(_) => "write such as \"p99\", or `delay` for a fixed delay".to_owned(),
    };
    let says = format!("{} is no trigger", node.shown());
    reading.find(FaultKind::Text, node.span.clone(), "hedge.trigger", (node.shown(), TRIGGER), says, instead);
    None
}
