//! The tree of a TOML document.

use super::{Member, Node, TreeFault, TreeFaultKind, Value};
use std::{borrow::Cow, ops::Range};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Error};

/// Reads a document. The tree has what could be read in spite of the faults.
pub(in crate::document) fn read(text: &str, max_depth: usize) -> (Node<'_>, Vec<TreeFault>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<TreeFault> = errors.iter().map(|error| fault(error, text)).collect();
    // After a first fault of syntax the parser finds others that are none, where it goes on in the middle of a value.
    if let Some(first) = faults.iter().position(|fault| fault.kind != TreeFaultKind::Duplicate) {
        let first = faults.remove(first);
        faults.retain(|fault| fault.kind == TreeFaultKind::Duplicate);
        faults.push(first);
    }
    let mut tree = Tree { text, max_depth, faults };
    let root = Node { span: 0..text.len(), value: tree.table(table.into_inner(), 1) };
    (root, tree.faults)
}

fn fault(error: &Error, text: &str) -> TreeFault {
    let message = error.message();
    let kind = match message {
        "duplicate key" => TreeFaultKind::Duplicate,
        // Limits of the parser, which are above any bound that makes sense.
        "recursion limit" | "cannot recurse further; max recursion depth met" => TreeFaultKind::TooDeep,
        _ => TreeFaultKind::Syntax,
    };
    let message = if kind == TreeFaultKind::TooDeep { "tables are nested far too deep" } else { message };
    let span = error.span().unwrap_or(0..text.len().min(1));
    TreeFault { kind, span, message: message.trim().replace('\n', ", ") }
}

struct Tree<'a> {
    text: &'a str,
    max_depth: usize,
    faults: Vec<TreeFault>,
}

impl<'a> Tree<'a> {
    fn table(&mut self, table: DeTable<'a>, depth: usize) -> Value<'a> {
        let mut members: Vec<Member<'a>> = Vec::with_capacity(table.len());
        for (name, value) in table {
            let (span, name) = (name.span(), cow(name.into_inner()));
            members.push(Member { name, span, node: self.node(value, depth + 1) });
        }
        // The parser sorts by name; faults and entries come in the order of the text.
        members.sort_by_key(|member| member.span.start);
        Value::Table(members)
    }

    fn node(&mut self, value: Spanned<DeValue<'a>>, depth: usize) -> Node<'a> {
        let span = value.span();
        let value = match value.into_inner() {
            DeValue::String(text) => self.text(cow(text), &span),
            DeValue::Integer(number) if number.radix() == 10 => Value::Whole(number.as_str().to_owned().into()),
            DeValue::Integer(number) => match u64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::Whole(number.to_string().into()),
                Err(_) => Value::Number(self.written(&span)),
            },
            DeValue::Float(_) => Value::Number(self.written(&span)),
            DeValue::Boolean(flag) => Value::Flag(flag),
            DeValue::Datetime(_) => Value::Date,
            DeValue::Array(_) => Value::Array,
            DeValue::Table(table) if depth <= self.max_depth => self.table(table, depth),
            DeValue::Table(_) => {
                let message = format!("tables are nested deeper than {} levels", self.max_depth);
                self.faults.push(TreeFault { kind: TreeFaultKind::TooDeep, span: span.clone(), message });
                Value::Null
            }
        };
        Node { span, value }
    }

    fn text(&self, text: Cow<'a, str>, span: &Range<usize>) -> Value<'a> {
        let start = span.start + 1;
        let plain = self.text.get(start..start + text.len()) == Some(&*text);
        Value::Text { text, start: plain.then_some(start) }
    }

    fn written(&self, span: &Range<usize>) -> Cow<'a, str> {
        self.text.get(span.clone()).unwrap_or_default().into()
    }
}

fn cow(text: DeString<'_>) -> Cow<'_, str> {
    text
}
