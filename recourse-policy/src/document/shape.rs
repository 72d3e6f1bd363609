//! The shape of a document: the fields at its top, and its entries.
//!
//! A document of one key has the sections at its top; one of many has a table for each key or pattern. The parts of a key may be nested
//! tables (`[users.get]`), or one name in quotes (`["users.get"]`). A field of an entry ends a key: in `[users.get.retry]`, `retry` is the
//! section of `users.get`.

use super::document::Header;
use super::kind::FaultKind;
use super::reading::{Reading, split};
use super::tree::{Member, Node, Value};
use crate::section::Section;
use crate::{Key, Pattern, limits, quote::Quoted, text::did_you_mean};
use std::ops::Range;

/// The fields of an entry: all sections.
pub(super) const ENTRY: [&str; Section::ALL.len()] = {
    let mut fields = [""; Section::ALL.len()];
    let mut at = 0;
    while at < fields.len() {
        fields[at] = Section::ALL[at].name();
        at += 1;
    }
    fields
};

/// The fields of a document of one key: those of its top, and the sections.
pub(super) const ONE: [&str; HEADER.len() + ENTRY.len()] = {
    let mut fields = [""; HEADER.len() + ENTRY.len()];
    let mut at = 0;
    while at < fields.len() {
        fields[at] = if at < HEADER.len() { HEADER[at] } else { ENTRY[at - HEADER.len()] };
        at += 1;
    }
    fields
};

/// The name of an entry whose key is a fault of its own.
const UNNAMED: &str = "unnamed";

/// The longest name that is looked at: templates may be longer than keys.
const LONGEST: usize = 1_000;

const HEADER: [&str; 3] = ["version", "schema", "key"];

/// An entry that was found: its name, and its members.
#[derive(Debug)]
pub(super) struct Found<'n> {
    pub(super) name: String,
    pub(super) span: Range<usize>,
    pub(super) members: Vec<Member<'n>>,
    /// The allowed fields, for messages.
    pub(super) fields: &'static [&'static str],
}

/// The key that a document was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked<'k> {
    /// Whatever it has.
    Nothing,
    /// This key, if it has the sections of one key and does not say which.
    Unnamed(&'k Key),
    /// This key and no other.
    Only(&'k Key),
    /// This key and no other, and the document has to say so.
    Named(&'k Key),
}

impl<'k> Asked<'k> {
    fn key(self) -> Option<&'k Key> {
        match self {
            Self::Nothing => None,
            Self::Unnamed(key) | Self::Only(key) | Self::Named(key) => Some(key),
        }
    }

    /// Returns the key if the document can have no other.
    fn only(self) -> Option<&'k Key> {
        match self {
            Self::Nothing | Self::Unnamed(_) => None,
            Self::Only(key) | Self::Named(key) => Some(key),
        }
    }
}

/// Returns the fields at the top of a document, and its entries.
pub(super) fn find<'a>(root: Node<'a>, asked: Asked<'_>, reading: &mut Reading) -> (Header, Vec<Found<'a>>) {
    let members = match root.value {
        Value::Table(members) => members,
        value => {
            let root = Node { span: root.span, value };
            let allowed = "an object with the sections of one key, or with an object for each key";
            reading.wrong_type(&root, "", allowed, "write such as {\"users.get\": {\"timeout\": \"2s\"}}");
            return (Header::default(), Vec::new());
        }
    };
    let header = read_header(&members, reading);
    let is_one = |member: &Member<'_>| member.name == "key" || Section::of_name(&member.name).is_some();
    if asked.only().is_some() || members.iter().any(is_one) {
        let entry = one(members, asked, reading);
        return (header, vec![entry]);
    }
    // A file that was cut off, or is being written, must not look like one from which all policies were removed.
    if members.is_empty() {
        let instead = "write `version = 1` if there is no policy";
        reading.find(FaultKind::Empty, 0..0, "", (String::new(), "at least one key"), "the document is empty", instead);
    }
    let mut found = Vec::new();
    for member in members.into_iter().filter(|member| !HEADER.contains(&&*member.name)) {
        match member.node.value {
            Value::Table(members) => entries(&member.name, &member.span, members, &mut found, reading),
            _ if reading.newer || did_you_mean(&member.name, &ONE).is_some() => reading.unknown(&member, "", &ONE),
            _ => {
                let allowed = "a table with the sections of a key";
                reading.wrong_type(&member.node, &member.name, allowed, "write its sections as fields");
            }
        }
    }
    // The parts of a table may be scattered over a TOML document.
    found.sort_by_key(|found| found.span.start);
    (header, found)
}

fn member<'n, 'a>(members: &'n [Member<'a>], name: &str) -> Option<&'n Member<'a>> {
    members.iter().find(|member| member.name == name)
}

fn read_header(members: &[Member<'_>], reading: &mut Reading) -> Header {
    let mut number = |name: &str, least: u64| {
        let node = &member(members, name)?.node;
        let allowed = format!("a whole number from {least}");
        match &node.value {
            Value::Whole(number) => {
                let number = number.parse().ok().filter(|number| *number >= least);
                if number.is_none() {
                    let says = format!("{} is not {allowed}", node.shown());
                    let value = (node.shown(), &*allowed);
                    reading.find(FaultKind::Number, node.span.clone(), name, value, says, "write such as `1`");
                }
                return number;
            }
            Value::Table(_) => {
                let instead = format!("write [\"{name}.get\"] if it is the first part of a key");
                reading.wrong_type(node, name, &allowed, instead);
            }
            _ => reading.wrong_type(node, name, &allowed, "write such as `1`"),
        }
        None
    };
    let header = Header { version: number("version", 0), schema: number("schema", 1) };
    reading.newer = header.schema.is_some_and(|schema| schema > limits::DOCUMENT_SCHEMA);
    header
}

/// Returns the entry of a document of one key.
fn one<'a>(members: Vec<Member<'a>>, asked: Asked<'_>, reading: &mut Reading) -> Found<'a> {
    const ALLOWED: &str = "the key of the document, such as \"users.get\"";
    let (name, span) = match (member(&members, "key"), asked.key()) {
        (Some(Member { node, .. }), _) => {
            if let Value::Text { text, .. } = &node.value {
                if let Some(key) = asked.only().filter(|key| key.as_str() != text) {
                    let says = format!("{} is another key than the document was asked for, `{key}`", node.shown());
                    let or = if matches!(asked, Asked::Named(_)) { "" } else { ", or leave `key` out" };
                    let instead = format!("write \"{key}\"{or}");
                    reading.find(FaultKind::OtherKey, node.span.clone(), "key", (node.shown(), ALLOWED), says, instead);
                }
                (text.to_string(), node.span.clone())
            } else {
                reading.wrong_type(node, "key", ALLOWED, "write the key in quotes");
                // The rest is read all the same, for further faults.
                (UNNAMED.to_owned(), node.span.clone())
            }
        }
        (None, Some(key)) => {
            if let Asked::Named(key) = asked {
                let says = "the document does not say its key, so it may be another one's";
                let instead = format!("write \"key\": \"{key}\"");
                reading.find(FaultKind::Missing, 0..0, "key", (String::new(), ALLOWED), says, instead);
            }
            (key.to_string(), 0..0)
        }
        (None, None) => {
            let says = "sections stand at the top of the document, and nothing says for which key";
            let instead = "write `key`, or a table for each key such as [users.get]";
            let first = members.iter().find(|member| Section::of_name(&member.name).is_some());
            let span = first.map_or(0..0, |member| member.span.clone());
            reading.find(FaultKind::Missing, span, "key", (String::new(), ALLOWED), says, instead);
            (UNNAMED.to_owned(), 0..0)
        }
    };
    let members = members.into_iter().filter(|member| !HEADER.contains(&&*member.name)).collect();
    Found { name, span, members, fields: &ONE }
}

/// Finds the entries in a table and below it.
fn entries<'a>(
    name: &str,
    span: &Range<usize>,
    members: Vec<Member<'a>>,
    found: &mut Vec<Found<'a>>,
    reading: &mut Reading,
) {
    // Names grow from level to level. One that is too long anyway is not copied for each table below it.
    if name.len() > LONGEST {
        let says = format!("{} is longer than any key", Quoted(name));
        let value = (Quoted(name).to_string(), "a key of up to 200 characters");
        return reading.find(FaultKind::Key, span.clone(), "", value, says, "write a shorter name");
    }
    let is_field = |member: &Member<'_>| Section::of_name(&member.name).is_some();
    let is_below = |member: &Member<'_>| !is_field(member) && matches!(member.node.value, Value::Table(_));
    let is_empty = members.is_empty();
    let (below, own): (Vec<_>, Vec<_>) = members.into_iter().partition(is_below);
    if own.iter().any(is_field) || is_empty {
        found.push(Found { name: name.to_owned(), span: span.clone(), members: own, fields: &ENTRY });
    } else if !own.is_empty() {
        no_entry(name, span, &own, reading);
    }
    for member in below {
        if let Value::Table(members) = member.node.value {
            entries(&format!("{name}.{}", member.name), &member.span, members, found, reading);
        }
    }
}

/// Reports a table in which no field is known.
fn no_entry(name: &str, span: &Range<usize>, own: &[Member<'_>], reading: &mut Reading) {
    let last = name.rsplit('.').next().unwrap_or_default();
    if let Some(section) = did_you_mean(last, &ENTRY).filter(|_| !reading.newer) {
        let says = format!("there is no section {}", Quoted(last));
        let value = (Quoted(last).to_string(), "the sections of a policy");
        return reading.find(
            FaultKind::UnknownField,
            span.clone(),
            "",
            value,
            says,
            format!("did you mean `{section}`?"),
        );
    }
    // With a newer schema it may be a section of that schema, so it is no key either.
    for member in own {
        reading.unknown(member, "", &ENTRY);
    }
}

/// Returns the pattern of an entry.
pub(super) fn pattern(found: &Found<'_>, reading: &mut Reading) -> Option<Pattern> {
    const ALLOWED: &str = "a key such as `users.get`, a template such as `t.{tenant}`, `users.*` or `*`";
    let value = || (Quoted(&found.name).to_string(), ALLOWED);
    let last = found.name.rsplit('.').next().unwrap_or_default();
    if ENTRY.contains(&last) {
        let says = format!("`{last}` is the name of a section, and cannot end a key");
        let instead = "write the section below its key, or give the function another key";
        reading.find(FaultKind::Key, found.span.clone(), "", value(), says, instead);
        return None;
    }
    match found.name.parse::<Pattern>() {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let message = error.to_string();
            let (says, instead) = split(message.trim_start_matches("key: "));
            reading.find(FaultKind::Key, found.span.clone(), "", value(), says, instead);
            None
        }
    }
}
