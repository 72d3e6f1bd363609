//! Triggers by name, for policies that arrive as data: `"hedge": { "trigger": "adaptive" }`.
//!
//! Code names a trigger by its path. Data cannot, so a program registers the triggers that data may name. What happens if a name is
//! unknown is for the program to say, see [`Unknown`].

use super::trigger::Trigger;
use crate::sync::{Arc, Mutex, lock};
use recourse_policy::text::did_you_mean;
use recourse_policy::{HedgePolicy, Key, KeyError};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

/// The limit of triggers in one registry. Names come from the program's source, and a program that generates them should notice.
const CAPACITY: usize = 1_000;
/// The limit of names that a message lists.
const LISTED: usize = 10;

/// The triggers that a policy which arrives as data may name.
///
/// ```
/// use recourse::hedge::{FixedDelay, TriggerRegistry, Unknown};
/// use std::time::Duration;
///
/// static TRIGGERS: TriggerRegistry = TriggerRegistry::new();
/// TRIGGERS.register("adaptive", FixedDelay::new(Duration::from_millis(20)))?;
///
/// assert!(TRIGGERS.resolve("adaptive", Unknown::Refuse)?.is_some());
/// assert!(TRIGGERS.resolve("adaptve", Unknown::NoHedge)?.is_none());
/// let refused = TRIGGERS.resolve("adaptve", Unknown::Refuse).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "hedge: no trigger `adaptve` is registered; did you mean `adaptive`? registered: `adaptive`"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct TriggerRegistry {
    triggers: Mutex<BTreeMap<Key, Arc<dyn Trigger>>>,
}

/// What happens to a policy that names a trigger which is not registered.
///
/// ```
/// use recourse::hedge::{TriggerRegistry, Unknown};
///
/// static TRIGGERS: TriggerRegistry = TriggerRegistry::new();
/// assert!(TRIGGERS.resolve("adaptive", Unknown::NoHedge).unwrap().is_none());
/// assert!(TRIGGERS.resolve("adaptive", Unknown::Refuse).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unknown {
    /// The policy is applied without hedging.
    NoHedge,
    /// The policy is refused.
    Refuse,
}

impl TriggerRegistry {
    /// Creates an empty registry.
    #[must_use]
    pub const fn new() -> Self {
        Self { triggers: Mutex::new(BTreeMap::new()) }
    }

    /// Registers a trigger under a name: parts of `[A-Za-z0-9_-]` joined by dots, as in a key. A text that `hedge` reads already,
    /// such as `p99`, is no name. A name is given once, so it keeps its meaning for a policy that has resolved it.
    ///
    /// # Errors
    ///
    /// Returns a [`RegisterError`] if the name is malformed, reserved or taken, or if the registry is full.
    pub fn register(&self, name: &str, trigger: impl Trigger + 'static) -> Result<(), RegisterError> {
        let name = Key::parse(name).map_err(RegisterError::Name)?;
        if name.as_str().parse::<HedgePolicy>().is_ok() {
            return Err(RegisterError::Reserved(name));
        }
        // Made before the lock is taken, so that a trigger which is refused is dropped after the lock: its drop is the user's code.
        let trigger: Arc<dyn Trigger> = Arc::new(trigger);
        let mut triggers = lock(&self.triggers);
        if triggers.contains_key(&name) {
            return Err(RegisterError::Taken(name));
        }
        if triggers.len() >= CAPACITY {
            return Err(RegisterError::Full(name));
        }
        triggers.insert(name, trigger);
        Ok(())
    }

    /// Returns the trigger of this name.
    ///
    /// ```
    /// use recourse::hedge::{FixedDelay, TriggerRegistry};
    /// use std::time::Duration;
    ///
    /// let registry = TriggerRegistry::new();
    /// registry.register("adaptive", FixedDelay::new(Duration::from_millis(50)))?;
    /// assert!(registry.get("adaptive").is_some() && registry.get("other").is_none());
    /// assert!(registry.find("adaptive").is_ok());
    /// # Ok::<(), recourse::hedge::RegisterError>(())
    /// ```
    pub fn get(&self, name: &str) -> Option<Arc<dyn Trigger>> {
        lock(&self.triggers).get(name).cloned()
    }

    /// Returns the names of all triggers, sorted.
    ///
    /// ```
    /// use recourse::hedge::{FixedDelay, TriggerRegistry};
    /// use std::time::Duration;
    ///
    /// let triggers = TriggerRegistry::new();
    /// triggers.register("adaptive", FixedDelay::new(Duration::from_millis(20)))?;
    /// assert_eq!(triggers.names()[0], "adaptive");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn names(&self) -> Vec<Key> {
        lock(&self.triggers).keys().cloned().collect()
    }

    /// Returns the trigger of this name, or an error that says what is near. For a caller who goes on without hedging and reports
    /// the error.
    pub fn find(&self, name: &str) -> Result<Arc<dyn Trigger>, UnknownTrigger> {
        self.get(name).ok_or_else(|| UnknownTrigger::new(name, &lock(&self.triggers)))
    }

    /// Returns the trigger of this name. If the name is not registered, `unknown` says whether that is no trigger or an error.
    pub fn resolve(&self, name: &str, unknown: Unknown) -> Result<Option<Arc<dyn Trigger>>, UnknownTrigger> {
        match unknown {
            Unknown::NoHedge => Ok(self.get(name)),
            Unknown::Refuse => self.find(name).map(Some),
        }
    }
}

/// Why a trigger was not registered.
///
/// ```
/// use recourse::hedge::{FixedDelay, RegisterError, TriggerRegistry};
/// use std::time::Duration;
///
/// let error = TriggerRegistry::new().register("p99", FixedDelay::new(Duration::from_millis(50))).unwrap_err();
/// assert!(matches!(error, RegisterError::Reserved(_)));
/// assert_eq!(error.to_string(), "hedge: `p99` is a hedge text already; give the trigger another name");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The name is malformed.
    Name(KeyError),
    /// The name is a text that `hedge` reads, so it would never be looked up.
    Reserved(Key),
    /// Another trigger has the name.
    Taken(Key),
    /// There are 1,000 triggers already.
    Full(Key),
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => write!(f, "hedge: not a name for a trigger: {error}"),
            Self::Reserved(name) => write!(f, "hedge: `{name}` is a hedge text already; give the trigger another name"),
            Self::Taken(name) => write!(f, "hedge: a trigger `{name}` is registered already"),
            Self::Full(name) => write!(f, "hedge: no room for `{name}`, {CAPACITY} triggers are registered already"),
        }
    }
}

impl Error for RegisterError {}

/// A policy names a trigger that is not registered. Displays the name, what is near, and what there is.
///
/// ```
/// use recourse::hedge::{FixedDelay, TriggerRegistry};
/// use std::time::Duration;
///
/// let registry = TriggerRegistry::new();
/// registry.register("adaptive", FixedDelay::new(Duration::from_millis(50)))?;
/// let error = registry.find("adaptve").unwrap_err();
/// assert!(error.to_string().contains("did you mean `adaptive`?"), "{error}");
/// # Ok::<(), recourse::hedge::RegisterError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTrigger {
    message: String,
}

impl UnknownTrigger {
    fn new(name: &str, triggers: &BTreeMap<Key, Arc<dyn Trigger>>) -> Self {
        let names: Vec<&str> = triggers.keys().map(Key::as_str).collect();
        let near = did_you_mean(name, &names).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let listed = names.iter().take(LISTED).map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let known = match names.len().saturating_sub(LISTED) {
            _ if names.is_empty() => "there are none".to_owned(),
            0 => format!("registered: {listed}"),
            more => format!("registered: {listed} and {more} more"),
        };
        let message = format!("hedge: no trigger {} is registered; {near}{known}", quoted(name));
        Self { message }
    }
}

/// Quotes a text from outside for a message: escaped, and cut after 60 characters.
fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    let cut = if text.chars().nth(60).is_some() { "..." } else { "" };
    format!("`{shown}{cut}`")
}

impl fmt::Display for UnknownTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for UnknownTrigger {}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, RegisterError, TriggerRegistry, Unknown};
    use crate::hedge::FixedDelay;
    use std::time::Duration;

    const TEN: FixedDelay = FixedDelay::new(Duration::from_millis(10));

    fn unknown(registry: &TriggerRegistry, name: &str) -> String {
        registry.resolve(name, Unknown::Refuse).unwrap_err().to_string()
    }

    #[test]
    fn a_name_is_a_key_that_is_no_text_and_is_given_once() {
        let registry = TriggerRegistry::new();
        let fails = |name: &str| registry.register(name, TEN).unwrap_err();
        assert!(registry.register("shop.adaptive-2", TEN).is_ok());
        assert!(matches!(fails("shop.adaptive-2"), RegisterError::Taken(_)));
        assert!(matches!(fails("a b"), RegisterError::Name(_)));
        assert!(matches!(fails(&"x".repeat(201)), RegisterError::Name(_)));
        for text in ["p99", "p7", "none", "200ms"] {
            assert!(matches!(fails(text), RegisterError::Reserved(_)), "{text}");
        }
        assert_eq!(fails("p99").to_string(), "hedge: `p99` is a hedge text already; give the trigger another name");
        assert!(
            fails("a b").to_string().starts_with("hedge: not a name for a trigger: key: ` ` in `a b` is not allowed")
        );
    }

    #[test]
    fn the_same_trigger_comes_back_and_unknown_names_follow_the_mode() {
        static FIVE: &FixedDelay = &FixedDelay::new(Duration::from_millis(5));
        let registry = TriggerRegistry::new();
        registry.register("five", FIVE).unwrap();
        assert_eq!(format!("{:?}", registry.get("five").unwrap()), format!("{FIVE:?}"));
        assert!(registry.resolve("five", Unknown::NoHedge).unwrap().is_some());
        assert!(registry.resolve("fivee", Unknown::NoHedge).unwrap().is_none());
        assert!(registry.find("fivee").is_err() && registry.get("").is_none());
    }

    #[test]
    fn the_message_names_the_value_what_is_near_and_what_there_is() {
        let registry = TriggerRegistry::new();
        assert_eq!(unknown(&registry, "x"), "hedge: no trigger `x` is registered; there are none");
        (10..22).for_each(|n| registry.register(&format!("trigger-{n}"), TEN).unwrap());
        let message = unknown(&registry, "triger-21");
        assert!(message.contains("did you mean `trigger-21`? registered: `trigger-10`, `trigger-11`, "), "{message}");
        assert!(message.ends_with("`trigger-19` and 2 more"), "{message}");
        let long = unknown(&registry, &"\u{1b}[31m".repeat(50_000));
        assert!(long.len() < 700 && !long.contains('\u{1b}'), "{long}");
    }

    #[test]
    fn the_map_is_bounded() {
        let registry = TriggerRegistry::new();
        (0..CAPACITY).for_each(|n| registry.register(&format!("t{n}"), TEN).unwrap());
        assert!(matches!(registry.register("more", TEN), Err(RegisterError::Full(_))));
        assert!(matches!(registry.register("t7", TEN), Err(RegisterError::Taken(_))));
    }
}
