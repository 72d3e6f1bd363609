//! [`Model`] -> tokens. Cannot fail.
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

use super::ast::{Branch, Model, Over, Schedule, Slots, Time};
use super::validate::label;
use crate::literals::Emit as _;
use crate::paths::{Runtime, here, place};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

pub(super) fn expand(model: &Model) -> TokenStream {
    let runtime = Runtime::new(None);
    if let Some((over, slots)) = &model.over {
        return expand_over(over, slots, model, &runtime);
    }
    let end = runtime.race("race_end", here());
    let mut branches = ours!(#end());
    for branch in &model.branches {
        branches = add(&branches, branch, model.first, &runtime);
    }
    let race = runtime.race(if model.first { "race_to_completion" } else { "race_of" }, here());
    let options = options(model, &runtime);
    if let Some(names) = names(model, &runtime) {
        return ours!({ #names #race(#branches, __RaceShape)#options });
    }
    let unnamed = runtime.race("Unnamed", here());
    ours!(#race(#branches, #unnamed)#options)
}

/// `race_over(items, |pattern| make, race_slot(race_slot(race_no_slot())))`: two slots.
fn expand_over(over: &Over, slots: &Slots, model: &Model, runtime: &Runtime) -> TokenStream {
    let Over { word: _, pattern, items, make } = over;
    let race = runtime.race(if model.first { "race_over_to_completion" } else { "race_over" }, here());
    let slots = match slots {
        Slots::Inline(number) => {
            let (none, slot) = (runtime.race("race_no_slot", here()), runtime.race("race_slot", here()));
            (0..*number).fold(ours!(#none()), |slots, _| ours!(#slot(#slots)))
        }
        Slots::Heap(number) => {
            let heap = runtime.race("race_heap", here());
            ours!(#heap(#number))
        }
    };
    let options = options(model, runtime);
    ours!(#race(#items, |#pattern| #make, #slots)#options)
}

/// The struct that the errors of named branches are kept in.
fn names(model: &Model, runtime: &Runtime) -> Option<TokenStream> {
    let names = runtime.race("race_names", here());
    let count = Literal::usize_unsuffixed(model.branches.len());
    let mut fields = TokenStream::new();
    for (index, branch) in model.branches.iter().enumerate() {
        let name = branch.name.as_ref()?;
        let (label, ty) = (label(name), Ident::new(&format!("T{index}"), here()));
        fields.extend(ours!((#name #label #ty One)));
    }
    Some(ours!(#names! { __RaceShape __RaceErrors #count: #fields }))
}

fn options(model: &Model, runtime: &Runtime) -> TokenStream {
    let time = |time: &Time| duration(time, runtime);
    let mut calls = TokenStream::new();
    if let Some(schedule) = &model.stagger {
        let gaps = match schedule {
            Schedule::One(gap) => time(gap),
            Schedule::List(gaps) => {
                let gaps = gaps.iter().map(time);
                ours!([#(#gaps),*])
            }
            Schedule::Exp { first, factor, max } => {
                let (exp, first, max) = (runtime.race("race_exp", here()), time(first), time(max));
                ours!(#exp(#first, #factor, #max))
            }
        };
        calls.extend(ours!(.stagger(#gaps)));
    } else if model.branches.iter().any(|branch| branch.after.is_some()) {
        calls.extend(ours!(.timed()));
    }
    if let Some(gap) = model.min_gap.as_ref().map(time) {
        calls.extend(ours!(.min_gap(#gap)));
    }
    if let Some(deadline) = model.deadline.as_ref().map(time) {
        calls.extend(ours!(.deadline(#deadline)));
    }
    if model.branches.iter().any(|branch| branch.condition.is_some()) {
        calls.extend(ours!(.with_conditions()));
    }
    if model.panics_lose {
        calls.extend(ours!(.panics_lose()));
    }
    if model.fair {
        calls.extend(ours!(.fair()));
    }
    calls
}

fn duration(time: &Time, runtime: &Runtime) -> TokenStream {
    match time {
        Time::Given(expression) => expression.to_token_stream(),
        Time::Literal(duration) => duration.emit(runtime),
    }
}

/// `race_and(branches, branch)`, shown at the branch: that is where a type is wrong that does not fit the others.
fn add(branches: &TokenStream, branch: &Branch, first: bool, runtime: &Runtime) -> TokenStream {
    let written = Written::of(&branch.expression);
    let mut made = written.call(
        &runtime.race(if first { "race_first" } else { "race_branch" }, written.first),
        lazily(&branch.expression, written.first),
    );
    if let Some(map) = &branch.map {
        made = written.call(&runtime.race("race_map", written.first), ours!(#made, #map));
    }
    if let Some(after) = &branch.after {
        let gap = duration(after, runtime);
        made = written.call(&runtime.race("race_after", written.first), ours!(#made, #gap));
    }
    if let Some(condition) = &branch.condition {
        made = written.call(&runtime.race("race_if", written.first), ours!(#made, #condition));
    }
    written.call(&runtime.race("race_and", written.first), ours!(#branches, #made))
}

/// Where an expression begins and ends: stable Rust cannot join spans, but rustc does, of what a call begins and ends with.
struct Written {
    first: Span,
    last: Span,
}

impl Written {
    fn of(expression: &TokenStream) -> Self {
        let first = expression.clone().into_iter().next().map_or_else(here, |token| token.span());
        let last = expression.clone().into_iter().last().map_or_else(here, |token| token.span());
        Self { first, last }
    }

    fn call(&self, function: &TokenStream, arguments: TokenStream) -> TokenStream {
        let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
        arguments.set_span(place(self.last));
        let arguments = TokenTree::Group(arguments);
        ours!(#function #arguments)
    }
}

/// A closure that makes the future. What waits or may fail before there is a future becomes part of it.
fn lazily(expression: &TokenStream, first: Span) -> TokenStream {
    let bars = quote_spanned!(place(first)=> ||);
    if has_question(expression) {
        return ours!(#bars async { (#expression).await });
    }
    ours!(#bars #expression)
}

/// A `?` or an `.await` of the expression's own: those in an `async` block are the block's.
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
            TokenTree::Ident(word) if word == "move" => {}
            _ => is_async = false,
        }
        after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    false
}
