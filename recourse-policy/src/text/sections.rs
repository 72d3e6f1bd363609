//! The two ways to read a section: strictly for the attribute, leniently for documents.

use super::fault::{Read, TextError};
use super::{at_least, budget, circuit, concurrency, hedge, rate, retry};
use crate::{AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, HedgePolicy, RatePolicy, RetryPolicy};
use std::str::FromStr;

mod sealed {
    pub trait Sealed {}
}

/// A section that is written as text: [`RetryPolicy`], [`HedgePolicy`], [`CircuitPolicy`],
/// [`BudgetPolicy`], [`ConcurrencyPolicy`], [`RatePolicy`] and [`AtLeast`].
///
/// ```
/// use recourse_policy::text::Text;
/// use recourse_policy::{CircuitPolicy, HedgePolicy};
///
/// assert_eq!((CircuitPolicy::SECTION, HedgePolicy::SECTION), ("circuit", "hedge"));
/// ```
pub trait Text: Sized + sealed::Sealed {
    /// The name of the section. Each message begins with it.
    const SECTION: &'static str;

    /// Reads a text to its end and collects every fault: what cannot be read, and what is out of bounds.
    ///
    /// ```
    /// use recourse_policy::{BudgetPolicy, text::Text};
    ///
    /// let read = BudgetPolicy::read("200%");
    /// assert_eq!(read.value, Some(BudgetPolicy::percent(200)));
    /// assert!(read.faults[0].is_bound());
    /// ```
    fn read(text: &str) -> Read<Self>;
}

/// Reads a section, and reports every fault at once, including values out of bounds.
///
/// # Errors
///
/// Returns every fault in the order of the text; the list is never empty.
///
/// ```
/// use recourse_policy::{RetryPolicy, text};
///
/// assert_eq!(text::strict("5 attempts"), Ok(RetryPolicy::attempts(5)));
///
/// let faults = text::strict::<RetryPolicy>("0 attempts").unwrap_err();
/// assert_eq!(
///     faults[0].message(),
///     "retry: `0 attempts` is out of bounds: attempts are 1 to 100, and the first one counts; \
///      write `none` for no retry, `forever` for no end"
/// );
/// ```
pub fn strict<T: Text>(text: &str) -> Result<T, Vec<TextError>> {
    let read = T::read(text);
    match read.value {
        Some(value) if read.faults.is_empty() => Ok(value),
        _ => Err(read.faults),
    }
}

/// Reads a section, and reports only what cannot be read.
fn lenient<T: Text>(text: &str) -> Result<T, TextError> {
    let read = T::read(text);
    // If there is no value, there is a fault of grammar. The empty error is never returned; it spares a panic.
    let fault = || read.faults.into_iter().find(|fault| !fault.is_bound());
    read.value.ok_or_else(|| fault().unwrap_or_else(|| TextError::new(0..0, String::new(), false)))
}

macro_rules! sections {
    ($($section:ty = $name:literal, $read:path;)*) => { $(
        impl sealed::Sealed for $section {}

        impl Text for $section {
            const SECTION: &'static str = $name;

            fn read(text: &str) -> Read<Self> {
                $read(text)
            }
        }

        /// Reads the text of the section. Values out of bounds are kept, for `Policy::normalize` to clamp and report.
        impl FromStr for $section {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                lenient(text)
            }
        }
    )* };
}

sections! {
    RetryPolicy = "retry", retry::read;
    HedgePolicy = "hedge", hedge::read;
    CircuitPolicy = "circuit", circuit::read;
    BudgetPolicy = "budget", budget::read;
    ConcurrencyPolicy = "concurrency", concurrency::read;
    RatePolicy = "rate", rate::read;
    AtLeast = "at_least", at_least::read;
}
