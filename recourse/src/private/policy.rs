//! What `policy = PATH` says to a constant of another type.
//!
//! # Design notes
//!
//! A site is a static, so its policy is made by `const fn`s, which can ask no trait for a conversion, and rustc says of a wrong type no more
//! than what it expected. So the expansion calls `over`, a method that a [`Policy`] has itself. For any other type, the method of this trait is
//! found, and its condition has words of its own.

use recourse_policy::Policy;

/// The type of what `policy` names.
#[diagnostic::on_unimplemented(
    message = "`policy` takes a `Policy`, and this is a `{Self}`",
    label = "not a `Policy`",
    note = "a part of a policy goes into the option of its name, as in `retry = READS`, or into a whole one: `Policy::new().retry(READS)`"
)]
pub trait WholePolicy {}

impl WholePolicy for Policy {}

/// A method that everything has, and nothing can call but a policy, whose own comes first.
pub trait OtherThanPolicy: Sized {
    /// Returns `below`.
    fn over(self, below: Policy) -> Policy
    where
        Self: WholePolicy,
    {
        below
    }
}

impl<T> OtherThanPolicy for T {}
