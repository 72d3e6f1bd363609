//! The kinds of sources of a policy.

use std::fmt;

/// Where the policy of a call comes from, the weakest first: each stands before those that are less.
///
/// ```
/// use recourse_policy::Origin;
///
/// assert!(Origin::Remote > Origin::Attribute, "the stronger one decides");
/// assert_eq!(Origin::File.to_string(), "file");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The defaults, because no policy was written.
    Defaults,
    /// The attribute of the function.
    Attribute,
    /// A policy registered in code.
    Code,
    /// A provider of the program's own.
    Provider,
    /// A file.
    File,
    /// The control plane.
    Remote,
    /// A limit that an operator holds.
    Operator,
    /// The call itself.
    Call,
    /// An operator's kill switch.
    Bypass,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Attribute => "attribute",
            Self::Code => "code",
            Self::Provider => "provider",
            Self::File => "file",
            Self::Remote => "remote",
            Self::Operator => "operator",
            Self::Call => "call",
            Self::Bypass => "bypass",
            Self::Defaults => "defaults",
        })
    }
}
