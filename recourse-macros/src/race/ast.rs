//! What was written, and what it comes to.

use proc_macro2::{Ident, TokenStream};
use std::time::Duration;
use syn::{Expr, Pat, Token};

/// What was written: options before the `;`, branches behind it.
pub(super) struct Ast {
    pub(super) options: Vec<Written>,
    pub(super) branches: Vec<Branch>,
    /// In the place of branches.
    pub(super) over: Option<Over>,
}

/// `for PATTERN in ITEMS => MAKE`
pub(super) struct Over {
    pub(super) word: Token![for],
    pub(super) pattern: Pat,
    pub(super) items: Expr,
    pub(super) make: TokenStream,
}

/// One option, with its name as it was written.
pub(super) struct Written {
    pub(super) name: Ident,
    pub(super) value: OptionValue,
}

pub(super) enum OptionValue {
    Stagger(Schedule),
    MinGap(Time),
    Deadline(Time),
    Max(Expr),
    Fair,
    First,
    PanicsLose,
}

pub(super) enum Schedule {
    /// One gap, or any expression of the user's.
    One(Time),
    List(Vec<Time>),
    Exp {
        first: Time,
        factor: Box<Expr>,
        max: Time,
    },
}

/// `250ms`, or an expression.
pub(super) enum Time {
    Literal(Duration),
    Given(Box<Expr>),
}

/// `[name =] EXPR [after DUR] [if EXPR] [=> MAP]`
pub(super) struct Branch {
    pub(super) name: Option<Ident>,
    pub(super) expression: TokenStream,
    pub(super) after: Option<Time>,
    pub(super) condition: Option<Expr>,
    pub(super) map: Option<Expr>,
}

/// What can be expanded: 1 to 16 branches, all of them named or none, every option at most once.
#[derive(Default)]
pub(super) struct Model {
    pub(super) stagger: Option<Schedule>,
    pub(super) min_gap: Option<Time>,
    pub(super) deadline: Option<Time>,
    pub(super) fair: bool,
    pub(super) first: bool,
    pub(super) panics_lose: bool,
    pub(super) branches: Vec<Branch>,
    pub(super) over: Option<(Over, Slots)>,
}

/// Where those that run at the same time are.
pub(super) enum Slots {
    /// So many, in the race itself.
    Inline(usize),
    /// As many as this value says, on the heap.
    Heap(Expr),
}
