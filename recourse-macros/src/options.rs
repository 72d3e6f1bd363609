//! The options of `#[resilient]`: their names, what each takes, and the names that other libraries give them.

use recourse_policy::text::{self, did_you_mean};
use recourse_policy::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, HedgePolicy, RatePolicy, RetryPolicy, TextError,
};

pub(crate) const KEY: &str = "key";
pub(crate) const POLICY: &str = "policy";
pub(crate) const RETRY: &str = "retry";
pub(crate) const HEDGE: &str = "hedge";
pub(crate) const CIRCUIT: &str = "circuit";
pub(crate) const BREAKER: &str = "breaker";
pub(crate) const TIMEOUT: &str = "timeout";
pub(crate) const ATTEMPT_TIMEOUT: &str = "attempt_timeout";
pub(crate) const AT_LEAST: &str = "at_least";
pub(crate) const BUDGET: &str = "budget";
pub(crate) const CONCURRENCY: &str = "concurrency";
pub(crate) const RATE: &str = "rate";
pub(crate) const PRIORITY: &str = "priority";
pub(crate) const CLASSIFY: &str = "classify";
pub(crate) const CLASSIFY_OK: &str = "classify_ok";
pub(crate) const RETRY_IF: &str = "retry_if";
pub(crate) const ON_REJECT: &str = "on_reject";
pub(crate) const REDACT: &str = "redact";
pub(crate) const EXECUTOR: &str = "executor";
pub(crate) const CRATE: &str = "crate";
pub(crate) const FALLBACK: &str = "fallback";
pub(crate) const IDEMPOTENT: &str = "idempotent";
pub(crate) const DOCS: &str = "docs";
pub(crate) const DEADLINE: &str = "deadline";
pub(crate) const ATTEMPT: &str = "attempt";

/// The value of `deadline` for calls that the deadline around them does not concern.
pub(crate) const IGNORE: &str = "ignore";

/// The texts of `priority`, and the variants of `Priority` that they mean.
pub(crate) const PRIORITIES: [(&str, &str); 5] =
    [("critical", "Critical"), ("high", "High"), ("normal", "Normal"), ("low", "Low"), ("sheddable", "Sheddable")];

/// The value of `on_reject` for calls that are never rejected.
pub(crate) const NEVER: &str = "never";

/// The options under which a call may be rejected.
pub(crate) const REJECTING: [&str; 8] =
    [TIMEOUT, ATTEMPT_TIMEOUT, AT_LEAST, CIRCUIT, BREAKER, DEADLINE, CONCURRENCY, RATE];

/// The options that turn a mechanism on. Naming any of them turns the others off.
pub(crate) const MECHANISMS: [&str; 11] =
    [RETRY, HEDGE, CIRCUIT, TIMEOUT, ATTEMPT_TIMEOUT, AT_LEAST, BUDGET, CONCURRENCY, RATE, FALLBACK, DEADLINE];

/// The options that take the path of a function.
pub(crate) const FUNCTIONS: [&str; 7] = [BREAKER, CLASSIFY, CLASSIFY_OK, RETRY_IF, FALLBACK, ON_REJECT, REDACT];

/// One option.
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    /// What may follow the `=`, in words; empty for a flag.
    pub(crate) takes: &'static str,
    /// A value, as it would be written in the attribute.
    pub(crate) example: &'static str,
}

impl Spec {
    /// Returns true for an option without a value.
    pub(crate) fn is_flag(&self) -> bool {
        self.takes.is_empty()
    }
}

const TEXT_OR_CONST: &str = "text, or the path of a `const`";

/// Every option, in the order in which they are listed to the user.
pub(crate) const OPTIONS: [Spec; 25] = [
    Spec { name: KEY, takes: "a string", example: r#""users.get""# },
    Spec { name: POLICY, takes: "the path of a `const` or `static` of type `Policy`", example: "policies::READS" },
    Spec { name: RETRY, takes: TEXT_OR_CONST, example: r#""3 attempts""# },
    Spec { name: HEDGE, takes: "text, or the path of a `static` trigger", example: r#""p99""# },
    Spec { name: CIRCUIT, takes: TEXT_OR_CONST, example: r#""defaults""# },
    // Not a value of `circuit`: a function makes the breaker from the numbers in the text, which are checked at compile time.
    Spec {
        name: BREAKER,
        takes: "the path of an `fn(&CircuitPolicy) -> Box<dyn CircuitBreaker>`",
        example: "Adaptive::make",
    },
    Spec {
        name: TIMEOUT,
        takes: "text, the path of a `const`, or an expression with arguments that is a `Duration`",
        example: r#""5s""#,
    },
    Spec { name: ATTEMPT_TIMEOUT, takes: TEXT_OR_CONST, example: r#""500ms""# },
    Spec { name: AT_LEAST, takes: TEXT_OR_CONST, example: r#""40ms""# },
    Spec {
        name: DEADLINE,
        takes: "an expression that is a `Duration` or an `Instant`, or the text \"ignore\"",
        example: "request.deadline",
    },
    Spec { name: ATTEMPT, takes: "the name that the attempt gets in the body", example: "it" },
    Spec { name: BUDGET, takes: "text, or the path of a `static` budget", example: r#""20% + 10/s""# },
    Spec { name: CONCURRENCY, takes: TEXT_OR_CONST, example: r#""8 at once""# },
    Spec { name: RATE, takes: TEXT_OR_CONST, example: r#""100/s""# },
    Spec {
        name: PRIORITY,
        takes: "text, or an expression that is a `Priority` or an `Option` of one",
        example: r#""low""#,
    },
    Spec { name: IDEMPOTENT, takes: "", example: "" },
    Spec { name: CLASSIFY, takes: "an `fn(&E) -> Class`, by its path or as a closure", example: "ApiError::class" },
    Spec {
        name: CLASSIFY_OK,
        takes: "an `fn(&T) -> Class`, by its path or as a closure",
        example: "class_of_response",
    },
    Spec {
        name: RETRY_IF,
        takes: "an `fn(&E) -> bool`, by its path or as a closure",
        example: "ApiError::is_transient",
    },
    Spec {
        name: FALLBACK,
        takes: "a function with the same parameters, and the error after them, by its path or as a closure, or `Ok(..)`",
        example: "Self::cached",
    },
    Spec {
        name: ON_REJECT,
        takes: "an `fn(Rejected) -> E`, by its path or as a closure, or the text \"never\"",
        example: "ApiError::Rejected",
    },
    // A path, and no closure: it stands in the static of the function.
    Spec { name: REDACT, takes: "the path of an `fn(&str) -> String`", example: "without_numbers" },
    Spec { name: EXECUTOR, takes: "an expression", example: "self.executor" },
    Spec { name: DOCS, takes: "the text that leaves its section out of the documentation", example: r#""none""# },
    Spec { name: CRATE, takes: "a path", example: "::my_facade::recourse" },
];

pub(crate) fn spec(name: &str) -> Option<&'static Spec> {
    OPTIONS.iter().find(|spec| spec.name == name)
}

/// Pairs of options that exclude each other, with the error message.
pub(crate) const EXCLUSIVE: [(&str, &str, &str); 1] = [(
    CLASSIFY,
    RETRY_IF,
    "`classify` and `retry_if` both classify the error: keep `classify` for all four classes, or `retry_if` for yes or no",
)];

/// Names from other libraries, and what is written here instead.
const SYNONYMS: &[(&[&str], &str)] = &[
    (
        &["attempts", "max_attempts", "retries", "max_retries", "tries", "max_tries", "times", "retry_count"],
        r#"the number of attempts is part of `retry`: `retry = "3 attempts"` (the first one counts)"#,
    ),
    (
        &["backoff", "delay", "wait", "interval", "exponential", "fixed", "linear", "factor", "min_delay", "max_delay"],
        r#"the delay is part of `retry`: `retry = "3 attempts, exponential 10ms..250ms"`"#,
    ),
    (&["jitter"], r#"jitter is part of `retry`: `retry = "3 attempts, fixed 50ms, full jitter"`"#),
    (
        &["circuit_breaker", "circuitbreaker", "cb", "failures", "failure_threshold"],
        r#"write `circuit`: `circuit = "defaults"`, or `circuit = "5 failures in 10s"`"#,
    ),
    (
        &[
            "failure_rate_threshold",
            "sliding_window_size",
            "sliding_window",
            "minimum_number_of_calls",
            "minimum_throughput",
            "failure_ratio",
            "sampling_duration",
        ],
        r#"that is part of `circuit`: `circuit = "50% of 20 in 10s"` (more than 50% failures of at least 20 calls in 10s)"#,
    ),
    (
        &["slow_call_duration_threshold", "slow_call", "slow"],
        r#"that is part of `circuit`: `circuit = "50% of 20 in 10s, slow 2s"`"#,
    ),
    (
        &["wait_duration_in_open_state", "break_duration", "half_open_after"],
        r#"the cooldown is part of `circuit`: `circuit = "5 failures, cooldown 5s"`"#,
    ),
    (&["cooldown", "reset_timeout"], r#"the cooldown is part of `circuit`: `circuit = "5 failures, cooldown 5s"`"#),
    (&["total_timeout", "call_timeout", "time_limit"], r#"write `timeout`: `timeout = "2s"`"#),
    (
        &["per_attempt_timeout", "try_timeout", "per_try_timeout", "request_timeout"],
        r#"write `attempt_timeout`: `attempt_timeout = "500ms"`"#,
    ),
    (
        &["hedging", "speculative", "hedge_delay", "hedge_after"],
        r#"write `hedge`: `hedge = "p99"`, or `hedge = "50ms"`"#,
    ),
    (&["max_hedges"], r#"the number of hedges is part of `hedge`: `hedge = "p99, at most 1"`"#),
    (
        &[
            "bulkhead",
            "max_concurrency",
            "max_concurrent",
            "max_concurrent_calls",
            "concurrency_limit",
            "parallelism",
            "semaphore",
            "permits",
            "in_flight",
        ],
        r#"write `concurrency`: `concurrency = "8 at once"`, or `concurrency = "adaptive"`"#,
    ),
    (
        &["queue", "max_queue", "queue_size", "max_wait", "max_wait_duration"],
        r#"the queue is part of `concurrency`: `concurrency = "8 at once, wait 50ms, queue 20"`"#,
    ),
    (
        &["rate_limit", "ratelimit", "rate_limiter", "throttle", "quota", "rps", "per_second", "limit_for_period"],
        r#"write `rate`: `rate = "100/s"`, or `rate = "1000/h, burst 20"`"#,
    ),
    (&["criticality", "importance", "prio", "shed", "sheddable"], r#"write `priority`: `priority = "low"`"#),
    (&["burst"], r#"the burst is part of `rate`: `rate = "100/s, burst 20"`"#),
    (&["retry_budget"], r#"write `budget`: `budget = "20% + 10/s"`"#),
    (&["name", "id", "label", "operation"], r#"write `key`: `key = "users.get"`"#),
    (
        &["when", "retry_on", "retry_when", "should_retry", "predicate", "condition"],
        "write `retry_if` with the path of an `fn(&E) -> bool`: `retry_if = ApiError::is_transient`",
    ),
    (&["fallback_to", "on_error", "or_else", "default_to"], "write `fallback`: `fallback = Self::cached`"),
    (
        &["mask", "sanitize", "sanitise", "scrub", "redact_errors", "sensitive"],
        "write `redact` with the path of an `fn(&str) -> String`: `redact = without_numbers`",
    ),
    (&["classifier"], "write `classify` with the path of an `fn(&E) -> Class`: `classify = ApiError::class`"),
    (&["config", "settings", "defaults"], "write `policy` with the path of a `const`: `policy = policies::READS`"),
    (
        &["doc", "document", "documentation", "rustdoc"],
        r#"write `docs`: `docs = "none"` leaves the section about resilience out of the documentation"#,
    ),
    (&["krate", "crate_path", "crate_name"], "write `crate`: `crate = ::my_facade::recourse`"),
    (&["by_ref"], "`#[by_ref]` goes on a parameter, not into the list of options"),
];

/// Reads a text by the grammar of an option.
pub(crate) fn read(name: &str, text: &str) -> Result<(), Vec<TextError>> {
    match name {
        RETRY => text::strict::<RetryPolicy>(text).map(drop),
        HEDGE => text::strict::<HedgePolicy>(text).map(drop),
        CIRCUIT => text::strict::<CircuitPolicy>(text).map(drop),
        BUDGET => text::strict::<BudgetPolicy>(text).map(drop),
        CONCURRENCY => text::strict::<ConcurrencyPolicy>(text).map(drop),
        RATE => text::strict::<RatePolicy>(text).map(drop),
        PRIORITY if PRIORITIES.iter().any(|(word, _)| *word == text) => Ok(()),
        AT_LEAST => text::strict::<AtLeast>(text).map(drop),
        // The name only matters for the message, which is dropped here.
        TIMEOUT | ATTEMPT_TIMEOUT => text::strict_duration(TIMEOUT, text).map(drop),
        _ => Err(Vec::new()),
    }
}

/// Returns the error message for a name that is not an option.
pub(crate) fn unknown(word: &str) -> String {
    // A synonym is certain, a similar spelling is a guess.
    if let Some((_, answer)) = SYNONYMS.iter().find(|(words, _)| words.contains(&snake_case(word).as_str())) {
        return format!("unknown option `{word}`: {answer}");
    }
    let names = || OPTIONS.iter().map(|spec| spec.name);
    let all: Vec<&str> = names().collect();
    match did_you_mean(&snake_case(word), &all) {
        Some(name) => format!("unknown option `{word}`; did you mean `{name}`?"),
        None => format!("unknown option `{word}`; the options are {}", crate::diagnostics::list(names())),
    }
}

/// Converts `attemptTimeout` and `attempt-timeout` to `attempt_timeout`.
pub(crate) fn snake_case(word: &str) -> String {
    let mut snake = String::with_capacity(word.len() + 2);
    for letter in word.chars() {
        // No second `_` in `Attempt_Timeout`.
        if letter.is_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        match letter {
            '-' => snake.push('_'),
            ' ' => {}
            _ => snake.extend(letter.to_lowercase()),
        }
    }
    snake
}
