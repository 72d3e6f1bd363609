//! The options before the `;`, and durations.

use super::parts::done;
use crate::diagnostics::list;
use crate::race::ast::{OptionValue, Schedule, Time, WrittenOption};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use recourse_policy::text::{self, did_you_mean};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Lit, Token, bracketed, parenthesized, token};

pub(super) const OPTIONS: [&str; 7] = ["stagger", "min_gap", "deadline", "fair", "first", "panics", "max"];

/// Reads `name`, or `name = VALUE`.
pub(super) fn option(input: ParseStream<'_>) -> syn::Result<WrittenOption> {
    if input.is_empty() {
        return Err(syn::Error::new(input.span(), "an option is missing between two commas"));
    }
    let start = input.fork();
    let Ok(name) = input.call(Ident::parse_any) else {
        let rest: TokenStream = start.parse()?;
        input.parse::<TokenStream>()?;
        return Err(syn::Error::new_spanned(
            rest,
            "options come before the `;`, as in `race!(stagger = 250ms; a(), b())`",
        ));
    };
    let word = name.to_string();
    // The name first: an unknown option can have any value.
    if !OPTIONS.contains(&word.as_str()) {
        input.parse::<TokenStream>()?;
        return Err(unknown(&name));
    }
    let is_flag = matches!(word.as_str(), "fair" | "first");
    if is_flag && !input.is_empty() {
        let rest: TokenStream = input.parse()?;
        let message = format!("`{word}` takes no value: write just the word, `{word}`");
        return Err(syn::Error::new_spanned(quote!(#name #rest), message));
    }
    if !is_flag && (input.parse::<Token![=]>().is_err() || input.is_empty()) {
        let example = match word.as_str() {
            "panics" => "lose",
            "max" => "4",
            _ => "250ms",
        };
        input.parse::<TokenStream>()?;
        return Err(syn::Error::new_spanned(&name, format!("`{word}` needs a value: `{word} = {example}`")));
    }
    let value = match word.as_str() {
        "stagger" => OptionValue::Stagger(schedule(input)?),
        "min_gap" => OptionValue::MinGap(time(input)?),
        "deadline" => OptionValue::Deadline(time(input)?),
        "max" => OptionValue::Max(input.parse()?),
        "fair" => OptionValue::Fair,
        "first" => OptionValue::First,
        _ => {
            let lose: TokenStream = input.parse()?;
            if lose.to_string() != "lose" {
                return Err(syn::Error::new_spanned(lose, "a branch that panics can lose the race: `panics = lose`"));
            }
            OptionValue::PanicsLose
        }
    };
    done(input, "option")?;
    Ok(WrittenOption { name, value })
}

fn unknown(name: &Ident) -> syn::Error {
    let word = name.to_string();
    let message = match did_you_mean(&word, &OPTIONS) {
        Some(near) => format!("unknown option `{word}`; did you mean `{near}`?"),
        // Habits from tokio's `select!` and from `#[resilient]`.
        None if word == "biased" => "branches are polled in declared order; leave `biased` out".to_owned(),
        None if word == "timeout" => "the time limit of a race is its `deadline`: `deadline = 2s`".to_owned(),
        None => format!("unknown option `{word}`; the options are {}", list(OPTIONS)),
    };
    syn::Error::new_spanned(name, message)
}

/// Reads one gap, a list of gaps, or `exp(FIRST, FACTOR, max LONGEST)`.
fn schedule(input: ParseStream<'_>) -> syn::Result<Schedule> {
    if input.peek(token::Bracket) {
        let gaps;
        bracketed!(gaps in input);
        let gaps = gaps.parse_terminated(time, Token![,])?;
        return Ok(Schedule::List(gaps.into_iter().collect()));
    }
    // A variable may be called `exp`; only a call is the schedule.
    let is_exp = input.fork().parse::<Ident>().is_ok_and(|word| word == "exp") && input.peek2(token::Paren);
    if !is_exp {
        return time(input).map(Schedule::One);
    }
    let word: Ident = input.parse()?;
    let written: TokenTree = input.fork().parse()?;
    let shape =
        |_| syn::Error::new_spanned(quote!(#word #written), "gaps that grow are written `exp(50ms, 2, max 2s)`");
    let inside;
    parenthesized!(inside in input);
    let first = time(&inside)?;
    inside.parse::<Token![,]>().map_err(shape)?;
    let factor = inside.parse().map_err(shape)?;
    inside.parse::<Token![,]>().map_err(shape)?;
    inside.call(max).map_err(shape)?;
    let max = time(&inside)?;
    done(&inside, "schedule")?;
    Ok(Schedule::Exponential { first, factor, max })
}

/// Reads the word `max`.
fn max(input: ParseStream<'_>) -> syn::Result<()> {
    let word: Ident = input.parse()?;
    if word == "max" { Ok(()) } else { Err(syn::Error::new_spanned(word, "not `max`")) }
}

/// Reads `250ms`, or an expression of type `Duration`.
pub(super) fn time(input: ParseStream<'_>) -> syn::Result<Time> {
    if !input.peek(Lit) {
        return Ok(Time::Given(Box::new(input.parse()?)));
    }
    let ahead = input.fork();
    let literal: Lit = ahead.parse()?;
    let text = match &literal {
        // `250ms` is a number with a suffix to the lexer; `1_000ms` is valid too.
        Lit::Int(_) | Lit::Float(_) => literal.to_token_stream().to_string().replace('_', ""),
        Lit::Str(text) => {
            let message = format!("a duration is written without quotes: `{}`", text.value());
            return Err(syn::Error::new_spanned(text, message));
        }
        _ => return Ok(Time::Given(Box::new(input.parse()?))),
    };
    // `2 * GAP` is an expression that begins with a number.
    if ahead.peek(Token![*]) {
        return Ok(Time::Given(Box::new(input.parse()?)));
    }
    input.parse::<Lit>()?;
    match text::duration(&text) {
        Ok(duration) => Ok(Time::Literal(duration)),
        Err(fault) => Err(syn::Error::new_spanned(&literal, fault.message().trim_start_matches("duration: "))),
    }
}
