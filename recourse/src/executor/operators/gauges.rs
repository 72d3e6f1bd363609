//! The gauges that were set for an executor.

/// A gauge of the calls of one name, by its labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GaugeSeries {
    pub(crate) metric: &'static str,
    pub(crate) call: String,
    /// The label beside the call, and its value.
    pub(crate) label: Option<(&'static str, &'static str)>,
}
