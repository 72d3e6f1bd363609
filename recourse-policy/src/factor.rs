//! The growth factor of an exponential delay.

use std::fmt;

/// A growth factor with three decimals, `1.000` to `10.000`. Kept in thousandths, so that factors can be compared and are never NaN.
///
/// ```
/// use recourse_policy::Factor;
///
/// assert_eq!(Factor::new(1.5), Factor::from_thousandths(1_500));
/// assert_eq!(Factor::new(2.0).thousandths(), 2_000);
/// assert_eq!(Factor::new(1.25).to_string(), "x1.25");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Factor(u32);

impl Factor {
    /// The factor that doubles.
    pub const TWO: Self = Self(2_000);

    /// Creates a factor from a number, rounded to thousandths. NaN becomes 0 and infinity the largest value, both out of bounds.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from a float saturates, NaN becomes 0"
    )]
    pub const fn new(factor: f64) -> Self {
        Self((factor * 1_000.0 + 0.5) as u32)
    }

    /// Creates a factor from thousandths: `1500` is x1.5.
    #[must_use]
    pub const fn from_thousandths(thousandths: u32) -> Self {
        Self(thousandths)
    }

    /// Returns the factor in thousandths: `1500` for x1.5.
    pub const fn thousandths(self) -> u32 {
        self.0
    }
}

/// Writes the factor as a policy text has it: `x2`, `x1.5`.
impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.thousandths() / 1_000, self.thousandths() % 1_000);
        if decimals == 0 {
            return write!(f, "x{whole}");
        }
        let digits = format!("{decimals:03}");
        write!(f, "x{whole}.{}", digits.trim_end_matches('0'))
    }
}
