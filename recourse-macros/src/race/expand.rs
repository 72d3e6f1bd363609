//! [`Model`] -> tokens: calls of the runtime's constructors. Cannot fail.
//!
//! ```text
//! // Input:   race!(stagger = 250ms; v6 = dial(a6), v4 = dial(a4) => Into::into)
//! // Output:  {
//! //              race_names! { Shape Names 2: (v6 ..) (v4 ..) }
//! //              race_of(
//! //                  race_and(race_and(race_end(), race_branch(|| dial(a6))), race_map(race_branch(|| dial(a4)), Into::into)),
//! //                  Shape,
//! //              ).stagger(Duration::from_nanos(250_000_000))
//! //          }
//! ```
//!
//! # Design notes
//!
//! Branches are added by one call each, rather than passed as a tuple. A branch whose type does not fit the others is then a type
//! error of its own call, which is shown at that branch.

use super::ast::{Branch, Model, OverIterator, Schedule, Slots, Time, has_question, label};
use crate::literals::Emit as _;
use crate::runtime::Runtime;
use crate::spans::{internal_span, quote_internal, user_span};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

pub(super) fn expand(model: &Model) -> TokenStream {
    let runtime = Runtime::new(None);
    if let Some((over, slots)) = &model.over {
        return expand_over(over, slots, model, &runtime);
    }
    let end = runtime.race("race_end", internal_span());
    let mut branches = quote_internal!(#end());
    for branch in &model.branches {
        branches = add(&branches, branch, model.first, &runtime);
    }
    let race = runtime.race(if model.first { "race_first_completion" } else { "race_of" }, internal_span());
    let options = options(model, &runtime);
    if let Some(names) = names(model, &runtime) {
        return quote_internal!({ #names #race(#branches, __RaceShape)#options });
    }
    let unnamed = runtime.race("Unnamed", internal_span());
    quote_internal!(#race(#branches, #unnamed)#options)
}

/// Writes `race_over(items, |pattern| make, race_slot(race_slot(race_no_slot())))`, which has two slots.
fn expand_over(over: &OverIterator, slots: &Slots, model: &Model, runtime: &Runtime) -> TokenStream {
    let OverIterator { word: _, pattern, items, make } = over;
    let race = runtime.race(if model.first { "race_over_first_completion" } else { "race_over" }, internal_span());
    let slots = match slots {
        Slots::Inline(number) => {
            let (none, slot) =
                (runtime.race("race_no_slot", internal_span()), runtime.race("race_slot", internal_span()));
            (0..*number).fold(quote_internal!(#none()), |slots, _| quote_internal!(#slot(#slots)))
        }
        Slots::Heap(number) => {
            let heap = runtime.race("race_heap", internal_span());
            quote_internal!(#heap(#number))
        }
    };
    let options = options(model, runtime);
    quote_internal!(#race(#items, |#pattern| #make, #slots)#options)
}

/// Writes the type for the errors of named branches, or returns `None` if a branch has no name.
fn names(model: &Model, runtime: &Runtime) -> Option<TokenStream> {
    let names = runtime.race("race_names", internal_span());
    let count = Literal::usize_unsuffixed(model.branches.len());
    let mut fields = TokenStream::new();
    for (index, branch) in model.branches.iter().enumerate() {
        let name = branch.name.as_ref()?;
        let (label, ty) = (label(name), Ident::new(&format!("T{index}"), internal_span()));
        fields.extend(quote_internal!((#name #label #ty One)));
    }
    Some(quote_internal!(#names! { __RaceShape __RaceErrors #count: #fields }))
}

/// Writes the options as method calls on the race.
fn options(model: &Model, runtime: &Runtime) -> TokenStream {
    let time = |time: &Time| duration(time, runtime);
    let mut calls = TokenStream::new();
    if let Some(schedule) = &model.stagger {
        let gaps = match schedule {
            Schedule::One(gap) => time(gap),
            Schedule::List(gaps) => {
                let gaps = gaps.iter().map(time);
                quote_internal!([#(#gaps),*])
            }
            Schedule::Exponential { first, factor, max } => {
                let (exp, first, max) = (runtime.race("race_exp", internal_span()), time(first), time(max));
                quote_internal!(#exp(#first, #factor, #max))
            }
        };
        calls.extend(quote_internal!(.stagger(#gaps)));
    } else if model.branches.iter().any(|branch| branch.after.is_some()) {
        // `after` needs the clock that `stagger` would bring.
        calls.extend(quote_internal!(.timed()));
    }
    if let Some(gap) = model.min_gap.as_ref().map(time) {
        calls.extend(quote_internal!(.min_gap(#gap)));
    }
    if let Some(deadline) = model.deadline.as_ref().map(time) {
        calls.extend(quote_internal!(.deadline(#deadline)));
    }
    if model.branches.iter().any(|branch| branch.condition.is_some()) {
        calls.extend(quote_internal!(.with_conditions()));
    }
    if model.panics_lose {
        calls.extend(quote_internal!(.panics_lose()));
    }
    if model.fair {
        calls.extend(quote_internal!(.fair()));
    }
    calls
}

fn duration(time: &Time, runtime: &Runtime) -> TokenStream {
    match time {
        Time::Given(expression) => expression.to_token_stream(),
        Time::Literal(duration) => duration.emit(runtime),
    }
}

/// Writes `race_and(branches, branch)`, shown at the branch.
fn add(branches: &TokenStream, branch: &Branch, first: bool, runtime: &Runtime) -> TokenStream {
    let extent = Extent::of(&branch.expression);
    let mut made = extent.call(
        &runtime.race(if first { "race_first" } else { "race_branch" }, extent.first),
        lazily(&branch.expression, extent.first),
    );
    // From the inside out: the map belongs to the future, the delay and the condition to its start.
    if let Some(map) = &branch.map {
        made = extent.call(&runtime.race("race_map", extent.first), quote_internal!(#made, #map));
    }
    if let Some(after) = &branch.after {
        let gap = duration(after, runtime);
        made = extent.call(&runtime.race("race_after", extent.first), quote_internal!(#made, #gap));
    }
    if let Some(condition) = &branch.condition {
        made = extent.call(&runtime.race("race_if", extent.first), quote_internal!(#made, #condition));
    }
    extent.call(&runtime.race("race_and", extent.first), quote_internal!(#branches, #made))
}

/// The spans of an expression's first and last token.
///
/// Stable Rust cannot join spans, but rustc does so for a call: it underlines from the function's name to the closing parenthesis.
struct Extent {
    first: Span,
    last: Span,
}

impl Extent {
    fn of(expression: &TokenStream) -> Self {
        let first = expression.clone().into_iter().next().map_or_else(internal_span, |token| token.span());
        let last = expression.clone().into_iter().last().map_or_else(internal_span, |token| token.span());
        Self { first, last }
    }

    /// Writes a call that rustc shows at the whole expression.
    fn call(&self, function: &TokenStream, arguments: TokenStream) -> TokenStream {
        let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
        arguments.set_span(user_span(self.last));
        let arguments = TokenTree::Group(arguments);
        quote_internal!(#function #arguments)
    }
}

/// Writes a closure that makes the future of a branch.
///
/// If the expression has a `?` or an `.await` of its own, it is put into an `async` block. A failure before there is a future is then
/// a failure of the branch.
fn lazily(expression: &TokenStream, first: Span) -> TokenStream {
    let bars = quote_spanned!(user_span(first)=> ||);
    if has_question(expression) {
        return quote_internal!(#bars async { (#expression).await });
    }
    quote_internal!(#bars #expression)
}
