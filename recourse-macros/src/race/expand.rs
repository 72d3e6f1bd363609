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
use syn::Expr;
use syn::spanned::Spanned as _;

pub(super) fn expand(model: &Model) -> TokenStream {
    let runtime = Runtime::new(None);
    let mut evaluated = Evaluated::default();
    // In the order in which they are written.
    let options = options(model, &mut evaluated, &runtime);
    if let Some((over, slots)) = &model.over {
        let race = expand_over(over, slots, model, &mut evaluated, &runtime);
        return evaluated.before(&quote_internal!(#race #options), None);
    }
    let end = runtime.race("race_end", internal_span());
    let mut branches = quote_internal!(#end());
    for branch in &model.branches {
        branches = add(&branches, branch, model.first, &mut evaluated, &runtime);
    }
    let race = runtime.race(if model.first { "race_first_completion" } else { "race_of" }, internal_span());
    if let Some(names) = names(model, &runtime) {
        return evaluated.before(&quote_internal!(#race(#branches, __RaceShape)#options), Some(&names));
    }
    let unnamed = runtime.race("Unnamed", internal_span());
    evaluated.before(&quote_internal!(#race(#branches, #unnamed)#options), None)
}

/// The statements in which expressions of options are evaluated, before the race is made.
///
/// As arguments of the race's methods, their temporaries would live as long as the statement that awaits the race: the guard of a lock
/// would be held until there is a winner.
#[derive(Default)]
struct Evaluated {
    statements: TokenStream,
    count: usize,
}

impl Evaluated {
    /// Evaluates an expression, and returns the expression for its value.
    fn value(&mut self, expression: &Expr, ty: Option<TokenStream>) -> TokenStream {
        if let Expr::Path(_) | Expr::Lit(_) = expression {
            return expression.to_token_stream();
        }
        // Shown at the expression, so that a wrong type is reported there.
        let name = Ident::new(&format!("__race_option{}", self.count), user_span(expression.span()));
        self.count += 1;
        let ty = ty.map(|ty| quote_internal!(: #ty));
        self.statements.extend(quote_internal!(let #name #ty = #expression;));
        name.to_token_stream()
    }

    /// Evaluates a stagger, whose type is checked here: see `WrittenGaps`.
    fn gaps(&mut self, expression: &Expr, runtime: &Runtime) -> TokenStream {
        let gaps = self.value(expression, None);
        let span = user_span(expression.span());
        let (written, other) =
            (runtime.race("race_written_gaps", span), runtime.race("RaceOtherThanGaps", internal_span()));
        let name = Ident::new(&format!("__race_option{}", self.count), span);
        self.count += 1;
        let checked = quote_spanned!(span=> #written(#gaps).checked());
        self.statements.extend(quote_internal! {
            let #name = {
                #[allow(unused_imports)]
                use #other as _;
                #checked
            };
        });
        name.to_token_stream()
    }

    /// Returns the race, with the statements before it.
    fn before(&self, race: &TokenStream, names: Option<&TokenStream>) -> TokenStream {
        let Self { statements, count } = self;
        if *count == 0 && names.is_none() {
            return race.clone();
        }
        quote_internal!({ #names #statements #race })
    }
}

/// Writes `race_over(items, |pattern| make, race_slot(race_slot(race_no_slot())))`, which has two slots.
fn expand_over(
    over: &OverIterator,
    slots: &Slots,
    model: &Model,
    evaluated: &mut Evaluated,
    runtime: &Runtime,
) -> TokenStream {
    let OverIterator { word: _, pattern, items, make } = over;
    let race = runtime.race(if model.first { "race_over_first_completion" } else { "race_over" }, internal_span());
    let slots = match slots {
        Slots::Inline(number) => {
            let (none, slot) =
                (runtime.race("race_no_slot", internal_span()), runtime.race("race_slot", internal_span()));
            (0..*number).fold(quote_internal!(#none()), |slots, _| quote_internal!(#slot(#slots)))
        }
        Slots::Heap(number) => {
            let (heap, number) = (runtime.race("race_heap", internal_span()), evaluated.value(number, None));
            quote_internal!(#heap(#number))
        }
    };
    quote_internal!(#race(#items, |#pattern| #make, #slots))
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
fn options(model: &Model, evaluated: &mut Evaluated, runtime: &Runtime) -> TokenStream {
    let mut time = |time: &Time| duration(time, evaluated, runtime);
    let mut calls = TokenStream::new();
    if let Some(schedule) = &model.stagger {
        let gaps = match schedule {
            // Any type that is a stagger.
            Schedule::One(Time::Given(gaps)) => evaluated.gaps(gaps, runtime),
            Schedule::One(gap) => time(gap),
            Schedule::List(gaps) => {
                let gaps: Vec<_> = gaps.iter().map(time).collect();
                quote_internal!([#(#gaps),*])
            }
            Schedule::Exponential { first, factor, max } => {
                let first = time(first);
                let factor = evaluated.value(factor, None);
                let max = duration(max, evaluated, runtime);
                let exp = runtime.race("race_exp", internal_span());
                quote_internal!(#exp(#first, #factor, #max))
            }
        };
        calls.extend(quote_internal!(.stagger(#gaps)));
    } else if model.branches.iter().any(|branch| branch.after.is_some()) {
        // `after` needs the clock that `stagger` would bring.
        calls.extend(quote_internal!(.timed()));
    }
    if let Some(gap) = model.min_gap.as_ref().map(|gap| duration(gap, evaluated, runtime)) {
        calls.extend(quote_internal!(.min_gap(#gap)));
    }
    if let Some(deadline) = model.deadline.as_ref().map(|deadline| duration(deadline, evaluated, runtime)) {
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

fn duration(time: &Time, evaluated: &mut Evaluated, runtime: &Runtime) -> TokenStream {
    match time {
        Time::Given(expression) => evaluated.value(expression, Some(quote_internal!(::core::time::Duration))),
        Time::Literal(duration) => duration.emit(runtime),
    }
}

/// Writes `race_and(branches, branch)`, shown at the branch.
fn add(
    branches: &TokenStream,
    branch: &Branch,
    first: bool,
    evaluated: &mut Evaluated,
    runtime: &Runtime,
) -> TokenStream {
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
        let gap = duration(after, evaluated, runtime);
        made = extent.call(&runtime.race("race_after", extent.first), quote_internal!(#made, #gap));
    }
    if let Some(condition) = &branch.condition {
        let condition = evaluated.value(condition, Some(quote_internal!(bool)));
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
