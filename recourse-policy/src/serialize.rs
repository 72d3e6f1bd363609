//! Policies in force, as serde's formats write them: for operators, and not to be read back.
//!
//! Sections are written as their texts, as in a document; so are durations (`"1.5s"`), everywhere.

use crate::{Change, Conflict, Effective, Origin, Section, Source, Sources};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

/// Writes the name: `attribute`, `file`.
impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Writes the name of the section in a document.
impl Serialize for Section {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Writes the fields `origin` and `place`.
impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Source", 2)?;
        fields.serialize_field("origin", &self.origin)?;
        fields.serialize_field("place", &self.place.as_deref())?;
        fields.end()
    }
}

/// Writes a map from each section to its source.
impl Serialize for Sources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sections = serializer.serialize_map(Some(self.iter().count()))?;
        self.iter().try_for_each(|(section, source)| sections.serialize_entry(section.name(), source))?;
        sections.end()
    }
}

/// Writes the fields.
impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { field, from, to, reason } = self;
        let mut fields = serializer.serialize_struct("Change", 4)?;
        fields.serialize_field("field", field)?;
        fields.serialize_field("from", from)?;
        fields.serialize_field("to", to)?;
        fields.serialize_field("reason", reason)?;
        fields.end()
    }
}

/// Writes the fields.
impl Serialize for Conflict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { keys, message, is_note } = self;
        let mut fields = serializer.serialize_struct("Conflict", 3)?;
        fields.serialize_field("keys", keys)?;
        fields.serialize_field("message", message)?;
        fields.serialize_field("is_note", is_note)?;
        fields.end()
    }
}

/// Writes the fields; the policy as the texts of its sections.
impl Serialize for Effective {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { policy, origin, sources, changes, conflicts } = self;
        let mut fields = serializer.serialize_struct("Effective", 5)?;
        fields.serialize_field("policy", policy)?;
        fields.serialize_field("origin", origin)?;
        fields.serialize_field("sources", sources)?;
        fields.serialize_field("changes", changes)?;
        fields.serialize_field("conflicts", conflicts)?;
        fields.end()
    }
}
