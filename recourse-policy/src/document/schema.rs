//! The JSON Schema of documents, generated from the limits and the words of the code.
//!
//! # Design notes
//!
//! The schema is for editors, so it is stricter than the reader in one way: what the reader clamps is a fault in it. It cannot compare two
//! values, so contradictions, and a second part of one kind in a text, are left to the reader.

use super::section::{
    BACKOFFS, BUDGET_FIELDS, CIRCUIT_FIELDS, CONCURRENCY_FIELDS, HEDGE_FIELDS, JITTERS, RATE_FIELDS, RETRY_FIELDS,
};
use super::shape;
use crate::{DurationText, bounds, bounds::Rule, limits};
use serde_json::{Map, Value, json};
use std::time::Duration;

const COUNT: &str = "[0-9]+";
const NAME: &str = "[A-Za-z_][A-Za-z0-9_.-]*";

/// Returns the JSON Schema of documents (draft 2020-12).
///
/// ```
/// let schema = recourse_policy::document::schema();
/// assert!(schema.contains(r#""maximum": 10"#));
/// ```
pub fn schema() -> String {
    let mut one = sections();
    one.insert("version".to_owned(), json!({ "type": "integer", "minimum": 0 }));
    one.insert("schema".to_owned(), json!({ "type": "integer", "minimum": 1 }));
    let mut header = one.clone();
    header.retain(|name, _| matches!(name.as_str(), "version" | "schema"));
    one.insert("key".to_owned(), json!({ "type": "string", "pattern": whole(&key()) }));
    debug_assert!(one.len() == shape::ONE.len(), "a field is missing");
    let is_one: Vec<Value> = shape::ENTRY.iter().chain(&["key"]).map(|name| json!({ "required": [name] })).collect();
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policies of recourse",
        "description": "The sections of one key, or a table for each of many keys and patterns.",
        "type": "object",
        "minProperties": 1,
        "if": { "anyOf": is_one },
        "then": { "properties": one, "additionalProperties": false },
        "else": { "properties": header, "additionalProperties": { "$ref": "#/$defs/entry" }, "propertyNames": name() },
        "$defs": { "entry": entry(), "duration": text(&duration(), "a number and a unit: us, ms, s, m, h", &["500ms", "1m30s"]) },
    });
    format!("{root:#}\n")
}

/// Returns an entry: sections, and tables of the entries below it.
fn entry() -> Value {
    json!({
        "type": "object",
        "properties": sections(),
        "additionalProperties": { "$ref": "#/$defs/entry" },
        "propertyNames": name(),
    })
}

/// Returns the names of sections, and parts of keys and patterns.
fn name() -> Value {
    json!({ "type": "string", "pattern": whole(&pattern()), "maxLength": limits::MAX_KEY_LEN })
}

fn key() -> String {
    "[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*".to_owned()
}

/// Returns the expression of a key, a template, `users.*` or `*`.
fn pattern() -> String {
    let part = "(?:[A-Za-z0-9_-]|\\{[^{}]+\\})+";
    format!("\\*|{part}(?:\\.{part})*(?:\\.\\*)?")
}

fn sections() -> Map<String, Value> {
    let mut sections = Map::new();
    for name in shape::ENTRY {
        let section = match name {
            "enabled" => {
                json!({ "type": "boolean", "description": "false turns off every mechanism but time limits and fallback" })
            }
            "retry" => retry(),
            "hedge" => hedge(),
            "circuit" => circuit(),
            "budget" => budget(bounds::BUDGET_PERCENT, bounds::BUDGET_PER_SECOND),
            "concurrency" => concurrency(),
            "rate" => rate(),
            "at_least" => at_least(),
            "classify" => named("the name of a registered classifier"),
            _ => duration_ref(bounds::of_time(name)),
        };
        sections.insert(name.to_owned(), section);
    }
    sections
}

fn retry() -> Value {
    let (d, range) = (duration(), range());
    let words = |words: &[&str]| words.join("|");
    let jitters = words(&["no", "full", "equal", "decorrelated"]);
    let part = format!(
        "no\\s+delay|fixed\\s+{d}|linear\\s+{range}|exponential\\s+{range}(?:\\s+x[0-9]+(?:\\.[0-9]{{1,3}})?)?|(?:{jitters})\\s+jitter|pushback\\s+up\\s+to\\s+{d}|fresh\\s+after\\s+{d}|over\\s+nested"
    );
    let expression = format!("defaults|none|(?:{COUNT}\\s+attempts?|forever)(?:{})*", after(&part));
    let fields = fields(&RETRY_FIELDS, |field| match field {
        "max_attempts" => json!({ "anyOf": [count(bounds::ATTEMPTS_OF_DOCUMENTS), { "const": "forever" }] }),
        "max_pushback" => duration_ref(bounds::PUSHBACK_OF_DOCUMENTS),
        "fresh_after" => duration_ref(bounds::FRESH_AFTER),
        "over_nested" => json!({ "type": "boolean" }),
        "backoff" => json!({ "enum": BACKOFFS.map(|(name, _)| name) }),
        "jitter" => json!({ "enum": JITTERS.map(|(name, _)| name) }),
        "factor" => {
            let number = |factor: crate::Factor| f64::from(factor.thousandths()) / 1_000.0;
            json!({ "type": "number", "minimum": number(bounds::FACTOR.min), "maximum": number(bounds::FACTOR.max) })
        }
        "delay" => duration_ref(bounds::DELAY_OF_DOCUMENTS),
        "initial" => duration_ref(bounds::INITIAL_OF_DOCUMENTS),
        _ => duration_ref(bounds::MAX_OF_DOCUMENTS),
    });
    let examples = ["defaults", "none", "3 attempts, exponential 10ms..250ms"];
    any_of(&text(&expression, "defaults, none, or N attempts or forever, then options", &examples), &fields)
}

fn at_least() -> Value {
    let d = duration();
    let expression = format!("p[0-9]+(?:\\s+or\\s+{d})?|{d}");
    text(&expression, "a duration, or a percentile [or D]", &["40ms", "p50 or 40ms"])
}

fn hedge() -> Value {
    let d = duration();
    let part = format!("at\\s+most\\s+{COUNT}|budget\\s+(?:none|{})|fail\\s+slow", share());
    let expression = format!("none|(?:p[0-9]+(?:\\s+or\\s+{d})?|{d})(?:{})*", after(&part));
    let fields = fields(&HEDGE_FIELDS, |field| match field {
        "trigger" => named("p50 to p99, none, or the name of a registered trigger"),
        "delay" => duration_ref(bounds::HEDGE_DELAY),
        "max_hedges" => count(bounds::HEDGES),
        "budget" => budget(bounds::HEDGE_BUDGET_PERCENT, bounds::HEDGE_BUDGET_PER_SECOND),
        _ => json!({ "type": "boolean" }),
    });
    let mut fields = fields;
    fields["anyOf"] = json!([{ "required": ["trigger"] }, { "required": ["delay"] }]);
    any_of(
        &text(&expression, "none, or a percentile [or D] or a delay, then options", &["p99 or 200ms, at most 1"]),
        &fields,
    )
}

fn circuit() -> Value {
    let (d, range) = (duration(), range());
    let part =
        format!("slow\\s+{d}|cooldown\\s+(?:{range}|\\.\\.\\s*{d}|{d})|{COUNT}\\s+probes?|{COUNT}\\s+success(?:es)?");
    let trip = format!("{COUNT}\\s+failures?(?:\\s+in\\s+{d})?|{COUNT}%\\s+of\\s+{COUNT}\\s+in\\s+{d}");
    let expression = format!("none|defaults|sensitive|(?:{trip})(?:{})*", after(&part));
    let fields = fields(&CIRCUIT_FIELDS, |field| match field {
        "failures" => count(bounds::FAILURES),
        "percent" => count(bounds::RATE),
        "min_calls" => count(bounds::CALLS),
        "window" => duration_ref(bounds::WINDOW),
        "slow" => duration_ref(bounds::SLOW),
        "cooldown" => duration_ref(bounds::COOLDOWN),
        "max_cooldown" => duration_ref(bounds::MAX_COOLDOWN),
        "probes" => count(bounds::PROBES),
        _ => count(bounds::SUCCESSES),
    });
    let mut fields = fields;
    fields["not"] =
        json!({ "required": ["failures"], "anyOf": [{ "required": ["percent"] }, { "required": ["min_calls"] }] });
    any_of(
        &text(&expression, "none, defaults, sensitive, or N failures [in D], or N% of M in D", &["50% of 20 in 10s"]),
        &fields,
    )
}

fn budget(percent: &Rule<u32>, per_second: &Rule<u32>) -> Value {
    let fields = fields(&BUDGET_FIELDS, |field| count(if field == "percent" { percent } else { per_second }));
    let expression = format!("{}|{NAME}", share());
    let mut fields = fields;
    fields["minProperties"] = json!(1);
    any_of(
        &text(&expression, "none, defaults, N% [+ N/s], or the name of a registered budget", &["20% + 10/s"]),
        &fields,
    )
}

fn concurrency() -> Value {
    let part = format!("wait\\s+{}|queue\\s+{COUNT}", duration());
    let slots = format!("{COUNT}\\s+at\\s+once|adaptive(?:\\s+{COUNT}\\s*\\.\\.\\s*{COUNT})?");
    let expression = format!("none|(?:{slots})(?:{})*", after(&part));
    let mut fields = fields(&CONCURRENCY_FIELDS, |field| match field {
        "at_once" => json!({ "anyOf": [count(bounds::AT_ONCE), { "const": "adaptive" }] }),
        "min" => count(bounds::ADAPTIVE_MIN),
        "max" => count(bounds::ADAPTIVE_MAX),
        "wait" => duration_ref(bounds::SLOT_WAIT),
        _ => count(bounds::QUEUE),
    });
    fields["required"] = json!(["at_once"]);
    let examples = ["8 at once, wait 50ms", "adaptive"];
    any_of(&text(&expression, "none, or N at once or adaptive [A..B], then options", &examples), &fields)
}

fn rate() -> Value {
    let part = format!("burst\\s+{COUNT}|wait\\s+{}|per\\s+call", duration());
    let expression = format!("none|{COUNT}/[smh](?:{})*", after(&part));
    let mut fields = fields(&RATE_FIELDS, |field| match field {
        "burst" => count(bounds::BURST),
        "wait" => duration_ref(bounds::RATE_WAIT),
        "per_call" => json!({ "type": "boolean" }),
        _ => count(bounds::RATE_AMOUNT),
    });
    fields["oneOf"] =
        json!([{ "required": ["per_second"] }, { "required": ["per_minute"] }, { "required": ["per_hour"] }]);
    any_of(
        &text(&expression, "none, or N/s, N/m or N/h, then options", &["100/s, burst 20", "1000/h, wait 2s"]),
        &fields,
    )
}

/// Returns the expression of a budget with values.
fn share() -> String {
    format!("{COUNT}%(?:\\s*\\+\\s*{COUNT}/s)?")
}

/// Returns the expression of a part after a comma.
fn after(part: &str) -> String {
    format!("\\s*,\\s*(?:{part})")
}

/// Returns the expression of a duration: the larger unit first, a fraction only in the last one.
fn duration() -> String {
    let units = ["h", "m", "s", "ms", "us"];
    let last = |index: usize| {
        let larger = units.iter().take(index).map(|unit| format!("(?:{COUNT}{unit})?")).collect::<Vec<_>>().concat();
        units.get(index).map(|unit| format!("{larger}{COUNT}(?:\\.[0-9]+)?{unit}"))
    };
    let alternatives: Vec<String> = (0..units.len()).filter_map(last).collect();
    format!("(?:{})", alternatives.join("|"))
}

fn range() -> String {
    format!("{0}\\s*\\.\\.\\s*{0}", duration())
}

/// Returns an expression that matches a whole text, with the blanks around it that the reader ignores.
fn whole(expression: &str) -> String {
    format!("^(?:{expression})$")
}

fn text(expression: &str, description: &str, examples: &[&str]) -> Value {
    json!({ "type": "string", "pattern": format!("^\\s*(?:{expression})\\s*$"), "description": description, "examples": examples })
}

fn named(description: &str) -> Value {
    json!({ "type": "string", "pattern": whole(NAME), "description": description })
}

fn count(rule: &Rule<u32>) -> Value {
    json!({ "type": "integer", "minimum": rule.min, "maximum": rule.max, "description": rule.about.reason })
}

fn duration_ref(rule: &Rule<Duration>) -> Value {
    let range = format!("{} to {}", DurationText(rule.min), DurationText(rule.max));
    json!({ "$ref": "#/$defs/duration", "description": format!("{range}; {}", rule.about.reason) })
}

fn fields(names: &[&str], field: impl Fn(&str) -> Value) -> Value {
    let properties: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), field(name))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn any_of(text: &Value, fields: &Value) -> Value {
    json!({ "anyOf": [text, fields] })
}
