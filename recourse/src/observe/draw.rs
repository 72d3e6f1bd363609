//! The drawing of a timeline: one line per attempt, with a bar on a time axis that all attempts share.

use super::event::{Event, TimedEvent};
use super::kept::KEPT;
use super::names::{AttemptOutcome, DelaySource};
use super::timeline::{Attempt, Timeline};
use crate::circuit;
use std::fmt;
use std::time::Duration;

/// The width of the axis in columns.
const WIDTH: usize = 40;

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attempts = self.attempts();
        let (count, whole) = (self.attempt_count(), self.elapsed());
        let plural = if count == 1 { "" } else { "s" };
        writeln!(f, "{}  {}, {count} attempt{plural}, {}", self.key(), self.reason(), Short(whole))?;
        if count > 0 {
            writeln!(f, "{:>18}{}", "|", Ruler(whole))?;
        }
        // Where the dots of the next delay begin: at the end of the longest bar so far. A hedge has no delay.
        let mut free_from = 0;
        let mut omitted = self.omitted_attempts();
        for attempt in &attempts {
            if attempt.number > KEPT && omitted > 0 {
                writeln!(f, "{:>18} {omitted} more", "⋮")?;
                omitted = 0;
            }
            let bar = Bar::of(attempt, whole, if attempt.hedge { 0 } else { free_from });
            free_from = free_from.max(bar.to);
            writeln!(f, "{}", Line { attempt, bar })?;
        }
        for TimedEvent { at, event, .. } in self.events() {
            if let Event::CircuitChanged { from, to, cause } = event {
                writeln!(f, "  circuit: {from} -> {to} at {}, {cause}", Short(*at))?;
            }
        }
        if let Some(stop) = self.stop() {
            writeln!(f, "  stopped: {stop}")?;
        }
        for change in &self.effective().changes {
            writeln!(f, "  note: {change}")?;
        }
        for conflict in &self.effective().conflicts {
            writeln!(f, "  note: {}", conflict.message)?;
        }
        Ok(())
    }
}

impl Timeline {
    /// Returns why there was no further attempt, if the reason code does not say everything.
    fn stop(&self) -> Option<String> {
        self.events().iter().rev().find_map(|timed| match &timed.event {
            Event::DelayDenied { delay, source, left } => {
                let whose = if *source == DelaySource::Pushback { "the server's " } else { "a delay of " };
                Some(format!("{whose}{} would not fit into the {} left", Short(*delay), Short(*left)))
            }
            Event::SlotDenied { running, waiting, priority } => {
                let whom = priority.map(|priority| format!(" for priority {priority}")).unwrap_or_default();
                Some(format!("no slot is free{whom}: {running} run, {waiting} wait"))
            }
            Event::RateDenied { retry_after } => {
                Some(format!("the rate allows the next attempt in {}", Short(*retry_after)))
            }
            Event::BudgetDenied => Some("the retry budget is empty".to_owned()),
            Event::CircuitDenied { reason, retry_after } => Some(refused(*reason, *retry_after)),
            _ => None,
        })
    }
}

fn refused(reason: circuit::DecisionReason, retry_after: Option<Duration>) -> String {
    let why = match reason {
        circuit::DecisionReason::ForcedOpen => "the circuit is forced open",
        circuit::DecisionReason::ProbesBusy => "the circuit is half-open, and its probes are on their way",
        circuit::DecisionReason::Probe => "a probe of the circuit makes one attempt",
        _ => "the circuit is open",
    };
    retry_after.map_or_else(|| why.to_owned(), |after| format!("{why}; it can be asked again in {}", Short(after)))
}

/// The scale above the bars: `0 ────── 51.9ms|`.
struct Ruler(Duration);

impl fmt::Display for Ruler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = Short(self.0).to_string();
        write!(f, "0 {} {end}|", "─".repeat(WIDTH.saturating_sub(end.len() + 3)))
    }
}

/// The columns of one attempt: spaces up to `dots`, dots up to `from`, the bar up to `to`.
struct Bar {
    dots: usize,
    from: usize,
    to: usize,
}

impl Bar {
    /// Places a bar. The dots of its delay begin at `free_from`, the end of the attempt before it.
    fn of(attempt: &Attempt, whole: Duration, free_from: usize) -> Self {
        // Every attempt gets a column at least, so that one which took no time is seen.
        let from = column(attempt.started, whole).min(WIDTH - 1).max(free_from.min(WIDTH - 1));
        let to = column(attempt.ended, whole).clamp(from + 1, WIDTH);
        let delayed = attempt.delay.is_some_and(|(delay, _)| !delay.is_zero());
        Self { dots: if delayed { free_from.min(from) } else { from }, from, to }
    }
}

struct Line<'a> {
    attempt: &'a Attempt,
    bar: Bar,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Attempt { number, hedge, delay, started, ended, outcome, error } = self.attempt;
        let Bar { dots, from, to } = self.bar;
        // Each begins with a blank, so that none runs into the number.
        let delay = match delay {
            Some((delay, DelaySource::Pushback)) => format!(" server {}", Short(*delay)),
            Some((delay, _)) if !delay.is_zero() => format!(" +{}", Short(*delay)),
            _ if *hedge => " hedge".to_owned(),
            _ => String::new(),
        };
        let bar = if *outcome == AttemptOutcome::Success { "█" } else { "▒" };
        let (spaces, dotted, filled) = (" ".repeat(dots), "·".repeat(from - dots), bar.repeat(to - from));
        // A long number takes its room from the delay, so that the bars stay below each other.
        let number = format!("{number:>3}");
        let room = 17usize.saturating_sub(number.len());
        write!(f, "{number}{delay:>room$}|{spaces}{dotted}{filled}{}| ", " ".repeat(WIDTH - to))?;
        let took = Short(ended.saturating_sub(*started)).to_string();
        match error {
            Some(error) => write!(f, "{outcome:<15} {took:>7}  {}", error.escape_debug()),
            None => write!(f, "{outcome:<15} {took:>7}"),
        }
    }
}

/// Returns the column nearest to a moment, 0 to `WIDTH`.
fn column(at: Duration, whole: Duration) -> usize {
    if whole.is_zero() {
        return 0;
    }
    let column = (at.as_nanos() * WIDTH as u128 + whole.as_nanos() / 2) / whole.as_nanos();
    usize::try_from(column).unwrap_or(WIDTH).min(WIDTH)
}

/// A duration with three figures and one unit.
pub(super) struct Short(pub(super) Duration);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.as_micros();
        let (unit, per) = match micros {
            0 => return f.write_str("0"),
            1..=999 => return write!(f, "{micros}us"),
            1_000..=999_999 => ("ms", 1_000),
            _ => ("s", 1_000_000),
        };
        let (whole, rest) = (micros / per, micros % per);
        match whole {
            _ if rest == 0 => write!(f, "{whole}{unit}"),
            0..=9 => write!(f, "{whole}.{:02}{unit}", rest * 100 / per),
            10..=99 => write!(f, "{whole}.{}{unit}", rest * 10 / per),
            _ => write!(f, "{whole}{unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Short;
    use std::time::Duration;

    #[test]
    fn durations_have_three_figures() {
        let short = |micros| Short(Duration::from_micros(micros)).to_string();
        assert_eq!(short(0), "0");
        assert_eq!(short(999), "999us");
        assert_eq!(short(1_000), "1ms");
        assert_eq!(short(1_234), "1.23ms");
        assert_eq!(short(12_340), "12.3ms");
        assert_eq!(short(123_400), "123ms");
        assert_eq!(short(2_000_000), "2s");
        assert_eq!(short(61_500_000), "61.5s");
    }
}
