//! The value of an option, and the error messages for values that the option does not take.
//!
//! Most wrong values show what was meant: text without quotes, a number without a unit, a closure for a path. The message then
//! spells out the correction.

use crate::diagnostics::Errors;
use crate::options::{self, Spec};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use recourse_policy::text::did_you_mean;
use syn::{Expr, ExprCall, ExprClosure, ExprField, ExprLit, ExprPath, Ident, Lit, LitStr, Path};

/// The part of an option after its name.
pub(crate) enum Value {
    /// `retry`.
    Nothing,
    /// `retry =`.
    Forgotten,
    /// `retry = <expression>`.
    Given(Expr),
    /// `retry(..)`.
    List(TokenStream),
    /// `retry = <tokens that are not an expression>`.
    Unreadable(TokenStream),
}

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Nothing | Self::Forgotten => {}
            Self::Given(expression) => expression.to_tokens(tokens),
            Self::List(written) | Self::Unreadable(written) => written.to_tokens(tokens),
        }
    }
}

impl Value {
    /// Returns the value if it is a string.
    pub(crate) fn text(&self) -> Option<&LitStr> {
        match self.bare()? {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            _ => None,
        }
    }

    /// Returns the value if it is a path.
    pub(crate) fn path(&self) -> Option<&ExprPath> {
        match self.bare()? {
            Expr::Path(path) => Some(path),
            _ => None,
        }
    }

    /// Returns the value if it is a closure.
    pub(crate) fn closure(&self) -> Option<&ExprClosure> {
        match self.bare()? {
            Expr::Closure(closure) => Some(closure),
            _ => None,
        }
    }

    /// Returns true for a duration that is spelled out: `Duration::from_millis(5)`.
    pub(crate) fn is_duration(&self) -> bool {
        matches!(self.bare(), Some(Expr::Call(call)) if duration_of(call).is_some())
    }

    /// Returns the value if it is `Ok(..)`.
    pub(crate) fn constant_result(&self) -> Option<&Expr> {
        let value = self.bare()?;
        let Expr::Call(ExprCall { func, .. }) = value else { return None };
        matches!(&**func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Ok"))
            .then_some(value)
    }

    /// Returns true if there is no value, and no `=`.
    pub(crate) fn is_flag(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    pub(crate) fn expression(&self) -> Option<&Expr> {
        match self {
            Self::Given(expression) => Some(expression),
            _ => None,
        }
    }

    /// Returns the expression without the invisible groups that `macro_rules!` puts around its arguments.
    fn bare(&self) -> Option<&Expr> {
        let mut expression = self.expression()?;
        while let Expr::Group(group) = expression {
            expression = &group.expr;
        }
        Some(expression)
    }

    /// Reports a value that the option does not take: what is wrong, what is expected, and what to write.
    pub(crate) fn refuse(&self, name: &Ident, spec: &Spec, errors: &mut Errors) {
        let key = spec.name;
        if spec.is_flag() {
            match self {
                Self::Nothing | Self::Forgotten => errors.add(name, self.wrong_flag(spec)),
                Self::List(list) => errors.add(quote!(#name #list), self.wrong_flag(spec)),
                Self::Given(_) | Self::Unreadable(_) => errors.add(self, self.wrong_flag(spec)),
            }
            return;
        }
        let expected = format!("`{key}` takes {}: `{key} = {}`", spec.takes, spec.example);
        match self {
            Self::Nothing | Self::Forgotten => {
                let message = format!("`{key}` needs a value: {}, as in `{key} = {}`", spec.takes, spec.example);
                errors.add(name, message);
            }
            Self::List(list) => errors.add(quote!(#name #list), format!("options are written with `=`; {expected}")),
            Self::Unreadable(written) => errors.add(written, self.wrong(spec, &expected)),
            Self::Given(expression) => errors.add(expression, self.wrong(spec, &expected)),
        }
    }

    /// Returns the message for a value after an option that takes none.
    fn wrong_flag(&self, spec: &Spec) -> String {
        let key = spec.name;
        // `idempotent = false` asks for the opposite, which has to be written differently.
        let off = match self.bare() {
            Some(Expr::Lit(ExprLit { lit: Lit::Bool(on), .. })) => !on.value,
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => matches!(text.value().as_str(), "false" | "none"),
            _ => false,
        };
        let otherwise = if off { format!("; to turn it off, leave `{key}` out") } else { String::new() };
        format!("`{key}` takes no value: write just the word, `{key}`{otherwise}")
    }

    /// Returns the message for a value of the wrong kind.
    fn wrong(&self, spec: &Spec, expected: &str) -> String {
        let key = spec.name;
        let takes_text = spec.example.starts_with('"');
        // From the most specific guess to the least: the last arms fit almost any expression.
        match self.bare() {
            Some(Expr::Lit(ExprLit { lit, .. })) => wrong_literal(lit, spec, expected),
            Some(Expr::Field(ExprField { base, member, .. })) if options::FUNCTIONS.contains(&key) && is_self(base) => {
                let member = member.to_token_stream();
                format!("a method is named by its path, and gets the receiver first: `{key} = Self::{member}`")
            }
            Some(Expr::Closure(_)) if options::FUNCTIONS.contains(&key) => {
                format!("a closure has no path; write it as a function; {expected}")
            }
            Some(Expr::Call(call))
                if matches!(key, options::TIMEOUT | options::ATTEMPT_TIMEOUT) && duration_of(call).is_some() =>
            {
                let text = duration_of(call).unwrap_or_default();
                format!("a duration is text: `{key} = \"{text}\"`")
            }
            // The policy is a constant of the whole program, so a call cannot be evaluated for it.
            Some(Expr::Call(_) | Expr::MethodCall(_)) if takes_text && key != options::KEY => {
                let (item, name) = (
                    if matches!(key, options::BUDGET | options::HEDGE) { "static" } else { "const" },
                    key.to_uppercase(),
                );
                format!(
                    "`{key}` takes {}, not an expression; write `{item} {name}: .. = ..;` outside of the function, and \
                     `{key} = {name}` here",
                    spec.takes
                )
            }
            // Tokens that would be correct as text only lack their quotes. (A key can be almost any text.)
            _ if takes_text && key != options::KEY => {
                let text = self.to_token_stream().to_string();
                match options::read(key, &text) {
                    Ok(()) => format!("text is written in quotes: `{key} = \"{text}\"`"),
                    Err(_) => expected.to_owned(),
                }
            }
            _ => expected.to_owned(),
        }
    }
}

fn is_self(expression: &Expr) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident("self"))
}

/// Returns the text for `Duration::from_millis(5)`.
fn duration_of(call: &ExprCall) -> Option<String> {
    let Expr::Path(path) = &*call.func else { return None };
    let unit = match path.path.segments.last()?.ident.to_string().as_str() {
        "from_secs" | "from_secs_f64" => "s",
        "from_millis" => "ms",
        "from_micros" => "us",
        "from_mins" => "m",
        "from_hours" => "h",
        _ => return None,
    };
    match call.args.first()? {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(format!("{}{unit}", number.base10_digits())),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => Some(format!("{}{unit}", number.base10_digits())),
        _ => None,
    }
}

/// Returns the message for a literal of the wrong kind.
fn wrong_literal(literal: &Lit, spec: &Spec, expected: &str) -> String {
    let key = spec.name;
    let (digits, suffix) = match literal {
        Lit::Int(number) => (number.base10_digits(), number.suffix()),
        Lit::Float(number) => (number.base10_digits(), number.suffix()),
        Lit::Str(text) => return wrong_text(text, spec, expected),
        Lit::ByteStr(_) | Lit::CStr(_) | Lit::Char(_) | Lit::Byte(_) if spec.example.starts_with('"') => {
            return format!("a plain string in double quotes is expected; {expected}");
        }
        Lit::Bool(on) if matches!(key, options::RETRY | options::CIRCUIT | options::BUDGET) => {
            let word = if on.value { "defaults" } else { "none" };
            return format!("`{key}` takes text, not `{}`; write `{key} = \"{word}\"`", on.value);
        }
        _ => return expected.to_owned(),
    };
    // Without a unit there are two likely meanings, so both corrections are shown.
    match key {
        options::TIMEOUT | options::ATTEMPT_TIMEOUT if suffix.is_empty() => {
            format!("a duration is text and has a unit: `{key} = \"{digits}s\"`, or `{key} = \"{digits}ms\"`")
        }
        options::TIMEOUT | options::ATTEMPT_TIMEOUT => {
            format!("a duration is text and is written in quotes: `{key} = \"{digits}{suffix}\"`")
        }
        options::RETRY if suffix.is_empty() => {
            format!("a number does not say what it counts: `retry = \"{digits} attempts\"` (the first one counts)")
        }
        options::CIRCUIT if suffix.is_empty() => {
            format!("a number does not say what it counts: `circuit = \"{digits} failures in 10s\"`")
        }
        options::CONCURRENCY if suffix.is_empty() => {
            format!("a number does not say what it counts: `concurrency = \"{digits} at once\"`")
        }
        options::BUDGET if suffix.is_empty() => {
            format!(
                "a number does not say what it counts: `budget = \"{digits}%\"`, or `budget = \"{digits}% + 10/s\"`"
            )
        }
        options::HEDGE if !suffix.is_empty() => format!("text is written in quotes: `hedge = \"{digits}{suffix}\"`"),
        _ => expected.to_owned(),
    }
}

/// Returns the message for a string instead of a path.
fn wrong_text(text: &LitStr, spec: &Spec, expected: &str) -> String {
    let (key, text) = (spec.name, text.value());
    if key == options::ON_REJECT && did_you_mean(&text, &[options::NEVER]).is_some() {
        return format!("`on_reject` knows no `{text}`; did you mean `on_reject = \"{}\"`?", options::NEVER);
    }
    // Two options have a similar name, so the text may be meant for the other one.
    if key == options::BREAKER && options::read(options::CIRCUIT, &text).is_ok() {
        return format!("`breaker` takes the path of a function; the settings go to `circuit`: `circuit = \"{text}\"`");
    }
    // The text of one part of a policy shows which option it was meant for.
    let sections =
        [options::RETRY, options::HEDGE, options::CIRCUIT, options::BUDGET, options::CONCURRENCY, options::TIMEOUT];
    let section = sections.iter().find(|section| key == options::POLICY && options::read(section, &text).is_ok());
    if let Some(section) = section {
        return format!(
            "`policy` takes the path of a `const`; this text goes to `{section}`: `{section} = \"{text}\"`"
        );
    }
    match syn::parse_str::<Path>(&text) {
        Ok(_) => format!("`{key}` takes a path, not text; write it without quotes: `{key} = {text}`"),
        Err(_) => format!("a string cannot be used here; {expected}"),
    }
}
