//! Tokens -> [`Ast`]. Asks only whether the input can be read.
//!
//! An attribute that cannot be read is reported, and does not stop the others.

use super::ast::{Ast, Data, Field, Variant, Word, Words};
use super::vocabulary::{AFTER, AFTER_IN_PARENTHESES, CLASSES, Position, second_class, unknown};
use crate::diagnostics::Errors;
use crate::value::Value;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Expr, Fields, Item, LitStr, Meta, Token, token};

/// Returns `None` for anything but a type, which was reported.
pub(crate) fn parse(item: TokenStream, errors: &mut Errors) -> Option<Ast> {
    match syn::parse2::<Item>(item) {
        Ok(Item::Enum(item)) => {
            let words = words(&item.attrs, Position::Enum, errors);
            let mut variant = |variant: syn::Variant| Variant {
                words: self::words(&variant.attrs, Position::Variant, errors),
                is_unit: matches!(variant.fields, Fields::Unit),
                fields: fields(&variant.fields),
                name: variant.ident,
            };
            let variants = item.variants.into_iter().map(&mut variant).collect();
            Some(Ast { name: item.ident, generics: item.generics, words, data: Data::Enum(variants) })
        }
        Ok(Item::Struct(item)) => {
            let words = words(&item.attrs, Position::Struct, errors);
            let data = Data::Struct(fields(&item.fields));
            Some(Ast { name: item.ident, generics: item.generics, words, data })
        }
        Ok(Item::Union(item)) => {
            let data = Data::Union(item.union_token.to_token_stream());
            Some(Ast { name: item.ident, generics: item.generics, words: Words::default(), data })
        }
        Ok(other) => {
            errors.add(other, "`Classify` can be derived for an enum or a struct");
            None
        }
        Err(fault) => {
            errors.push(fault);
            None
        }
    }
}

fn fields(fields: &Fields) -> Vec<Field> {
    let is = |attribute: &Attribute, word: &str| attribute.path().is_ident(word);
    fields
        .members()
        .zip(fields)
        .map(|(member, field)| Field {
            member,
            ty: field.ty.clone(),
            is_marked: field.attrs.iter().any(|attribute| is(attribute, "source") || is(attribute, "from")),
            misplaced: field.attrs.iter().filter(|attribute| is(attribute, "classify")).cloned().collect(),
        })
        .collect()
}

/// Returns the words of all `#[classify(..)]` in one position.
fn words(attributes: &[Attribute], position: Position, errors: &mut Errors) -> Words {
    let mut all = Words::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("classify")) {
        // An enum itself has no class, so the usual example would not help.
        let example = match position {
            Position::Enum => "`#[classify(default = non_retryable)]`",
            _ => "`#[classify(retryable)]`",
        };
        let list = match &attribute.meta {
            Meta::List(list) if !list.tokens.is_empty() => list.tokens.clone(),
            Meta::NameValue(_) => {
                errors.add(attribute, format!("the class is written in parentheses: {example}"));
                all.is_faulty = true;
                continue;
            }
            Meta::Path(_) | Meta::List(_) => {
                errors.add(attribute, format!("the class is missing: {example}"));
                all.is_faulty = true;
                continue;
            }
        };
        let read = read(list, position, errors);
        all.words.extend(read.words);
        all.is_faulty |= read.is_faulty;
    }
    all
}

/// Reads a list of words, up to the first that cannot be read. Commas after that one could be anything.
pub(crate) fn read(list: TokenStream, position: Position, errors: &mut Errors) -> Words {
    let mut words = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            words.push(word(input, position)?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    let outcome = all.parse2(list);
    let is_faulty = outcome.is_err();
    if let Err(fault) = outcome {
        errors.push(fault);
    }
    Words { words, is_faulty }
}

/// Reads one word, up to the comma after it.
fn word(input: ParseStream<'_>, position: Position) -> syn::Result<Word> {
    if !input.peek(Ident::peek_any) {
        let written = up_to_comma(input)?;
        if written.is_empty() {
            return Err(input.error("a word is missing before this comma"));
        }
        return Err(syn::Error::new_spanned(&written, no_word(&written)));
    }
    let name = input.call(Ident::parse_any)?;
    if input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>]) {
        input.parse::<Token![=]>()?;
        return Ok(Word { name, value: value(input)? });
    }
    let list = input.peek(token::Paren).then(|| input.parse::<TokenTree>()).transpose()?;
    // `retryable after = ..` and the like: the tokens up to the comma are one mistake.
    if !ends_word(input) {
        let rest = up_to_comma(input)?;
        return Err(not_ended(&name, list.as_ref(), &rest, position));
    }
    Ok(Word { name, value: list.map_or(Value::Nothing, |list| Value::List(list.into())) })
}

/// Returns the message for something other than a word.
fn no_word(written: &TokenStream) -> String {
    match syn::parse2::<LitStr>(written.clone()) {
        Ok(text) => format!("a class is a word without quotes: `{}`", text.value()),
        Err(_) => {
            "a class is a word: `retryable`, `retryable(after = ..)`, `non_retryable`, `ignore`, `success` or `inherit`"
                .to_owned()
        }
    }
}

/// Returns the error for tokens after a word that do not belong to it.
fn not_ended(name: &Ident, list: Option<&TokenTree>, rest: &TokenStream, position: Position) -> syn::Error {
    let all = quote!(#name #list #rest);
    // `non-retryable` is an expression to the parser, but one misspelt word to the author.
    if list.is_none() {
        let written: String = format!("{name}{rest}").split_whitespace().collect();
        let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        if written.contains('-') && written.chars().all(is_word) {
            return syn::Error::new_spanned(all, unknown(&written, position));
        }
    }
    let is_class = |word: &Ident| CLASSES.iter().any(|class| word == class);
    match rest.clone().into_iter().next() {
        Some(TokenTree::Ident(next)) if next == AFTER => syn::Error::new_spanned(all, AFTER_IN_PARENTHESES),
        Some(TokenTree::Ident(next)) if is_class(name) && is_class(&next) => {
            syn::Error::new_spanned(next, second_class(name))
        }
        Some(TokenTree::Ident(next)) => {
            let message = format!("a comma is missing before `{next}`");
            syn::Error::new_spanned(next, message)
        }
        _ => {
            let message = format!("a comma is missing after `{name}`, or what follows does not belong to it");
            syn::Error::new_spanned(all, message)
        }
    }
}

fn value(input: ParseStream<'_>) -> syn::Result<Value> {
    if ends_word(input) {
        return Ok(Value::Forgotten);
    }
    // An expression that ends before the comma is the beginning of something unreadable.
    let fork = input.fork();
    match fork.parse::<Expr>() {
        Ok(expression) if ends_word(&fork) => {
            syn::parse::discouraged::Speculative::advance_to(input, &fork);
            Ok(Value::Given(expression))
        }
        _ => up_to_comma(input).map(Value::Unreadable),
    }
}

/// Returns the tokens inside the parentheses of a [`Value::List`].
pub(crate) fn parenthesized(list: &TokenStream) -> TokenStream {
    match list.clone().into_iter().next() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    }
}

fn ends_word(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn up_to_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !ends_word(input) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}
