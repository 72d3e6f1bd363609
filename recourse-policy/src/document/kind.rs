//! The kinds of faults and reports.

use std::fmt;

/// The kinds of faults and reports. [`FaultKind::code`] is stable, for programs.
///
/// ```
/// use recourse_policy::document::FaultKind;
///
/// assert_eq!(FaultKind::Clamped.code(), "clamped");
/// assert!(!FaultKind::Clamped.refuses() && FaultKind::Syntax.refuses());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// The document has more bytes, levels or keys than the operator's bounds allow.
    TooLarge,
    /// The document is not UTF-8, or begins with a byte order mark.
    Encoding,
    /// The text is not TOML, or not JSON.
    Syntax,
    /// The document says nothing: it may be a file that was cut off.
    Empty,
    /// A key, a field or a table that is there twice.
    Duplicate,
    /// A value of another type than the field has.
    WrongType,
    /// A field that there is not.
    UnknownField,
    /// The name of a trigger, a budget or a classifier that is not registered.
    UnknownName,
    /// A field or a key that has to be there.
    Missing,
    /// A text that is no key and no pattern.
    Key,
    /// A key other than the one that the document was asked for.
    OtherKey,
    /// A text that cannot be read: a word, a number or a duration.
    Text,
    /// A number that is not finite, negative, or larger than any policy can hold.
    Number,
    /// Fields that exclude each other.
    Combination,
    /// A report: a value was out of bounds, and was clamped.
    Clamped,
    /// A report: a part of the policy can never happen.
    Conflict,
    /// A report: a field was ignored, because the document names a newer schema.
    Ignored,
}

impl FaultKind {
    /// Returns the name of the kind, in `snake_case`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Encoding => "encoding",
            Self::Syntax => "syntax",
            Self::Empty => "empty",
            Self::Duplicate => "duplicate",
            Self::WrongType => "wrong_type",
            Self::UnknownField => "unknown_field",
            Self::UnknownName => "unknown_name",
            Self::Missing => "missing",
            Self::Key => "key",
            Self::OtherKey => "other_key",
            Self::Text => "text",
            Self::Number => "number",
            Self::Combination => "combination",
            Self::Clamped => "clamped",
            Self::Conflict => "conflict",
            Self::Ignored => "ignored",
        }
    }

    /// Returns true if a fault of this kind refuses the document. The others are reports: the document is used all the same.
    pub const fn refuses(self) -> bool {
        !matches!(self, Self::Clamped | Self::Conflict | Self::Ignored)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}
