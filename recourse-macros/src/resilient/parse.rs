//! Tokens -> [`Ast`]. Asks only whether the input can be read.
//!
//! An option that cannot be read is reported, and skipped up to the next comma, so that the others are read all the same.

use super::ast::{Ast, Item, WrittenOption};
use crate::diagnostics::Errors;
use crate::function::Function;
use crate::options::{self, Spec};
use crate::value::Value;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, LitStr, Token, token};

pub(crate) fn parse(arguments: TokenStream, item: TokenStream, errors: &mut Errors) -> Ast {
    let mut options = Vec::new();
    let list = |input: ParseStream<'_>| {
        while !input.is_empty() {
            options.extend(option(input, errors)?);
            // The next option follows without a comma: report that alone, and not a wrong value as well.
            if begins_option(input) {
                let next = input.fork().call(Ident::parse_any)?;
                errors.add(&next, format!("a comma is missing before `{next}`"));
            } else if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(fault) = list.parse2(arguments) {
        errors.push(fault);
    }
    Ast { options, item: function_or_other(item, errors) }
}

/// Reads one option, up to the comma after it. Returns `None` for one without a name, which was reported.
fn option(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<WrittenOption>> {
    if !input.peek(Ident::peek_any) {
        let written = up_to_comma(input)?;
        if written.is_empty() {
            errors.push(input.error("an option is missing between two commas"));
        } else {
            // A string alone is most likely a key.
            let hint = if syn::parse2::<LitStr>(written.clone()).is_ok() {
                format!("`key = {written}`")
            } else {
                EXAMPLE.to_owned()
            };
            errors.add(&written, format!("options are written `name = value`, for example {hint}"));
        }
        return Ok(None);
    }
    let name = input.call(Ident::parse_any)?;
    // `==` and `=>` are mistakes for `=`, which `not_an_option` explains.
    if input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>]) {
        input.parse::<Token![=]>()?;
        return Ok(Some(WrittenOption { name, value: value(input)? }));
    }
    // After a flag, a comma may be missing; the caller reports that.
    if ends_option(input) || (is_flag(&name) && begins_option(input)) {
        return Ok(Some(WrittenOption { name, value: Value::Nothing }));
    }
    // A list is how other libraries write options. It is kept as a value, and refused with the option's own example.
    let is_list = input.peek(token::Paren);
    let rest = up_to_comma(input)?;
    if is_list {
        return Ok(Some(WrittenOption { name, value: Value::List(rest) }));
    }
    errors.add(quote!(#name #rest), not_an_option(&name, &rest));
    Ok(None)
}

/// Returns true before `name =`, or before a flag.
fn begins_option(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let Ok(name) = fork.call(Ident::parse_any) else { return false };
    let has_value = fork.peek(Token![=]) && !fork.peek(Token![==]) && !fork.peek(Token![=>]);
    has_value || (is_flag(&name) && (ends_option(&fork) || begins_option(&fork)))
}

fn is_flag(name: &Ident) -> bool {
    options::spec(&name.to_string()).is_some_and(Spec::is_flag)
}

fn ends_option(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

const EXAMPLE: &str = "`retry = \"3 attempts\"`";

fn not_an_option(name: &Ident, rest: &TokenStream) -> String {
    let written = format!("{name}{rest}");
    let word: String =
        written.chars().take_while(|letter| !matches!(letter, '=' | ':')).filter(|c| !c.is_whitespace()).collect();
    // `attempt-timeout` begins with the name of another option.
    let is_dashed = word.contains('-') && options::spec(&options::snake_case(&word)).is_some();
    match options::spec(&name.to_string()).filter(|_| !is_dashed) {
        Some(spec) if spec.is_flag() => {
            let word = spec.name;
            format!("`{word}` takes no value: write just the word, `{word}`, and a comma after it")
        }
        Some(spec) => {
            let value = text_of(rest).unwrap_or_else(|| spec.example.to_owned());
            format!("options are written with `=`: `{} = {value}`", spec.name)
        }
        None => options::unknown(&word),
    }
}

/// Returns the string after `:`, `=>` or `==`, if there is nothing else.
fn text_of(rest: &TokenStream) -> Option<String> {
    let after = rest.clone().into_iter().skip_while(|token| matches!(token, TokenTree::Punct(_)));
    let text: LitStr = syn::parse2(after.collect()).ok()?;
    Some(text.token().to_string())
}

fn value(input: ParseStream<'_>) -> syn::Result<Value> {
    if ends_option(input) {
        return Ok(Value::Forgotten);
    }
    // An expression that ends too early is the beginning of something unreadable, such as `3 attempts` without quotes.
    let fork = input.fork();
    match fork.parse::<Expr>() {
        Ok(expression) if ends_option(&fork) || begins_option(&fork) => {
            syn::parse::discouraged::Speculative::advance_to(input, &fork);
            Ok(Value::Given(expression))
        }
        _ => up_to_comma(input).map(Value::Unreadable),
    }
}

fn up_to_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

fn function_or_other(item: TokenStream, errors: &mut Errors) -> Item {
    match syn::parse2::<Function>(item.clone()) {
        Ok(function) => return Item::Function(Box::new(function)),
        // An error of the parser, such as "expected `fn`", is the last resort.
        Err(fault) => match other_kind(&item) {
            Some((kind, instead)) => {
                errors.add(kind.word, format!("`#[resilient]` goes on a function, not on {}; {instead}", kind.name));
            }
            None => errors.push(fault),
        },
    }
    Item::Other(item)
}

struct Kind {
    word: TokenStream,
    name: &'static str,
}

/// Returns the keyword of an item that is complete, but not a function, and what to do instead.
fn other_kind(item: &TokenStream) -> Option<(Kind, &'static str)> {
    use syn::Item as Syn;
    let on_each = "write it on each `async fn` inside";
    let on_function = "write it on the function that makes the call";
    let (word, name, instead) = match syn::parse2::<Syn>(item.clone()).ok()? {
        Syn::Impl(item) => (quote_word(item.impl_token), "an `impl` block", on_each),
        Syn::Trait(item) => (quote_word(item.trait_token), "a trait", on_each),
        Syn::Mod(item) => (quote_word(item.mod_token), "a module", on_each),
        Syn::Struct(item) => (quote_word(item.struct_token), "a struct", on_function),
        Syn::Enum(item) => (quote_word(item.enum_token), "an enum", on_function),
        Syn::Union(item) => (quote_word(item.union_token), "a union", on_function),
        Syn::Const(item) => (quote_word(item.const_token), "a constant", on_function),
        Syn::Static(item) => (quote_word(item.static_token), "a static", on_function),
        Syn::Type(item) => (quote_word(item.type_token), "a type alias", on_function),
        Syn::Use(item) => (quote_word(item.use_token), "an import", on_function),
        Syn::Fn(_) | Syn::Verbatim(_) => return None,
        Syn::ForeignMod(item) => (quote_word(item.abi), "an `extern` block", on_function),
        _ => (item.clone(), "this item", on_function),
    };
    Some((Kind { word, name }, instead))
}

fn quote_word(word: impl quote::ToTokens) -> TokenStream {
    word.into_token_stream()
}
