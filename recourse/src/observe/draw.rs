//! A timeline as text: one line per attempt, with a bar on a time axis that all of them share.

use crate::observe::names::AttemptOutcome;
use crate::observe::timeline::{Attempt, Timeline};
use std::fmt;
use std::time::Duration;

/// Columns of the axis.
const WIDTH: usize = 40;

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attempts = self.attempts();
        let count = attempts.len();
        let plural = if count == 1 { "" } else { "s" };
        writeln!(f, "{}  {}, {count} attempt{plural}, {}", self.key(), self.reason(), Short(self.elapsed()))?;
        for attempt in &attempts {
            writeln!(f, "  {}", Line { attempt, whole: self.elapsed() })?;
        }
        for change in &self.effective().changes {
            writeln!(f, "  note: {change}")?;
        }
        Ok(())
    }
}

struct Line<'a> {
    attempt: &'a Attempt,
    whole: Duration,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Attempt { number, delay, started, ended, outcome, error } = self.attempt;
        let took = ended.saturating_sub(*started);
        let from = column(*started, self.whole).min(WIDTH - 1);
        let to = column(*ended, self.whole).clamp(from + 1, WIDTH);
        let waited = delay.map_or(0, |(delay, _)| from - column(started.saturating_sub(delay), self.whole).min(from));
        let bar = if *outcome == AttemptOutcome::Success { "█" } else { "▒" };
        write!(f, "{number:>2} |{}{}{}{}|", " ".repeat(from - waited), "·".repeat(waited), bar.repeat(to - from), " ".repeat(WIDTH - to))?;
        write!(f, " {outcome:<15} {:>7}", Short(took).to_string())?;
        if let Some((delay, source)) = delay {
            write!(f, "  after {} of {source}", Short(*delay))?;
        }
        match error {
            Some(error) => write!(f, "  {}", error.escape_debug()),
            None => Ok(()),
        }
    }
}

/// The column a moment falls into, 0 to `WIDTH`.
fn column(at: Duration, whole: Duration) -> usize {
    if whole.is_zero() {
        return 0;
    }
    let column = at.as_nanos() * WIDTH as u128 / whole.as_nanos();
    usize::try_from(column).unwrap_or(WIDTH).min(WIDTH)
}

/// A duration for people: three figures, one unit.
pub(super) struct Short(pub(super) Duration);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.as_micros();
        let (unit, per) = match micros {
            0..=999 => return write!(f, "{micros}us"),
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
        assert_eq!(short(0), "0us");
        assert_eq!(short(999), "999us");
        assert_eq!(short(1_000), "1ms");
        assert_eq!(short(1_234), "1.23ms");
        assert_eq!(short(12_340), "12.3ms");
        assert_eq!(short(123_400), "123ms");
        assert_eq!(short(2_000_000), "2s");
        assert_eq!(short(61_500_000), "61.5s");
    }
}
