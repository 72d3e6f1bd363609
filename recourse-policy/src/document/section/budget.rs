//! The budget section, also the one inside of the hedge section.

use super::{Name, Named, is_name, text};
use crate::BudgetPolicy;
use crate::bounds::BudgetRules;
use crate::document::fields::Fields;
use crate::document::kind::FaultKind;
use crate::document::reading::Reading;
use crate::document::tree::{Node, Value};

pub(in crate::document) const FIELDS: [&str; 2] = ["percent", "per_second"];

const ALLOWED: &str =
    "`none`, `defaults`, or `N% [+ N/s]`, or a table with percent and per_second, or the name of a registered budget";

/// Reads the section: a text, a table, or the name of a registered budget. `field` is `budget` or `hedge.budget`.
pub(in crate::document) fn budget(
    node: &Node<'_>,
    field: &'static str,
    rules: &'static BudgetRules,
    reading: &mut Reading,
) -> Option<Named<BudgetPolicy>> {
    reading.place(field, node);
    let members = match &node.value {
        Value::Text { text: written, .. } if is_name(written) && written != "none" && written != "defaults" => {
            return Some(Named::Name(Name { text: written.to_string(), span: node.span.clone(), field }));
        }
        Value::Text { text: written, .. } => {
            let policy = text(node, written, ALLOWED, reading)?;
            // In a hedge section the word means the default of hedging.
            let policy =
                if field != "budget" && written.trim() == "defaults" { BudgetPolicy::hedge_defaults() } else { policy };
            return Some(Named::Policy(policy));
        }
        Value::Table(members) => members,
        _ => {
            reading.no(node, field, "a text or a table of fields", ALLOWED, "write such as \"20% + 10/s\"");
            return None;
        }
    };
    let fields = Fields::new(field, members, &FIELDS, reading);
    let percent = fields.get("percent").map(|node| reading.count(node, rules.percent));
    let per_second = fields.get("per_second").map(|node| reading.count(node, rules.per_second));
    if percent.is_none() && per_second.is_none() {
        let says = "a budget has a share, a floor, or both";
        let instead = "write `percent`, `per_second`, or \"none\" for no limit";
        reading.find(FaultKind::Missing, node.span.clone(), field, (node.shown(), ALLOWED), says, instead);
        return None;
    }
    let policy = BudgetPolicy::percent(percent.unwrap_or(Some(0))?).per_second(per_second.unwrap_or(Some(0))?);
    Some(Named::Policy(policy))
}
