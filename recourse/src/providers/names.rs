//! The names that documents may use, and what they stand for.

use crate::budget::Budget;
use crate::hedge::{Trigger, TriggerRegistry};
use crate::sync::Arc;
use recourse_policy::document::{NameKind, Names};
use recourse_policy::{BudgetPolicy, Key};
use std::collections::BTreeMap;

/// What a name of a document stands for.
#[derive(Clone, Debug)]
pub(super) enum Named {
    Trigger(Arc<dyn Trigger>),
    Budget(&'static dyn Budget),
}

impl Named {
    pub(super) fn trigger(&self) -> Option<Arc<dyn Trigger>> {
        match self {
            Self::Trigger(trigger) => Some(trigger.clone()),
            Self::Budget(_) => None,
        }
    }

    pub(super) fn budget(&self) -> Option<&'static dyn Budget> {
        match self {
            Self::Trigger(_) => None,
            Self::Budget(budget) => Some(*budget),
        }
    }
}

/// The names that the documents of a provider may use.
#[derive(Clone, Debug)]
pub(super) struct PolicyNames {
    /// How a trigger and a budget get a name, for messages.
    instead: [&'static str; 2],
    triggers: Option<&'static TriggerRegistry>,
    budgets: BTreeMap<Key, &'static dyn Budget>,
}

impl PolicyNames {
    /// Creates names of which there are none yet. `instead` says how a trigger gets a name, and how a budget does.
    pub(super) const fn new(instead: [&'static str; 2]) -> Self {
        Self { instead, triggers: None, budgets: BTreeMap::new() }
    }

    pub(super) fn set_triggers(&mut self, triggers: &'static TriggerRegistry) {
        self.triggers = Some(triggers);
    }

    /// Adds a budget, or says why it cannot have the name.
    pub(super) fn add_budget(&mut self, name: &str, budget: &'static dyn Budget) -> Result<(), String> {
        let key = Key::parse(name).map_err(|error| format!("budget: not a name for a budget: {error}"))?;
        if name.parse::<BudgetPolicy>().is_ok() {
            return Err(format!("budget: `{name}` is a budget text already; give the budget another name"));
        }
        match self.budgets.insert(key, budget) {
            Some(_) => Err(format!("budget: `{name}` is there twice; give one of the budgets another name")),
            None => Ok(()),
        }
    }
}

impl Names for PolicyNames {
    type Handle = Named;

    fn resolve(&self, kind: NameKind, name: &str) -> Option<Named> {
        match kind {
            NameKind::Trigger => self.triggers?.get(name).map(Named::Trigger),
            NameKind::Budget => self.budgets.get(name).copied().map(Named::Budget),
            _ => None,
        }
    }

    fn names(&self, kind: NameKind) -> Vec<String> {
        let texts = |key: &Key| key.to_string();
        match kind {
            NameKind::Trigger => self.triggers.map_or_else(Vec::new, |it| it.names().iter().map(texts).collect()),
            NameKind::Budget => self.budgets.keys().map(texts).collect(),
            _ => Vec::new(),
        }
    }

    fn instead(&self, kind: NameKind) -> Option<&'static str> {
        Some(match kind {
            NameKind::Trigger => self.instead[0],
            NameKind::Budget => self.instead[1],
            _ => {
                "leave it out, since a classifier knows the types of its function; name it in the attribute, as in `classify = path`"
            }
        })
    }
}
