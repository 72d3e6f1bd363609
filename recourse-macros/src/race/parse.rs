//! Tokens -> [`Ast`]. Asks only: can it be read? One option or branch that cannot does not stop the others.

use super::ast::{Ast, Branch, OptionValue, Over, Schedule, Time, Written};
use crate::diagnostics::{Errors, list};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use recourse_policy::text::{self, did_you_mean};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, Lit, Pat, Token, bracketed, parenthesized, token};

const OPTIONS: [&str; 7] = ["stagger", "min_gap", "deadline", "fair", "first", "panics", "max"];

pub(super) fn parse(input: TokenStream, errors: &mut Errors) -> Ast {
    let mut ast = Ast { options: Vec::new(), branches: Vec::new(), over: None };
    let (head, body) = split(input);
    let over_an_iterator = matches!(body.clone().into_iter().next(), Some(TokenTree::Ident(first)) if first == "for");
    for part in head.map(parts).into_iter().flatten() {
        match option.parse2(part) {
            Ok(option) => ast.options.push(option),
            Err(fault) => errors.push(fault),
        }
    }
    if over_an_iterator {
        match over.parse2(body) {
            Ok(over) => ast.over = Some(over),
            Err(fault) => errors.push(fault),
        }
        return ast;
    }
    for part in parts(body) {
        match branch.parse2(part) {
            Ok(branch) => ast.branches.push(branch),
            Err(fault) => errors.push(fault),
        }
    }
    ast
}

/// `for PATTERN in ITEMS => MAKE`
fn over(input: ParseStream<'_>) -> syn::Result<Over> {
    let written: TokenStream = input.fork().parse()?;
    let shape =
        |_| syn::Error::new_spanned(&written, "a race over an iterator is written `for a in addrs => connect(a)`");
    let word = input.parse::<Token![for]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input).map_err(shape)?;
    input.parse::<Token![in]>().map_err(shape)?;
    let items = input.parse().map_err(shape)?;
    input.parse::<Token![=>]>().map_err(shape)?;
    let make: Expr = input.parse().map_err(shape)?;
    input.parse::<Option<Token![,]>>()?;
    done(input, "race over an iterator")?;
    let make = make.into_token_stream();
    if super::expand::has_question(&make) {
        let message = "a `?` or `.await` here has no future to be part of: write `async move { .. }` around it";
        return Err(syn::Error::new_spanned(make, message));
    }
    Ok(Over { word, pattern, items, make })
}

/// What stands before the first `;`, and what stands behind it.
fn split(input: TokenStream) -> (Option<TokenStream>, TokenStream) {
    let mut head = TokenStream::new();
    let mut tokens = input.into_iter();
    for token in tokens.by_ref() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return (Some(head), tokens.collect()),
            token => head.extend([token]),
        }
    }
    (None, head)
}

/// The parts between commas. Commas between the bars of a closure, and in the angles of a path, separate nothing.
fn parts(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let whole = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let mut part = TokenStream::new();
            let mut bars = 0;
            while !input.is_empty() && (bars == 1 || !input.peek(Token![,])) {
                // A path with angles in it is taken whole: `load::<A, B>`.
                if input.peek(Token![::]) && input.peek3(Token![<]) {
                    part.extend([input.parse::<TokenTree>()?, input.parse::<TokenTree>()?]);
                    part.extend(input.parse::<syn::AngleBracketedGenericArguments>()?.into_token_stream());
                    continue;
                }
                // A closure's parameters: `=> |a, b| ..`, `move |a| ..`, at the beginning or behind `(`, `=`, `>`.
                if input.peek(Token![||]) {
                    part.extend([input.parse::<TokenTree>()?, input.parse::<TokenTree>()?]);
                    continue;
                }
                if input.peek(Token![|]) && (bars == 1 || opens_closure(&part)) {
                    bars = (bars + 1) % 2;
                }
                part.extend([input.parse::<TokenTree>()?]);
            }
            parts.push(part);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    // Every token can be read as one, so the only fault there can be is in angles, and the part that has it says so itself.
    if whole.parse2(tokens.clone()).is_err() {
        return vec![tokens];
    }
    parts
}

/// True where a `|` behind these tokens begins a closure and is no "or".
fn opens_closure(before: &TokenStream) -> bool {
    match before.clone().into_iter().last() {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() != '?',
        Some(TokenTree::Ident(word)) => word == "move" || word == "return",
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => false,
    }
}

/// `name`, or `name = VALUE`.
fn option(input: ParseStream<'_>) -> syn::Result<Written> {
    if input.is_empty() {
        return Err(syn::Error::new(input.span(), "an option is missing between two commas"));
    }
    let start = input.fork();
    let Ok(name) = input.call(Ident::parse_any) else {
        let rest: TokenStream = start.parse()?;
        input.parse::<TokenStream>()?;
        return Err(syn::Error::new_spanned(
            rest,
            "options stand before the `;`, as in `race!(stagger = 250ms; a(), b())`",
        ));
    };
    let word = name.to_string();
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
    Ok(Written { name, value })
}

fn unknown(name: &Ident) -> syn::Error {
    let word = name.to_string();
    let message = match did_you_mean(&word, &OPTIONS) {
        Some(near) => format!("unknown option `{word}`; did you mean `{near}`?"),
        None if word == "biased" => "branches are polled in declared order; leave `biased` out".to_owned(),
        None if word == "timeout" => "the time of a race is its `deadline`: `deadline = 2s`".to_owned(),
        None => format!("unknown option `{word}`; there are {}", list(OPTIONS)),
    };
    syn::Error::new_spanned(name, message)
}

fn schedule(input: ParseStream<'_>) -> syn::Result<Schedule> {
    if input.peek(token::Bracket) {
        let gaps;
        bracketed!(gaps in input);
        let gaps = gaps.parse_terminated(time, Token![,])?;
        return Ok(Schedule::List(gaps.into_iter().collect()));
    }
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
    Ok(Schedule::Exp { first, factor, max })
}

fn max(input: ParseStream<'_>) -> syn::Result<()> {
    let word: Ident = input.parse()?;
    if word == "max" { Ok(()) } else { Err(syn::Error::new_spanned(word, "not `max`")) }
}

/// `250ms`, or an expression of type `Duration`.
fn time(input: ParseStream<'_>) -> syn::Result<Time> {
    if !input.peek(Lit) {
        return Ok(Time::Given(Box::new(input.parse()?)));
    }
    let ahead = input.fork();
    let literal: Lit = ahead.parse()?;
    let text = match &literal {
        Lit::Int(_) | Lit::Float(_) => literal.to_token_stream().to_string().replace('_', ""),
        Lit::Str(text) => {
            let message = format!("a duration stands without quotes: `{}`", text.value());
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

/// `[name =] EXPR [after DUR] [if EXPR] [=> MAP]`
fn branch(input: ParseStream<'_>) -> syn::Result<Branch> {
    if input.is_empty() {
        return Err(syn::Error::new(input.span(), "a branch is missing between two commas"));
    }
    let whole: TokenStream = input.fork().parse()?;
    let named =
        input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>]);
    let name = if named { Some(input.call(Ident::parse_any)?) } else { None };
    if named {
        input.parse::<Token![=]>()?;
    }
    if let Some(name) = &name
        && is_option(name, input)
    {
        input.parse::<TokenStream>()?;
        let message =
            "options stand before the branches, with a `;` behind the last one: `race!(stagger = 250ms; a(), b())`";
        return Err(syn::Error::new_spanned(whole, message));
    }
    if input.is_empty() {
        return Err(syn::Error::new_spanned(name, "a branch needs a future: `name = future`"));
    }
    let expression: Expr = input.parse()?;
    if let Expr::Await(wait) = &expression {
        input.parse::<TokenStream>()?;
        let message = "a branch is a future, which the race awaits itself: leave this `.await` out";
        return Err(syn::Error::new_spanned(quote_await(wait), message));
    }
    let expression = expression.into_token_stream();
    let (mut after, mut condition, mut map) = (None, None, None);
    if input.peek(syn::Ident) && input.fork().parse::<Ident>()? == "after" {
        input.parse::<Ident>()?;
        after = Some(time(input)?);
    }
    if input.peek(Token![if]) {
        input.parse::<Token![if]>()?;
        condition = Some(input.parse()?);
    }
    if input.peek(Token![=>]) {
        input.parse::<Token![=>]>()?;
        map = Some(input.parse()?);
    }
    done(input, "branch")?;
    Ok(Branch { name, expression, after, condition, map })
}

fn quote_await(wait: &syn::ExprAwait) -> TokenStream {
    let (dot, word) = (&wait.dot_token, &wait.await_token);
    quote!(#dot #word)
}

/// True where this can be no branch: the value of an option is no future.
fn is_option(name: &Ident, value: ParseStream<'_>) -> bool {
    let exp = value.fork().parse::<Ident>().is_ok_and(|word| word == "exp" || word == "lose");
    OPTIONS.contains(&name.to_string().as_str()) && (value.peek(Lit) || value.peek(token::Bracket) || exp)
}

/// Nothing may be left.
fn done(input: ParseStream<'_>, what: &str) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    let rest: TokenStream = input.parse()?;
    let message = if what == "branch" {
        "a branch ends here: `[name =] future [after 20ms] [if condition] [=> function]`, and a comma behind it"
            .to_owned()
    } else {
        format!("the {what} ends before this")
    };
    Err(syn::Error::new_spanned(rest, message))
}
