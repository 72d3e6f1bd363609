//! A race as it was written, [`Ast`], and what it means, [`Model`].
//!
//! Both are built of the same options and branches; they differ in what may be missing, repeated or combined.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use std::time::Duration;
use syn::ext::IdentExt as _;
use syn::{Expr, Pat, Token};

/// The race as it was written: options before the `;`, branches after it.
pub(super) struct Ast {
    pub(super) options: Vec<WrittenOption>,
    pub(super) branches: Vec<Branch>,
    /// An iterator, instead of branches.
    pub(super) over: Option<OverIterator>,
}

/// `for PATTERN in ITEMS => MAKE`
pub(super) struct OverIterator {
    pub(super) word: Token![for],
    pub(super) pattern: Pat,
    pub(super) items: Expr,
    pub(super) make: TokenStream,
}

/// One option, with its name as it was written.
pub(super) struct WrittenOption {
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
    /// `panics = lose`.
    PanicsLose,
}

/// The gaps between the starts of branches.
pub(super) enum Schedule {
    /// One gap, or any other expression of the user's.
    One(Time),
    List(Vec<Time>),
    /// Gaps that grow by a factor.
    Exponential {
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

/// A race that can be expanded: 1 to 16 branches, of which all or none have names, and every option at most once.
#[derive(Default)]
pub(super) struct Model {
    pub(super) stagger: Option<Schedule>,
    pub(super) min_gap: Option<Time>,
    pub(super) deadline: Option<Time>,
    pub(super) fair: bool,
    pub(super) first: bool,
    pub(super) panics_lose: bool,
    pub(super) branches: Vec<Branch>,
    pub(super) over: Option<(OverIterator, Slots)>,
}

/// The storage for the futures of a race over an iterator that run at the same time.
pub(super) enum Slots {
    /// This number of slots, in the race itself.
    Inline(usize),
    /// As many slots as the expression says, on the heap.
    Heap(Expr),
}

/// Returns the name as errors show it.
pub(super) fn label(name: &Ident) -> String {
    name.unraw().to_string()
}

/// Returns true if the tokens have a `?` or an `.await` of their own: those in an `async` block belong to that block.
pub(super) fn has_question(tokens: &TokenStream) -> bool {
    let mut is_async = false;
    let mut after_dot = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => {
                if !(is_async && group.delimiter() == Delimiter::Brace) && has_question(&group.stream()) {
                    return true;
                }
                is_async = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == '?' => return true,
            TokenTree::Ident(word) if after_dot && word == "await" => return true,
            TokenTree::Ident(word) if word == "async" => is_async = true,
            // `async move` is still the beginning of a block.
            TokenTree::Ident(word) if word == "move" => {}
            _ => is_async = false,
        }
        after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    false
}
