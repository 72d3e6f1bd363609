//! Draws many calls of one key on one time axis, with the state of its circuit breaker above them.
//!
//! The drawing is made from the timelines of the calls, so it shows only what happened.

use recourse::circuit::{State, Transition};
use recourse::observe::{AttemptOutcome, EndReason, Event, Timeline};
use std::fmt;
use std::time::Duration;

/// The largest number of columns.
const WIDEST: u32 = 100;

/// When a call began and how long it took, by the caller's own clock.
pub(crate) struct Span {
    pub(crate) began: Duration,
    pub(crate) took: Duration,
}

/// The calls of one key, and the changes of its breaker's state during them.
pub(crate) struct Axis<'a> {
    calls: Vec<Placed<'a>>,
    changes: Vec<Change>,
    /// The time that one column covers.
    column: Duration,
    end: Duration,
}

/// A call on the axis. Times in its timeline are relative to the start of its span.
struct Placed<'a> {
    span: Span,
    timeline: &'a Timeline,
}

/// A change of the breaker's state, and its cause.
struct Change {
    at: Duration,
    transition: Transition,
    cause: String,
}

/// The outcome of a call, or of an attempt. If several are in one column, the greatest is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    Refused,
    Answered,
    Failed,
}

impl Mark {
    pub(crate) fn of(call: &Timeline) -> Self {
        match call.reason() {
            EndReason::CircuitOpen => Self::Refused,
            EndReason::Success => Self::Answered,
            _ => Self::Failed,
        }
    }

    const fn sign(self) -> char {
        match self {
            Self::Refused => '×',
            Self::Answered => '█',
            Self::Failed => '▒',
        }
    }
}

const fn sign(state: State) -> char {
    match state {
        State::Closed => '─',
        State::Open => '░',
        State::HalfOpen => '?',
    }
}

impl<'a> Axis<'a> {
    /// Places the calls in the order in which they began. A column covers `every`, or more if the lines would be too long.
    pub(crate) fn new(every: Duration, spans: Vec<Span>, timelines: &'a [Timeline]) -> Self {
        let end = spans.iter().map(|span| span.began + span.took).max().unwrap_or_default();
        let calls: Vec<_> =
            spans.into_iter().zip(timelines).map(|(span, timeline)| Placed { span, timeline }).collect();
        let changes = calls.iter().enumerate().flat_map(|(index, call)| call.changes(index + 1)).collect();
        Self { calls, changes, column: every.max(end / WIDEST), end }
    }

    /// Returns the states of the breaker, in order.
    pub(crate) fn transitions(&self) -> Vec<String> {
        self.changes.iter().map(|change| change.transition.to_string()).collect()
    }

    /// Returns the number of calls with this outcome.
    pub(crate) fn count(&self, mark: Mark) -> usize {
        self.times(mark).len()
    }

    /// Returns the median duration of calls with this outcome.
    pub(crate) fn median(&self, mark: Mark) -> Duration {
        let mut times = self.times(mark);
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    fn times(&self, mark: Mark) -> Vec<Duration> {
        let such = self.calls.iter().filter(|call| Mark::of(call.timeline) == mark);
        such.map(|call| call.span.took).collect()
    }

    fn width(&self) -> usize {
        self.column(self.end) + 1
    }

    /// Returns the column of a moment.
    fn column(&self, at: Duration) -> usize {
        usize::try_from(at.min(self.end).as_nanos() / self.column.as_nanos().max(1)).unwrap_or(usize::MAX)
    }

    /// Draws the state at the beginning of each column. A half-open state is drawn wherever it occurs, because it is short.
    fn states(&self) -> String {
        let mut signs = vec![sign(State::Closed); self.width()];
        for (index, Change { at, transition, .. }) in self.changes.iter().enumerate() {
            let first = self.column(*at) + usize::from(transition.to != State::HalfOpen);
            let until = self.changes.get(index + 1).map_or(signs.len(), |next| self.column(next.at) + 1);
            signs.iter_mut().take(until).skip(first).for_each(|column| *column = sign(transition.to));
        }
        signs.iter().collect()
    }

    fn marks(&self, marks: impl Iterator<Item = (Duration, Mark)>) -> String {
        let mut columns = vec![None; self.width()];
        for (at, mark) in marks {
            let column = &mut columns[self.column(at)];
            *column = (*column).max(Some(mark));
        }
        columns.iter().map(|mark| mark.map_or(' ', Mark::sign)).collect()
    }

    fn got(&self) -> String {
        self.marks(self.calls.iter().map(|call| (call.span.began, Mark::of(call.timeline))))
    }

    fn sent(&self) -> String {
        self.marks(self.calls.iter().flat_map(Placed::sent))
    }
}

impl Placed<'_> {
    /// Draws the attempts, each at its start.
    fn sent(&self) -> impl Iterator<Item = (Duration, Mark)> {
        self.timeline.attempts().into_iter().map(|attempt| {
            let mark = if attempt.outcome == AttemptOutcome::Success { Mark::Answered } else { Mark::Failed };
            (self.span.began + attempt.started, mark)
        })
    }

    /// The changes of state in this call, which is the `number`-th. One becomes half-open when it is asked; all else comes of
    /// an attempt, whose end stands before the change.
    fn changes(&self, number: usize) -> Vec<Change> {
        let (mut changes, mut ended) = (Vec::new(), String::new());
        for moment in self.timeline.events() {
            match &moment.event {
                Event::AttemptEnded { outcome, error, .. } => {
                    let error = error.as_ref().map(|error| format!(", {error}")).unwrap_or_default();
                    ended = format!("call {number} ended: {outcome}{error}");
                }
                Event::CircuitChanged { from, to, .. } => {
                    let asked = || format!("call {number} asked, and went as a probe");
                    let cause = if *to == State::HalfOpen { asked() } else { ended.clone() };
                    let (at, transition) = (self.span.began + moment.at, Transition::new(*from, *to));
                    changes.push(Change { at, transition, cause });
                }
                _ => {}
            }
        }
        changes
    }
}

impl fmt::Display for Axis<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = format!("{}ms", self.end.as_millis());
        let ruler = "─".repeat(self.width().saturating_sub(end.len() + 3));
        writeln!(f, "{:>17}|0 {ruler} {end}|", "")?;
        writeln!(f, "{:>17}|{}|", "the breaker", self.states())?;
        writeln!(f, "{:>17}|{}|", "the caller got", self.got())?;
        writeln!(f, "{:>17}|{}|", "the server got", self.sent())?;
        let [closed, open, half] = [State::Closed, State::Open, State::HalfOpen].map(sign);
        let [answered, failed, refused] = [Mark::Answered, Mark::Failed, Mark::Refused].map(Mark::sign);
        writeln!(f, "{:>18}{closed} closed  {open} open  {half} half-open", "")?;
        writeln!(
            f,
            "{:>18}{answered} an answer  {failed} an error of the server  {refused} a refusal: nothing was sent\n",
            ""
        )?;
        for Change { at, transition, cause } in &self.changes {
            writeln!(f, "{:>15}ms  {:<20}  {cause}", at.as_millis(), transition.to_string())?;
        }
        Ok(())
    }
}
