//! The options one by one: is the name known, is the option given once, can its value be read?

use super::super::ast::{Ast, WrittenOption};
use super::super::model::{ErrorClassifier, Fallback, Key as ModelKey, Rejections, Section, Sections, UserFunction};
use super::super::of_call::OfCall;
use crate::diagnostics::Errors;
use crate::options::{self, EXECUTOR, Spec};
use crate::runtime::Runtime;
use crate::value::Value;
use recourse_policy::{Key, KeyTemplate, TextError, text};
use syn::ext::IdentExt as _;
use syn::{Expr, ExprPath, Ident, Path};

/// The values of the options, each by itself. An option whose value could not be read is absent.
pub(crate) struct Settings<'a> {
    pub(crate) runtime: Runtime,
    pub(crate) key: Option<ModelKey<'a>>,
    pub(crate) policy: Sections<'a>,
    /// The word `idempotent`, if it is written.
    pub(crate) idempotent: Option<&'a Ident>,
    pub(crate) breaker: Option<&'a ExprPath>,
    pub(crate) redact: Option<&'a ExprPath>,
    pub(crate) executor: Option<&'a Expr>,
    pub(crate) errors: ErrorClassifier<'a>,
    pub(crate) values: Option<UserFunction<'a>>,
    pub(crate) rejections: Rejections<'a>,
    pub(crate) fallback: Option<Fallback<'a>>,
    pub(crate) of_call: OfCall<'a>,
    pub(crate) documented: bool,
}

impl Settings<'_> {
    /// Returns true if the fallback gets the arguments, which are kept for it.
    pub(super) fn keeps_arguments(&self) -> bool {
        self.fallback.is_some_and(Fallback::takes_arguments)
    }
}

/// Reports unknown and repeated options.
pub(super) fn names(ast: &Ast, errors: &mut Errors) {
    for (index, option) in ast.options.iter().enumerate() {
        let word = option.name.to_string();
        if options::spec(&word).is_none() {
            errors.add(&option.name, options::unknown(&word));
        } else if ast.options.iter().take(index).any(|earlier| earlier.name == word) {
            errors.add(&option.name, format!("`{word}` is given twice; keep one of them"));
        }
    }
}

/// Reads the value of every option that is known.
///
/// `arguments` are the names that the arguments have in the body.
pub(super) fn settings<'a>(ast: &'a Ast, arguments: &[Ident], errors: &mut Errors) -> Settings<'a> {
    // All values are read, even if options contradict each other: the mistakes in them are separate ones.
    let mut read = Reader { ast, errors };
    let (runtime, key) = (Runtime::new(read.crate_root()), read.key());
    // Before the policy: an expression is no part of it.
    let of_call = OfCall {
        deadline: read.deadline(),
        priority: read.priority(arguments),
        timeout: read.timeout_of_call(arguments),
        attempt: read.attempt_name(),
    };
    let policy = Sections {
        base: read.constant(options::POLICY),
        retry: read.section(options::RETRY, text::strict),
        hedge: read.section(options::HEDGE, text::strict),
        circuit: read.section(options::CIRCUIT, text::strict),
        budget: read.section(options::BUDGET, text::strict),
        concurrency: read.section(options::CONCURRENCY, text::strict),
        rate: read.section(options::RATE, text::strict),
        timeout: match of_call.timeout {
            None => read.section(options::TIMEOUT, |text| text::strict_duration(options::TIMEOUT, text)),
            Some(_) => None,
        },
        attempt_timeout: read
            .section(options::ATTEMPT_TIMEOUT, |text| text::strict_duration(options::ATTEMPT_TIMEOUT, text)),
        at_least: read.section(options::AT_LEAST, text::strict),
    };
    // Both together were reported as a conflict; `is_static` is filled in when the return type is known.
    let classifier = match (read.function(options::CLASSIFY), read.function(options::RETRY_IF)) {
        (Some(classify), _) => ErrorClassifier::Class(classify),
        (None, Some(retry_if)) => ErrorClassifier::RetryIf(retry_if),
        (None, None) => ErrorClassifier::Type { is_static: true },
    };
    Settings {
        runtime,
        key,
        policy,
        idempotent: read.flag(options::IDEMPOTENT),
        breaker: read.constant(options::BREAKER),
        redact: read.constant(options::REDACT),
        executor: read.given(EXECUTOR, Value::expression),
        errors: classifier,
        values: read.function(options::CLASSIFY_OK),
        rejections: read.rejections(),
        fallback: read.fallback(),
        of_call,
        documented: read.documented(),
    }
}

/// The name that an example gives to the argument of a function.
fn argument_of(name: &str) -> &'static str {
    match name {
        options::CLASSIFY_OK => "value",
        options::ON_REJECT => "rejected",
        _ => "error",
    }
}

/// Reads values, and reports those that the option does not take.
pub(super) struct Reader<'a, 'e> {
    pub(super) ast: &'a Ast,
    pub(super) errors: &'e mut Errors,
}

impl<'a> Reader<'a, '_> {
    pub(super) fn option(&self, name: &str) -> Option<(&'a WrittenOption, &'static Spec)> {
        Some((self.ast.option(name)?, options::spec(name)?))
    }

    pub(super) fn given<T>(&mut self, name: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Option<T> {
        let (option, spec) = self.option(name)?;
        let value = read(&option.value);
        if value.is_none() {
            option.value.refuse(&option.name, spec, self.errors);
        }
        value
    }

    /// Reads an option without a value, and returns its word.
    fn flag(&mut self, name: &str) -> Option<&'a Ident> {
        self.given(name, |value| value.is_flag().then_some(()))?;
        Some(&self.option(name)?.0.name)
    }

    /// Reads `docs`, and returns false if it is given: `"none"` is the only value it takes.
    fn documented(&mut self) -> bool {
        let Some(text) = self.given(options::DOCS, Value::text) else { return true };
        if text.value() != "none" {
            let message = format!(
                "docs: `{}` means nothing here; write `docs = \"none\"` to leave the section about resilience out of the \
                 documentation, or leave `docs` out to have it there",
                text.value()
            );
            self.errors.add(text, message);
        }
        false
    }

    /// Reads a function that is asked at once, with one argument.
    fn function(&mut self, name: &str) -> Option<UserFunction<'a>> {
        let Some((closure, _)) = self.option(name).and_then(|(option, spec)| Some((option.value.closure()?, spec)))
        else {
            return self.path(name).map(UserFunction::Path);
        };
        if let Some(word) = &closure.asyncness {
            let message = format!("`{name}` answers at once, and is not awaited; leave out `async`");
            self.errors.add(word, message);
        } else if closure.inputs.len() != 1 {
            let takes =
                if name == options::CLASSIFY_OK { "the value, by reference" } else { "the error, by reference" };
            let takes = if name == options::ON_REJECT { "the `Rejected`" } else { takes };
            self.errors.add(closure, format!("`{name}` gets one argument, {takes}: `|{}| ..`", argument_of(name)));
        } else {
            return Some(UserFunction::Closure(closure));
        }
        None
    }

    /// Reads `on_reject`: a function, or `"never"`.
    fn rejections(&mut self) -> Rejections<'a> {
        let text = self.option(options::ON_REJECT).and_then(|(option, _)| option.value.text());
        if text.is_some_and(|text| text.value() == options::NEVER) {
            return Rejections::Never;
        }
        let word = self.option(options::ON_REJECT).and_then(|(option, _)| option.value.path());
        if let Some(word) = word.filter(|word| word.path.is_ident(options::NEVER)) {
            self.errors.add(word, "text is written in quotes: `on_reject = \"never\"`");
            return Rejections::Never;
        }
        self.function(options::ON_REJECT).map_or(Rejections::Converted, Rejections::Function)
    }

    fn fallback(&mut self) -> Option<Fallback<'a>> {
        let (option, _) = self.option(options::FALLBACK)?;
        if let Some(closure) = option.value.closure() {
            return Some(Fallback::Closure(closure));
        }
        if let Some(value) = option.value.constant_result() {
            return Some(Fallback::Value(value));
        }
        self.path(options::FALLBACK).map(Fallback::Path)
    }

    fn path(&mut self, name: &str) -> Option<&'a ExprPath> {
        self.given(name, Value::path)
    }

    /// Reads the path of a constant or static, which is evaluated outside of the function.
    fn constant(&mut self, name: &str) -> Option<&'a ExprPath> {
        let path = self.path(name)?;
        // `Self` has a meaning where the path is written, but not in the generated static.
        let starts_with_self =
            path.qself.is_some() || path.path.segments.first().is_some_and(|first| first.ident == "Self");
        if starts_with_self {
            let message = format!(
                "`{name}` is evaluated once for the whole program, where `Self` and type parameters have no meaning; write the \
                 type's own name instead of `Self`, as in `Client::{}`, or a `const` outside of the `impl`",
                path.path.segments.last().map_or_else(|| "LIMIT".to_owned(), |last| last.ident.to_string())
            );
            self.errors.add(path, message);
            return None;
        }
        // By the convention that rustc checks, a name without a capital is that of a function. Breakers and redactions are functions.
        let last = path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
        if name == options::POLICY && !last.contains(char::is_uppercase) {
            let message = format!(
                "`policy` takes a `const` or a `static`, and `{last}` is the name of a function, or of an argument; outside of the \
                 function, write `const {upper}: Policy = {last}();`, and `policy = {upper}` here",
                upper = last.to_uppercase()
            );
            self.errors.add(path, message);
            return None;
        }
        Some(path)
    }

    fn crate_root(&mut self) -> Option<&'a Path> {
        let path = self.path(options::CRATE)?;
        if path.qself.is_none() {
            return Some(&path.path);
        }
        let (option, spec) = self.option(options::CRATE)?;
        option.value.refuse(&option.name, spec, self.errors);
        None
    }

    fn section<T>(
        &mut self,
        name: &str,
        strict: impl FnOnce(&str) -> Result<T, Vec<TextError>>,
    ) -> Option<Section<'a, T>> {
        let (option, _) = self.option(name)?;
        let Some(literal) = option.value.text() else { return self.unquoted(name).map(Section::Path) };
        match strict(&literal.value()) {
            Ok(section) => Some(Section::Written(section)),
            Err(faults) => {
                // Stable Rust cannot underline a part of a literal, so the messages quote the word.
                for fault in faults {
                    self.errors.add(literal, fault.message());
                }
                None
            }
        }
    }

    /// Reads a path, unless it is text without quotes, such as `retry = defaults`.
    fn unquoted(&mut self, name: &str) -> Option<&'a ExprPath> {
        let (option, spec) = self.option(name)?;
        let word = option.value.path().and_then(|path| path.path.get_ident());
        if word.is_some_and(|word| options::read(name, &word.to_string()).is_ok()) {
            option.value.refuse(&option.name, spec, self.errors);
            return None;
        }
        self.constant(name)
    }

    fn key(&mut self) -> Option<ModelKey<'a>> {
        let key = self.given(options::KEY, Value::text)?;
        let text = key.value();
        // A single brace is a template too: its parser says which other one is missing.
        let checked = if text.contains(['{', '}']) {
            text.parse::<KeyTemplate>().map(Some).map_err(|fault| fault.to_string())
        } else {
            Key::new(text.as_str()).map(|_| None).map_err(|fault| fault.to_string())
        };
        match checked {
            Ok(template) => Some(ModelKey { written: key, template }),
            Err(fault) => {
                self.errors.add(key, fault);
                None
            }
        }
    }
}
