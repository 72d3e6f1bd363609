//! Faults, collected while reading on, so that all mistakes of one attribute are reported together.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;

/// The faults found so far.
///
/// Every phase adds to one value of this type, and its result can only be had through [`Errors::finish`], which gives it
/// out when nothing was added. So no phase can forget to ask.
#[must_use]
#[derive(Default)]
pub(crate) struct Errors {
    faults: Option<syn::Error>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Takes tokens rather than a span: stable Rust cannot join spans, so the span of a path is only its first token,
    /// while an error made from tokens underlines from the first to the last.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, fault: syn::Error) {
        match &mut self.faults {
            Some(faults) => faults.combine(fault),
            none => *none = Some(fault),
        }
    }

    /// True while no fault was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.faults.is_none()
    }

    /// What was made of the input, or every fault as `compile_error!`s.
    pub(crate) fn finish<T>(self, made: Option<T>) -> Result<T, TokenStream> {
        match (self.faults, made) {
            (None, Some(made)) => Ok(made),
            (Some(faults), _) => Err(faults.into_compile_error()),
            (None, None) => {
                let bug = "recourse: the attribute could not be read, and no reason was given; please report this";
                Err(syn::Error::new(proc_macro2::Span::call_site(), bug).into_compile_error())
            }
        }
    }
}

/// `` `a`, `b` and `c` ``.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}
