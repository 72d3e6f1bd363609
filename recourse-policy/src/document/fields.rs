//! The fields of a section that is written as a table.

use super::kind::FaultKind;
use super::reading::Reading;
use super::tree::{Member, Node};

/// The members of a table, all of them known.
pub(super) struct Fields<'n, 'a> {
    section: &'static str,
    members: &'n [Member<'a>],
}

impl<'n, 'a> Fields<'n, 'a> {
    /// Takes the members, and reports those that there are not. `names` are the allowed ones.
    pub(super) fn new(
        section: &'static str,
        members: &'n [Member<'a>],
        names: &[&'static str],
        reading: &mut Reading,
    ) -> Self {
        for member in members.iter().filter(|member| !names.contains(&&*member.name)) {
            reading.unknown(member, section, names);
        }
        Self { section, members }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'n Node<'a>> {
        self.members.iter().find(|member| member.name == name).map(|member| &member.node)
    }

    /// Reports fields that have no meaning beside another one.
    pub(super) fn exclude(&self, names: &[&str], beside: &str, reading: &mut Reading) {
        for member in self.members.iter().filter(|member| names.contains(&&*member.name)) {
            let field = format!("{}.{}", self.section, member.name);
            let says = format!("`{}` has no meaning beside {beside}", member.name);
            let value = (member.node.shown(), "");
            reading.find(FaultKind::Combination, member.span.clone(), &field, value, says, "leave one of them out");
        }
    }
}
