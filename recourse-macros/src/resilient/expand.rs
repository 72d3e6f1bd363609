//! [`Model`] -> tokens. Cannot fail.
//!
//! ```text
//! // Input
//! #[resilient(key = "users.get", retry = "3 attempts", timeout = "2s")]
//! async fn get_user(&self, id: UserId) -> Result<User, ApiError> { BODY }
//!
//! // Output, ::recourse::__private left out
//! async fn get_user(&self, id: UserId) -> Result<User, ApiError> {
//!     static __RECOURSE_SITE: Site = Site::new(Name::literal("users.get"), Policy::new().retry(..).timeout(..));
//!     let judge = judge::<Result<User, ApiError>, _, _, _, _>(|error| .., accept, from_rejection, |error| ..);
//!     let mut call = ::core::pin::pin!(__RECOURSE_SITE.call());
//!     loop {
//!         let turn = call.as_mut().step(judge).await;
//!         match turn {
//!             Turn::Launch => {
//!                 let id = clone_arg(&id);
//!                 call.as_mut().launch(async move { EDGE; { BODY } });
//!             }
//!             Turn::Done(result) => break result,
//!         }
//!     }
//! }
//! ```
//!
//! The static comes first (`clippy::items_after_statements`), results are bound before they are matched
//! (`clippy::blocks_in_conditions`), `allow` stands on generated `let`s only, and method syntax is used on our own types only.

use super::arguments::{Argument, Arguments, Pass};
use super::literals::Emit;
use super::model::{Errors, Judge, Model, Section, Sections, Shape};
use crate::function::{Body, Function};
use crate::paths::{Runtime, here, place};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{TokenStreamExt as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ExprPath, Token};

/// Tokens of the attribute, whose names nobody else can see.
macro_rules! ours {
    ($($tokens:tt)*) => { quote_spanned!(here()=> $($tokens)*) };
}

pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let Function { attributes, visibility, defaultness, signature, .. } = model.function;
    let (inner_attributes, body) = Body::open(model.body);
    let braces = braces(&body, model.body.span());
    let (signature, statements) = match &model.shape {
        Shape::Once => (signature, once(model, &braces)),
        Shape::Repeat { arguments, .. } => (&arguments.signature, repeat(model, arguments, &braces)),
    };
    let site = site(model);
    let judge = judge(&model.runtime, &model.judge);
    let mut block = TokenStream::new();
    block.append_all(inner_attributes);
    block.extend(ours! { #site #judge #statements });
    let mut block = Group::new(Delimiter::Brace, block);
    // Else what a lint says about the whole function is shown at the attribute.
    block.set_span(model.body.span());
    quote! {
        #(#attributes)*
        #visibility #defaultness #signature #block
    }
}

/// The user's braces around the user's tokens.
///
/// At the user's place, so that a wrong tail is reported there; but seen as a macro's, or `unused_braces` would fire on
/// one-line bodies.
fn braces(body: &TokenStream, user: Span) -> Group {
    let mut braces = Group::new(Delimiter::Brace, body.clone());
    braces.set_span(place(user));
    braces
}

/// `let call = pin!(__RECOURSE_SITE.once_call(async move { .. })); call.finish(judge).await`
fn once(model: &Model<'_>, braces: &Group) -> TokenStream {
    let Names { site, judge, call, .. } = Names::new();
    let attempt = attempt(model, &TokenStream::new(), braces);
    let started = model
        .executor
        .map_or_else(|| ours!(#site.once_call(#attempt)), |executor| ours!(#site.once_call_in(&(#executor), #attempt)));
    ours! {
        let #call = ::core::pin::pin!(#started);
        #call.finish(#judge).await
    }
}

/// The loop.
fn repeat(model: &Model<'_>, arguments: &Arguments, braces: &Group) -> TokenStream {
    let Names { site, judge, call, turn, result, saved, .. } = Names::new();
    let ty = model.runtime.turn();
    let started = model.executor.map_or_else(|| ours!(#site.call()), |executor| ours!(#site.call_in(&(#executor))));
    let (keep_self, fresh_self) = arguments.owned_self.map(|word| owned_self(&model.runtime, word, &saved)).unzip();
    let fresh = arguments.passed.iter().map(|argument| fresh(&model.runtime, argument));
    let patterns: TokenStream = arguments.passed.iter().map(take_apart).collect();
    let attempt = attempt(model, &patterns, braces);
    ours! {
        let mut #call = ::core::pin::pin!(#started);
        #keep_self
        loop {
            let #turn = #call.as_mut().step(#judge).await;
            match #turn {
                #ty::Launch => {
                    #fresh_self
                    #(#fresh)*
                    #call.as_mut().launch(#attempt);
                }
                #ty::Done(#result) => break #result,
            }
        }
    }
}

/// One run of the body, as a future.
///
/// The `if` is never taken. It is the one form that gives the body the expected type of its tail and of every `return` in it,
/// without code that any lint calls unreachable.
fn attempt(model: &Model<'_>, patterns: &TokenStream, braces: &Group) -> TokenStream {
    let (returns, edge) = (&model.judge.returns, Names::new().edge);
    ours! {
        async move {
            if let ::core::option::Option::Some(#edge) = ::core::option::Option::None::<#returns> {
                return #edge;
            }
            #patterns
            #braces
        }
    }
}

/// `let id = clone_arg(&id);`, all of it at the argument's place: there rustc says that it is not `Clone`.
fn fresh(runtime: &Runtime, argument: &Argument) -> Option<TokenStream> {
    let Argument { attributes, name, pass, .. } = argument;
    let lints = lints();
    let at = place(name.span());
    let made = match pass {
        Pass::Captured => return None,
        Pass::Copied(mutable) => ours!(let #mutable #name = #name;),
        Pass::Cloned(mutable) => {
            let clone_arg = runtime.clone_arg(at);
            let call = quote_spanned!(at=> #clone_arg(&#name));
            ours!(let #mutable #name = #call;)
        }
    };
    Some(quote!(#(#attributes)* #lints #made))
}

/// `let (x, y) = __arg2;`
fn take_apart(argument: &Argument) -> TokenStream {
    let Argument { attributes, name, pattern: Some(pattern), .. } = argument else { return TokenStream::new() };
    let lints = lints();
    ours!(#(#attributes)* #lints let #pattern = #name;)
}

/// `self` cannot be shadowed, but a moved-out `mut self` may be assigned again.
fn owned_self(runtime: &Runtime, word: Token![self], saved: &Ident) -> (TokenStream, TokenStream) {
    let at = place(word.span);
    let clone_arg = runtime.clone_arg(at);
    let shown = moved(saved, at);
    let call = quote_spanned!(at=> #clone_arg(&#shown));
    let keep = ours!(let #saved = #word;);
    let fresh = ours! {
        #[allow(unused_assignments)]
        {
            #word = #call;
        }
    };
    (keep, fresh)
}

/// What generated `let`s of the user's names would set off.
fn lints() -> TokenStream {
    ours! {
        #[allow(
            unknown_lints,
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding
        )]
    }
}

/// `static __RECOURSE_SITE: Site = Site::new(NAME, POLICY).once();`
fn site(model: &Model<'_>) -> TokenStream {
    let (runtime, sections) = (&model.runtime, &model.policy);
    let name = Names::new().site;
    let ty = runtime.site(here());
    let name_type = runtime.name_of_site();
    let key = model.key.map_or_else(|| ours!(#name_type::path(|| {})), |key| ours!(#name_type::literal(#key)));
    // A constant out of bounds fails in this call, so it is shown at the path of the constant.
    let at = sections.paths().next().map_or_else(here, |path| place(path.span()));
    let new = runtime.site(at);
    let policy = policy(runtime, sections);
    let made = quote_spanned!(at=> #new::new(#key, #policy));
    let budget = match &sections.budget {
        Some(Section::Path(path)) => Some(ours!(.budget(&#path))),
        _ => None,
    };
    let shape = match model.shape {
        Shape::Once => Some(ours!(.once())),
        Shape::Repeat { hedged: true, .. } => Some(ours!(.hedgeable())),
        Shape::Repeat { hedged: false, .. } => None,
    };
    ours!(static #name: #ty = #made #budget #shape;)
}

fn policy(runtime: &Runtime, sections: &Sections<'_>) -> TokenStream {
    let ty = runtime.policy();
    let mut policy = sections.base.map_or_else(|| ours!(#ty::new()), |path| ours!(#path));
    let written_budget = sections.budget.as_ref().filter(|budget| matches!(budget, Section::Written(_)));
    policy.extend(part(runtime, "retry", sections.retry.as_ref()));
    policy.extend(part(runtime, "hedge", sections.hedge.as_ref()));
    policy.extend(part(runtime, "circuit", sections.circuit.as_ref()));
    policy.extend(part(runtime, "budget", written_budget));
    policy.extend(part(runtime, "timeout", sections.timeout.as_ref()));
    policy.extend(part(runtime, "attempt_timeout", sections.attempt_timeout.as_ref()));
    policy
}

/// `.retry(..)`
fn part<T: Emit>(runtime: &Runtime, setter: &str, section: Option<&Section<'_, T>>) -> Option<TokenStream> {
    let (at, value) = match section? {
        Section::Written(section) => (here(), section.emit(runtime)),
        Section::Path(path) => (place(path.span()), quote!(#path)),
    };
    let setter = Ident::new(setter, at);
    Some(quote_spanned!(at=> .#setter(#value)))
}

/// `let judge = judge::<RET, _, _, _, _>(..);`, the only call with bounds on the return type, shown at its error type.
fn judge(runtime: &Runtime, judge: &Judge<'_>) -> TokenStream {
    let Names { judge: name, value, rejected, .. } = Names::new();
    let Judge { returns, blame, values, rejections, .. } = judge;
    let at = place(*blame);
    let errors = judge_of_errors(runtime, &judge.errors);
    let values = values.map_or_else(|| runtime.accept(), |path| closure(path, &value));
    let rejections = rejections.map_or_else(|| conversion(runtime, &rejected, at), |path| closure(path, &rejected));
    let text = text_of_errors(runtime);
    let made = runtime.judge(at);
    let call = quote_spanned!(at=> #made::<#returns, _, _, _, _>(#errors, #values, #rejections, #text));
    ours!(let #name = #call;)
}

fn judge_of_errors(runtime: &Runtime, errors: &Errors<'_>) -> TokenStream {
    let error = Names::new().error;
    match errors {
        Errors::Own => {
            let (probe, traits) = (runtime.probe(), runtime.ways_to_class());
            ours! {
                |#error| {
                    #[allow(unused_imports)]
                    use #traits;
                    (&&&#probe(#error)).class()
                }
            }
        }
        Errors::Class(path) => closure(path, &error),
        Errors::RetryIf(path) => {
            let at = place(path.span());
            let (retry_if, error) = (runtime.retry_if(at), moved(&error, at));
            quote_spanned!(at=> |#error| #retry_if(#path(#error)))
        }
    }
}

fn text_of_errors(runtime: &Runtime) -> TokenStream {
    let error = Names::new().error;
    let (probe, traits) = (runtime.probe(), runtime.ways_to_text());
    ours! {
        |#error| {
            #[allow(unused_imports)]
            use #traits;
            (&&#probe(#error)).text()
        }
    }
}

/// `|rejected| from_rejection(rejected)`: were it the bare path, its type would carry the bound to wherever `judge` goes, and
/// rustc would report the one mistake at each of these places.
fn conversion(runtime: &Runtime, rejected: &Ident, at: Span) -> TokenStream {
    let (conversion, rejected) = (runtime.conversion(at), moved(rejected, at));
    quote_spanned!(at=> |#rejected| #conversion(#rejected))
}

/// `|error| path(error)`: unlike the bare path, it takes functions that are generic over the lifetime of the borrow.
fn closure(path: &ExprPath, argument: &Ident) -> TokenStream {
    let at = place(path.span());
    let argument = moved(argument, at);
    quote_spanned!(at=> |#argument| #path(#argument))
}

/// The same name, shown at another place.
fn moved(name: &Ident, at: Span) -> Ident {
    let mut moved = name.clone();
    moved.set_span(name.span().located_at(at));
    moved
}

/// Every name the expansion invents, each made in one place only: a name of another origin would be another name.
///
/// Nobody else can see the locals. Items are seen by the body, so the static has a name that nobody has in use.
struct Names {
    site: Ident,
    judge: Ident,
    call: Ident,
    turn: Ident,
    result: Ident,
    edge: Ident,
    saved: Ident,
    error: Ident,
    value: Ident,
    rejected: Ident,
}

impl Names {
    fn new() -> Self {
        let name = |name| Ident::new(name, here());
        Self {
            site: name("__RECOURSE_SITE"),
            judge: name("judge"),
            call: name("call"),
            turn: name("turn"),
            result: name("result"),
            edge: name("edge"),
            saved: name("saved"),
            error: name("error"),
            value: name("value"),
            rejected: name("rejected"),
        }
    }
}
