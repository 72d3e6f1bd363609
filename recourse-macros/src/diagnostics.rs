//! Errors, collected while reading goes on, so that all mistakes in one attribute are reported together.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;

/// The errors found so far.
///
/// Every phase of a macro adds to one value of this type. What they made of the input can be had only through
/// [`Errors::finish`], which returns it if nothing was added, so no phase can forget to check.
#[must_use]
#[derive(Default)]
pub(crate) struct Errors {
    errors: Option<syn::Error>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds an error at these tokens.
    ///
    /// Takes tokens rather than a span, because stable Rust cannot join spans: the span of a path is that of its first token, while
    /// an error made from tokens underlines from the first to the last.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.errors {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// Returns true while no error was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_none()
    }

    /// Returns what was made of the input, or every error as a `compile_error!`.
    pub(crate) fn finish<T>(self, made: Option<T>) -> Result<T, TokenStream> {
        match (self.errors, made) {
            (None, Some(made)) => Ok(made),
            (Some(errors), _) => Err(errors.into_compile_error()),
            // Impossible as long as every phase that returns nothing says why.
            (None, None) => {
                let bug = "recourse: the attribute could not be read, and no reason was given; please report this";
                Err(syn::Error::new(proc_macro2::Span::call_site(), bug).into_compile_error())
            }
        }
    }
}

/// Writes `` `a`, `b` and `c` ``.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}
