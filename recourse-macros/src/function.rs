//! A function as it was written: its header is parsed, its body remains a sequence of tokens.
//!
//! So a half-typed body does not stop the expansion, and an editor finds every token of it at its place.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, FnArg, Ident, Meta, Signature, Token, Visibility};

/// A function, a method, or a method of a trait that has no body.
pub(crate) struct Function {
    /// All attributes except the one that is being expanded.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// `default`, the keyword of specialisation.
    pub(crate) defaultness: Option<Ident>,
    pub(crate) signature: Signature,
    /// The `#[by_ref]`s, each with the index of its parameter. They are taken off the signature, since rustc does not know them.
    pub(crate) by_ref: Vec<(usize, Attribute)>,
    pub(crate) body: Body,
}

/// The part after the header.
pub(crate) enum Body {
    /// `{ .. }`, as it was written.
    Braces(Group),
    /// `;`.
    Missing(Token![;]),
}

impl Body {
    /// Returns the inner attributes at the start of a body, and the rest.
    ///
    /// A start that cannot be read as an attribute stays in the rest, for rustc to report.
    pub(crate) fn open(braces: &Group) -> (Vec<Attribute>, TokenStream) {
        let inner_first = |input: ParseStream<'_>| {
            let attributes = Attribute::parse_inner(input)?;
            Ok((attributes, input.parse::<TokenStream>()?))
        };
        inner_first.parse2(braces.stream()).unwrap_or_else(|_| (Vec::new(), braces.stream()))
    }
}

impl Function {
    /// Returns true if each attempt gets a reference to the parameter at this index.
    pub(crate) fn is_by_ref(&self, parameter: usize) -> bool {
        self.by_ref.iter().any(|(index, _)| *index == parameter)
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        let visibility = input.parse()?;
        let defaultness = default_keyword(input)?;
        let mut signature: Signature = input.parse()?;
        // With the attribute still on it, the signature would not compile.
        let parameters = signature.inputs.iter_mut().enumerate();
        let by_ref = parameters
            .flat_map(|(index, parameter)| take_by_ref(parameter).into_iter().map(move |attribute| (index, attribute)));
        let by_ref = by_ref.collect();
        let body = if input.peek(Token![;]) {
            Body::Missing(input.parse()?)
        } else {
            let expected = input.error("expected the body of the function, in braces");
            input.parse::<TokenTree>().ok().and_then(braces).map(Body::Braces).ok_or(expected)?
        };
        Ok(Self { attributes, visibility, defaultness, signature, by_ref, body })
    }
}

/// Returns the braces of a body. Inside a `$body:block` of `macro_rules!`, they are surrounded by invisible ones.
fn braces(tree: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = tree else { return None };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => group.stream().into_iter().next().and_then(braces),
        _ => None,
    }
}

/// Reads `default`, which is a keyword only before an item.
fn default_keyword(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    // On a fork: any other word belongs to the signature.
    let fork = input.fork();
    match fork.parse::<Ident>() {
        Ok(word) if word == "default" => input.parse().map(Some),
        _ => Ok(None),
    }
}

pub(crate) fn is_by_ref(attribute: &Attribute) -> bool {
    attribute.path().is_ident("by_ref")
}

/// Returns true for `#[cfg_attr(.., by_ref)]`, which is not yet applied when this macro sees it.
pub(crate) fn is_conditional_by_ref(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let mut words = list.tokens.clone().into_iter();
    list.path.is_ident("cfg_attr") && words.any(|word| matches!(word, TokenTree::Ident(word) if word == "by_ref"))
}

/// Takes `#[by_ref]` off a parameter.
fn take_by_ref(parameter: &mut FnArg) -> Vec<Attribute> {
    let attributes = match parameter {
        FnArg::Receiver(receiver) => &mut receiver.attrs,
        FnArg::Typed(typed) => &mut typed.attrs,
    };
    let (taken, kept) = std::mem::take(attributes)
        .into_iter()
        .partition(|attribute| is_by_ref(attribute) || is_conditional_by_ref(attribute));
    *attributes = kept;
    taken
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attributes);
        self.visibility.to_tokens(tokens);
        self.defaultness.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Braces(braces) => braces.to_tokens(tokens),
            Self::Missing(semicolon) => semicolon.to_tokens(tokens),
        }
    }
}
