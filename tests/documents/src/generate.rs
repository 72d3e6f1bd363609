//! Random documents that are good: every value within its bounds, as text or as fields, in both formats.

use crate::rng::Rng;
use recourse_policy::document::{Format, KnownNames, NameKind};
use recourse_policy::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, Delay, DurationText, Factor, HedgePolicy, Jitter, Policy,
    RatePolicy, RetryPolicy, limits,
};
use std::{fmt::Write as _, time::Duration};

/// Returns the names that random documents have.
pub fn names() -> KnownNames {
    KnownNames::new()
        .with(NameKind::Trigger, "adaptive")
        .with(NameKind::Budget, "search")
        .with(NameKind::Classifier, "by_status")
}

/// Returns a random duration, of any unit.
pub fn duration(rng: &mut Rng, least: Duration, most: Duration) -> Duration {
    let range = u64::try_from(most.saturating_sub(least).as_micros()).unwrap_or(u64::MAX);
    // Small ones as often as large ones.
    let drawn = Duration::from_micros((rng.draw() >> rng.below(60)) % (range + 1));
    least + if rng.one_in(2) { Duration::from_millis(u64::try_from(drawn.as_millis()).unwrap_or(0)) } else { drawn }
}

/// Returns a random retry section.
pub fn retry(rng: &mut Rng) -> RetryPolicy {
    let mut retry = RetryPolicy::attempts(rng.within(limits::MIN_ATTEMPTS, limits::MAX_ATTEMPTS_OF_DOCUMENTS));
    let delay = |rng: &mut Rng| duration(rng, limits::MIN_DELAY, limits::MAX_DELAY_OF_DOCUMENTS);
    let (one, other) = (delay(rng), delay(rng));
    let (initial, max) = (one.min(other), one.max(other));
    retry = match rng.below(5) {
        0 => retry.no_delay(),
        1 => retry.fixed(initial),
        2 => retry.linear(initial, max),
        3 => retry.exponential(initial, max).factor(Factor::from_thousandths(rng.within(1_000, 10_000))),
        _ => retry,
    };
    if rng.one_in(4) {
        retry = retry.pushback_up_to(duration(rng, limits::MIN_PUSHBACK, limits::MAX_PUSHBACK_OF_DOCUMENTS));
    }
    // Without a delay, a count that begins anew is out of bounds.
    if rng.one_in(4) && retry.delay != Delay::None {
        retry = retry.fresh_after(duration(rng, limits::MIN_FRESH_AFTER, limits::MAX_FRESH_AFTER));
    }
    if rng.one_in(5) {
        retry = retry.over_nested();
    }
    let jitters = [Jitter::None, Jitter::Full, Jitter::Equal, Jitter::Decorrelated];
    if rng.one_in(2) { retry.jitter(*rng.pick(&jitters)) } else { retry }
}

/// Returns a random budget, never one without a limit.
pub fn budget(rng: &mut Rng) -> BudgetPolicy {
    BudgetPolicy::percent(rng.within(1, limits::MAX_BUDGET_PERCENT)).per_second(rng.within(0, 20))
}

/// Returns a random hedge section.
pub fn hedge(rng: &mut Rng) -> HedgePolicy {
    let delay = duration(rng, limits::MIN_HEDGE_DELAY, limits::MAX_HEDGE_DELAY);
    let percentile = HedgePolicy::percentile(rng.within(limits::MIN_PERCENTILE, limits::MAX_PERCENTILE));
    let mut hedge = match rng.below(4) {
        0 => HedgePolicy::none(),
        1 => HedgePolicy::after(delay),
        2 => percentile.or(delay),
        _ => percentile,
    };
    if rng.one_in(2) {
        hedge = hedge.at_most(rng.within(limits::MIN_HEDGES, limits::MAX_HEDGES));
    }
    if rng.one_in(3) {
        hedge = hedge.budget(budget(rng));
    }
    if rng.one_in(3) { hedge.fail_slow() } else { hedge }
}

/// Returns a random circuit section.
pub fn circuit(rng: &mut Rng) -> CircuitPolicy {
    let window = duration(rng, limits::MIN_WINDOW, limits::MAX_WINDOW);
    let mut circuit = match rng.below(6) {
        0 => return CircuitPolicy::none(),
        1 => CircuitPolicy::defaults(),
        2 => CircuitPolicy::sensitive(),
        3 => CircuitPolicy::failures(rng.within(1, 100)),
        4 => CircuitPolicy::failures(rng.within(1, 100)).within(window),
        _ => CircuitPolicy::rate(rng.within(limits::MIN_RATE, limits::MAX_RATE), rng.within(1, 1_000), window),
    };
    let cooldown = duration(rng, limits::MIN_COOLDOWN, limits::MAX_COOLDOWN);
    if rng.one_in(2) {
        circuit = circuit.cooldown(cooldown);
        if rng.one_in(2) {
            circuit = circuit.max_cooldown(duration(rng, cooldown, limits::MAX_COOLDOWN));
        }
    }
    if rng.one_in(3) {
        circuit = circuit.slow(duration(rng, limits::MIN_TIMEOUT, limits::MAX_TIMEOUT));
    }
    if rng.one_in(3) {
        circuit = circuit.probes(rng.within(1, limits::MAX_PROBES)).successes(rng.within(1, limits::MAX_SUCCESSES));
    }
    circuit
}

/// Returns a random policy.
pub fn policy(rng: &mut Rng) -> Policy {
    let mut policy = Policy::new();
    if rng.one_in(2) {
        policy = policy.retry(retry(rng));
    }
    if rng.one_in(3) {
        policy = policy.hedge(hedge(rng));
    }
    if rng.one_in(2) {
        policy = policy.circuit(circuit(rng));
    }
    if rng.one_in(3) {
        policy = policy.budget(budget(rng));
    }
    if rng.one_in(4) {
        let most = if rng.one_in(2) { 8 } else { 65_536 };
        policy = policy.concurrency(if rng.one_in(2) {
            ConcurrencyPolicy::at_once(most)
        } else {
            // Well below any timeout that would contradict it.
            ConcurrencyPolicy::adaptive().between(2, most).queue(5).wait(limits::MIN_SLOT_WAIT)
        });
    }
    if rng.one_in(4) {
        let rate = if rng.one_in(2) { RatePolicy::per_second(100) } else { RatePolicy::per_hour(7).burst(3) };
        policy = policy.rate(if rng.one_in(2) { rate } else { rate.wait(limits::MIN_RATE_WAIT).per_call() });
    }
    if rng.one_in(2) {
        policy = policy.timeout(duration(rng, limits::MIN_TIMEOUT, limits::MAX_TIMEOUT));
    }
    if rng.one_in(3) {
        policy = policy.attempt_timeout(duration(rng, limits::MIN_TIMEOUT, limits::MAX_TIMEOUT));
    }
    if rng.one_in(4) {
        let time = duration(rng, limits::MIN_TIMEOUT, limits::MAX_TIMEOUT);
        let percentile = AtLeast::percentile(rng.within(limits::MIN_PERCENTILE, limits::MAX_PERCENTILE));
        policy = policy.at_least(match rng.below(3) {
            0 => percentile,
            1 => percentile.or(time),
            _ => AtLeast::time(time),
        });
    }
    policy
}

/// Returns a random pattern.
pub fn pattern(rng: &mut Rng) -> String {
    let parts: Vec<&str> = (0..=rng.below(3)).map(|_| *rng.pick(&["users", "get", "a-b", "x_1", "db"])).collect();
    let name = parts.join(".");
    match rng.below(8) {
        0 => "*".to_owned(),
        1 => format!("{name}.*"),
        2 => format!("{name}.{{tenant}}"),
        3 => format!("{name}.p-{{self.shard}}.get"),
        _ => name,
    }
}

/// Returns a random document, and the number of its entries.
pub fn document(rng: &mut Rng, format: Format) -> (String, usize) {
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for _ in 0..rng.below(6) {
        let pattern = pattern(rng);
        if entries.iter().all(|(other, _)| *other != pattern) {
            entries.push((pattern, fields(rng, format)));
        }
    }
    let mut text = String::new();
    let is = if format == Format::Toml { "version = 3\n" } else { "{ \"version\": 3" };
    text.push_str(is);
    for (pattern, fields) in &entries {
        // Writing to a String cannot fail.
        let _ = match format {
            Format::Toml => write!(text, "[\"{pattern}\"]\n{}\n", fields.join("\n")),
            _ => write!(text, ",\n\"{pattern}\": {{ {} }}", fields.join(", ")),
        };
    }
    text.push_str(if format == Format::Toml { "" } else { " }" });
    (text, entries.len())
}

fn fields(rng: &mut Rng, format: Format) -> Vec<String> {
    let policy = policy(rng);
    let is = |name: &str, value: String| match format {
        Format::Toml => format!("{name} = {value}"),
        _ => format!("\"{name}\": {value}"),
    };
    let table = |fields: &[(&str, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| is(name, value.clone())).collect();
        format!("{{ {} }}", fields.join(", "))
    };
    let quoted = |text: &dyn std::fmt::Display| format!("\"{text}\"");
    let mut all = Vec::new();
    let mut add = |name: &str, value: String| all.push(is(name, value));
    if let Some(retry) = policy.retry {
        let count = retry.max_attempts.unwrap_or(3).to_string();
        let fields = [("max_attempts", count), ("backoff", quoted(&"linear")), ("jitter", quoted(&"equal"))];
        add("retry", if rng.one_in(3) { table(&fields) } else { quoted(&retry) });
    }
    if let Some(hedge) = policy.hedge {
        let fields = [("trigger", quoted(&"adaptive")), ("delay", quoted(&"20ms")), ("budget", quoted(&"search"))];
        add("hedge", if rng.one_in(3) { table(&fields) } else { quoted(&hedge) });
    }
    if let Some(circuit) = policy.circuit {
        let fields = [("failures", "5".to_owned()), ("window", quoted(&"10s")), ("cooldown", quoted(&"1.5s"))];
        add("circuit", if rng.one_in(3) { table(&fields) } else { quoted(&circuit) });
    }
    if let Some(budget) = policy.budget {
        let fields = [("percent", budget.percent.to_string())];
        add("budget", if rng.one_in(3) { table(&fields) } else { quoted(&budget) });
    }
    if let Some(limit) = policy.concurrency {
        let fields = [("at_once", quoted(&"adaptive")), ("max", "64".to_owned())];
        add("concurrency", if rng.one_in(3) { table(&fields) } else { quoted(&limit) });
    }
    if let Some(rate) = policy.rate {
        let fields = [("per_minute", "90".to_owned()), ("burst", "4".to_owned())];
        add("rate", if rng.one_in(3) { table(&fields) } else { quoted(&rate) });
    }
    if let Some(time) = policy.timeout {
        add("timeout", quoted(&DurationText(time)));
    }
    if let Some(time) = policy.attempt_timeout {
        add("attempt_timeout", quoted(&DurationText(time)));
    }
    if let Some(least) = policy.at_least {
        add("at_least", quoted(&least));
    }
    if rng.one_in(4) {
        add("enabled", (!rng.one_in(3)).to_string());
    }
    if rng.one_in(8) {
        add("classify", quoted(&"by_status"));
    }
    all
}
