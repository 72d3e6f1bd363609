//! A function as it was written: its header parsed, its body left as the tokens it is made of.
//!
//! A half-typed body therefore does not stop the expansion, and an editor finds every token of it where it was.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, FnArg, Ident, Signature, Token, Visibility};

/// A function, a method, or a method of a trait that has no body.
pub(crate) struct Function {
    /// All attributes but the one that is expanded.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// `default`, of specialisation.
    pub(crate) defaultness: Option<Ident>,
    pub(crate) signature: Signature,
    /// `#[by_ref]`s taken off the parameters, with the parameter's place: they are ours, and no compiler knows them.
    pub(crate) lent: Vec<(usize, Attribute)>,
    pub(crate) body: Body,
}

/// What stands behind the header.
pub(crate) enum Body {
    /// `{ .. }`, untouched.
    Braces(Group),
    /// `;`.
    Missing(Token![;]),
}

impl Body {
    /// The inner attributes at its start, and the rest.
    ///
    /// A start that cannot be read as an attribute is left where it is, for rustc to judge.
    pub(crate) fn open(braces: &Group) -> (Vec<Attribute>, TokenStream) {
        let inner_first = |input: ParseStream<'_>| {
            let attributes = Attribute::parse_inner(input)?;
            Ok((attributes, input.parse::<TokenStream>()?))
        };
        inner_first.parse2(braces.stream()).unwrap_or_else(|_| (Vec::new(), braces.stream()))
    }
}

impl Function {
    /// True where the parameter is lent to each attempt.
    pub(crate) fn lends(&self, parameter: usize) -> bool {
        self.lent.iter().any(|(lent, _)| *lent == parameter)
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        let visibility = input.parse()?;
        let defaultness = default_keyword(input)?;
        let mut signature: Signature = input.parse()?;
        let parameters = signature.inputs.iter_mut().enumerate();
        let lent = parameters
            .flat_map(|(index, parameter)| take_by_ref(parameter).into_iter().map(move |attribute| (index, attribute)));
        let lent = lent.collect();
        let body = if input.peek(Token![;]) {
            Body::Missing(input.parse()?)
        } else {
            let expected = input.error("expected the body of the function, in braces");
            input.parse::<TokenTree>().ok().and_then(braces).map(Body::Braces).ok_or(expected)?
        };
        Ok(Self { attributes, visibility, defaultness, signature, lent, body })
    }
}

/// A body, also where `macro_rules!` hands it on as `$body:block`, in invisible braces around the visible ones.
fn braces(tree: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = tree else { return None };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => group.stream().into_iter().next().and_then(braces),
        _ => None,
    }
}

/// `default` is a keyword only in front of an item.
fn default_keyword(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let fork = input.fork();
    match fork.parse::<Ident>() {
        Ok(word) if word == "default" => input.parse().map(Some),
        _ => Ok(None),
    }
}

fn take_by_ref(parameter: &mut FnArg) -> Vec<Attribute> {
    let attributes = match parameter {
        FnArg::Receiver(receiver) => &mut receiver.attrs,
        FnArg::Typed(typed) => &mut typed.attrs,
    };
    let (lent, kept) =
        std::mem::take(attributes).into_iter().partition(|attribute| attribute.path().is_ident("by_ref"));
    *attributes = kept;
    lent
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
