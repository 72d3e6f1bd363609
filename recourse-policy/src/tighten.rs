//! What one call may ask for: a policy that is tightened, and not loosened.

use crate::{AtLeast, Change, DurationText, HedgePolicy, Policy, RetryPolicy};
use std::time::Duration;

impl Policy {
    /// Returns this policy with what one call asks for, as far as that is tighter: shorter limits of time, fewer attempts, fewer hedges. What
    /// would loosen the policy is left out, and listed. The circuit, the budget and the limits on concurrency and rate are shared by all
    /// calls of a key, so no call has its own.
    ///
    /// ```
    /// use recourse_policy::{Policy, RetryPolicy};
    /// use std::time::Duration;
    ///
    /// let policy = Policy::new().retry(RetryPolicy::attempts(3)).timeout(Duration::from_secs(2));
    /// let asked = Policy::new().retry(RetryPolicy::none()).timeout(Duration::from_secs(5));
    /// let (tightened, left_out) = policy.tightened(&asked);
    /// assert_eq!(tightened.retry.unwrap().max_attempts, Some(1));
    /// assert_eq!(tightened.timeout, policy.timeout);
    /// assert_eq!(left_out[0].field, "timeout");
    /// ```
    #[must_use = "the policy itself is not changed; use the one that is returned"]
    pub fn tightened(mut self, asked: &Self) -> (Self, Vec<Change>) {
        let mut left_out = Vec::new();
        time("timeout", &mut self.timeout, asked.timeout, &mut left_out);
        time("attempt_timeout", &mut self.attempt_timeout, asked.attempt_timeout, &mut left_out);
        more_left(&mut self.at_least, asked.at_least, &mut left_out);
        if let Some(asked) = asked.retry {
            self.retry = fewer_attempts(self.retry, asked, &mut left_out);
        }
        if let Some(asked) = asked.hedge {
            self.hedge = fewer_hedges(self.hedge, asked, &mut left_out);
        }
        for (field, asked) in [
            ("circuit", asked.circuit.filter(|asked| self.circuit != Some(*asked)).map(|circuit| circuit.to_string())),
            (
                "concurrency",
                asked.concurrency.filter(|asked| self.concurrency != Some(*asked)).map(|limit| limit.to_string()),
            ),
            ("rate", asked.rate.filter(|asked| self.rate != Some(*asked)).map(|rate| rate.to_string())),
            ("budget", asked.budget.filter(|asked| self.budget != Some(*asked)).map(|budget| budget.to_string())),
        ] {
            if let Some(asked) = asked {
                let reason = "all calls of a key share it; change it for the key, by `set_policy`";
                left_out.push(Change::taken(field, asked, reason));
            }
        }
        (self, left_out)
    }
}

/// The reason for everything that a call may not have.
const TIGHTER: &str =
    "a call may only tighten its policy; ask for less, or let the executor's builder allow more by `loose_calls`";

/// Takes a time that is shorter.
fn time(field: &'static str, own: &mut Option<Duration>, asked: Option<Duration>, left_out: &mut Vec<Change>) {
    let Some(asked) = asked else { return };
    match *own {
        Some(time) if asked > time => {
            let [from, to] = [asked, time].map(|time| DurationText(time).to_string());
            left_out.push(Change::new(field, from, to, TIGHTER));
        }
        _ => *own = Some(asked),
    }
}

/// Takes a least time that refuses more. What a written time and a percentile refuse cannot be compared, so neither takes the other's place.
fn more_left(own: &mut Option<AtLeast>, asked: Option<AtLeast>, left_out: &mut Vec<Change>) {
    let Some(asked) = asked else { return };
    let percentile = |least| match least {
        AtLeast::Time(_) => None,
        AtLeast::Percentile { percentile, .. } => Some(percentile),
    };
    match *own {
        Some(least)
            if percentile(asked).is_some() != percentile(least).is_some()
                || percentile(asked) < percentile(least)
                || asked.written() < least.written() =>
        {
            left_out.push(Change::new("at_least", asked.to_string(), least.to_string(), TIGHTER));
        }
        _ => *own = Some(asked),
    }
}

fn fewer_attempts(own: Option<RetryPolicy>, asked: RetryPolicy, left_out: &mut Vec<Change>) -> Option<RetryPolicy> {
    let mut retry = own.unwrap_or(RetryPolicy::none());
    // Without a number there is no end.
    let most = |attempts: Option<u32>| attempts.unwrap_or(u32::MAX);
    let (has, wants) = (most(retry.max_attempts), most(asked.max_attempts));
    if wants > has {
        let text = |attempts: Option<u32>| attempts.map_or("forever".to_owned(), |attempts| attempts.to_string());
        left_out.push(Change::new("retry.max_attempts", text(asked.max_attempts), text(retry.max_attempts), TIGHTER));
    } else {
        retry.max_attempts = asked.max_attempts;
        // A count that begins anew is no smaller number.
        retry.fresh_after = retry.fresh_after.filter(|_| wants == has);
    }
    own.is_some().then_some(retry).or_else(|| (!asked.repeats()).then_some(asked))
}

fn fewer_hedges(own: Option<HedgePolicy>, asked: HedgePolicy, left_out: &mut Vec<Change>) -> Option<HedgePolicy> {
    if !asked.hedges() {
        return Some(HedgePolicy::none());
    }
    let Some(hedge) = own.filter(HedgePolicy::hedges) else {
        left_out.push(Change::taken("hedge", asked.to_string(), TIGHTER));
        return own;
    };
    if asked.max_hedges > hedge.max_hedges {
        left_out.push(Change::new(
            "hedge.max_hedges",
            asked.max_hedges.to_string(),
            hedge.max_hedges.to_string(),
            TIGHTER,
        ));
    }
    Some(hedge.at_most(asked.max_hedges.min(hedge.max_hedges)))
}

#[cfg(test)]
mod tests {
    use crate::{AtLeast, BudgetPolicy, CircuitPolicy, HedgePolicy, Policy, RetryPolicy};
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_is_tighter_is_taken_and_what_is_looser_is_listed() {
        let policy = Policy::new()
            .retry(RetryPolicy::attempts(3).fixed(SECOND))
            .hedge(HedgePolicy::after(SECOND).at_most(2))
            .circuit(CircuitPolicy::defaults())
            .timeout(9 * SECOND)
            .at_least(AtLeast::time(SECOND));
        let less = Policy::new()
            .retry(RetryPolicy::attempts(2).no_delay())
            .hedge(HedgePolicy::after(SECOND / 2).at_most(1))
            .timeout(2 * SECOND)
            .attempt_timeout(SECOND)
            .at_least(AtLeast::time(2 * SECOND));
        let (tight, left_out) = policy.tightened(&less);
        assert!(left_out.is_empty(), "{left_out:?}");
        assert_eq!(tight.retry, Some(RetryPolicy::attempts(2).fixed(SECOND)), "the delay is that of the policy");
        assert_eq!(tight.hedge, Some(HedgePolicy::after(SECOND).at_most(1)));
        assert_eq!((tight.timeout, tight.attempt_timeout), (Some(2 * SECOND), Some(SECOND)));
        assert_eq!(tight.at_least, Some(AtLeast::time(2 * SECOND)));

        let more = Policy::new()
            .retry(RetryPolicy::forever().fixed(SECOND))
            .hedge(HedgePolicy::after(SECOND).at_most(3))
            .circuit(CircuitPolicy::none())
            .budget(BudgetPolicy::none())
            .timeout(10 * SECOND);
        let (same, left_out) = policy.tightened(&more);
        assert_eq!(same, policy);
        let fields: Vec<_> = left_out.iter().map(|change| change.field).collect();
        assert_eq!(fields, ["timeout", "retry.max_attempts", "hedge.max_hedges", "circuit", "budget"]);
        assert_eq!(Policy::new().tightened(&more).0, Policy::new().timeout(10 * SECOND));
        let none = Policy::new().retry(RetryPolicy::none()).hedge(HedgePolicy::none());
        assert_eq!(Policy::new().tightened(&none).0, none);
    }

    #[test]
    fn a_least_time_that_refuses_more_is_taken() {
        let [p50, p90] = [50, 90].map(AtLeast::percentile);
        let time = AtLeast::time;
        // What a policy has, what a call asks for, and whether the call gets it.
        let rows = [
            (time(SECOND), time(2 * SECOND), true),
            (time(2 * SECOND), time(SECOND), false),
            (time(SECOND), p50, false),
            (p50, time(SECOND), false),
            (p50, p90, true),
            (p90, p50, false),
            (p50, p50.or(SECOND), true),
            (p50.or(SECOND), p90, false),
            (p50.or(SECOND), p50.or(2 * SECOND), true),
        ];
        for (own, asked, is_taken) in rows {
            let (tight, left_out) = Policy::new().at_least(own).tightened(&Policy::new().at_least(asked));
            assert_eq!(tight.at_least == Some(asked), is_taken, "{own}, {asked}");
            assert_eq!(left_out.iter().any(|change| change.field == "at_least"), !is_taken, "{own}, {asked}");
        }
    }
}
