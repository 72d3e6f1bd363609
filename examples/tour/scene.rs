//! Plays, shows and checks a scene.

use crate::client::{Answer, SOURCE};
use crate::server::{Counted, Server};
use recourse::RejectionKind;
use recourse::observe::{self, AttemptOutcome, EndReason, Timeline};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::task::Poll;
use std::time::Duration;

/// Columns of the headings.
const WIDTH: usize = 100;

/// How many different answers of a scene are shown: the most frequent.
const MOST_SHOWN: usize = 6;

/// The scenes played so far.
pub(crate) struct Tour {
    server: Server,
    rows: Vec<Row>,
}

/// One line of the summary.
struct Row {
    title: &'static str,
    calls: usize,
    attempts: usize,
    hedges: usize,
    connections: usize,
    faults: Vec<String>,
}

/// A scene: a function of the client. Its name is also the path on the server, and the key, which may have arguments.
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) says: &'static str,
}

/// The observations of a scene. An expectation that does not hold is printed at once, and fails the tour.
pub(crate) struct Seen<'a> {
    pub(crate) answers: Vec<Answer>,
    pub(crate) timelines: Vec<Timeline>,
    counted: Counted,
    row: &'a mut Row,
}

impl Tour {
    pub(crate) fn new(server: Server) -> Self {
        Self { server, rows: Vec::new() }
    }

    /// Plays a scene of one call.
    pub(crate) async fn play(&mut self, scene: Scene, call: impl Future<Output = Answer>) -> Seen<'_> {
        self.play_many(scene, async { vec![call.await] }).await
    }

    /// Plays a scene of many calls. Shows only those drawings that [`Seen::draw`] is asked for.
    pub(crate) async fn play_many(&mut self, scene: Scene, calls: impl Future<Output = Vec<Answer>>) -> Seen<'_> {
        let Scene { name, title, says } = scene;
        heading(&format!("{}. {title}", self.rows.len() + 1));
        println!("{says}\n");
        for line in source(name) {
            println!("    {line}");
        }

        let before = self.server.connections().await;
        let (answers, timelines) = observe::capture(calls).await;
        let connections = self.server.connections().await.and_then(|after| Ok(after - before?)).unwrap_or_default();
        let counted = self.server.counted(&format!("/{name}"));
        let all: Vec<_> = timelines.iter().flat_map(Timeline::attempts).collect();
        let (attempts, hedges) = (all.len(), all.iter().filter(|attempt| attempt.hedge).count());
        // An attempt that was cut off may not have sent its request; one that ended by itself has.
        let cut = all.iter().filter(|attempt| is_cut(attempt.outcome)).count();

        println!();
        let mut got: Vec<_> = tally(answers.iter().map(text)).into_iter().collect();
        if got.len() > MOST_SHOWN {
            got.sort_by_key(|(_, count)| Reverse(*count));
        }
        for (answer, count) in got.iter().take(MOST_SHOWN) {
            let who = if answers.len() == 1 { "The caller got".into() } else { format!("{count} callers got") };
            println!("  {who} {answer}");
        }
        if got.len() > MOST_SHOWN {
            println!("  the others got {} other answers", got.len() - MOST_SHOWN);
        }
        println!();
        let (calls, drawn) = (answers.len(), timelines.len());
        self.rows.push(Row { title, calls, attempts, hedges, connections, faults: Vec::new() });
        let row = self.rows.last_mut().expect("it has just been pushed");
        let mut seen = Seen { answers, timelines, counted, row };
        if let [timeline] = &*seen.timelines {
            draw(timeline);
        } else {
            seen.summarise();
        }
        seen.expect("timelines", &drawn, &calls);
        seen.none("keys other than the scene's", &seen.keys_other_than(name));
        seen.expect("attempts the server counted", &connections, &attempts);
        let requests = seen.counted.requests;
        seen.check((attempts - cut..=attempts).contains(&requests), || {
            format!("requests the server got: {requests}, expected {attempts}, less the {cut} that were cut at most")
        });
        seen
    }

    /// Prints the table, and returns whether every scene ended as it should.
    pub(crate) fn summary(&self) -> bool {
        heading("Summary");
        println!("{:>4} {:<52} {:>6} {:>9} {:>7} {:>15}", "", "scene", "calls", "attempts", "hedges", "server counted");
        for (index, Row { title, calls, attempts, hedges, connections, faults }) in self.rows.iter().enumerate() {
            let verdict = if faults.is_empty() { "ok" } else { "FAILED" };
            println!(
                "{:>3}. {title:<52} {calls:>6} {attempts:>9} {hedges:>7} {connections:>15}   {verdict}",
                index + 1
            );
            for fault in faults {
                println!("       {fault}");
            }
        }
        self.rows.iter().all(|row| row.faults.is_empty())
    }
}

impl Seen<'_> {
    pub(crate) fn returned(mut self, expected: &str) -> Self {
        let others: Vec<_> = self.answers.iter().map(text).filter(|answer| answer != expected).collect();
        self.none(&format!("answers other than {expected}"), &others);
        self
    }

    /// Checks that every caller got a rejection of this kind, and finds it in the error's chain.
    pub(crate) fn rejected(mut self, expected: RejectionKind) -> Self {
        let kind = |answer: &Answer| Some(recourse::rejection(answer.as_ref().err()?)?.kind());
        let kinds: Vec<_> = self.answers.iter().map(kind).filter(|kind| *kind != Some(expected)).collect();
        self.none(&format!("answers other than a rejection of kind {expected}"), &kinds);
        self
    }

    pub(crate) fn stopped_by(mut self, expected: EndReason) -> Self {
        let reasons: Vec<_> =
            self.timelines.iter().map(Timeline::reason).filter(|reason| *reason != expected).collect();
        self.none(&format!("reasons other than {expected}"), &reasons);
        self
    }

    /// Returns how the attempts of a single call ended, in order.
    pub(crate) fn outcomes(mut self, expected: &[AttemptOutcome]) -> Self {
        let outcomes: Vec<_> =
            self.timelines.iter().flat_map(Timeline::attempts).map(|attempt| attempt.outcome).collect();
        self.expect("outcomes", &*outcomes, expected);
        self
    }

    pub(crate) fn resets(mut self, expected: usize) -> Self {
        let resets = self.counted.resets;
        self.expect("connections the server reset", &resets, &expected);
        self
    }

    pub(crate) fn orders(mut self, expected: usize) -> Self {
        let orders = self.counted.orders;
        self.expect("orders that the server saw", &orders, &expected);
        self
    }

    /// Returns the number of attempts of all calls.
    pub(crate) fn attempts(mut self, expected: RangeInclusive<usize>) -> Self {
        let attempts = self.row.attempts;
        self.check(expected.contains(&attempts), || format!("attempts: {attempts}, expected {expected:?}"));
        self
    }

    /// Returns the number of hedges among them.
    pub(crate) fn hedges(mut self, expected: RangeInclusive<usize>) -> Self {
        let hedges = self.row.hedges;
        self.check(expected.contains(&hedges), || format!("hedges: {hedges}, expected {expected:?}"));
        self
    }

    /// Returns the duration of the slowest call.
    pub(crate) fn took(mut self, expected: RangeInclusive<Duration>) -> Self {
        let slowest = self.slowest();
        self.check(expected.contains(&slowest), || format!("the slowest call took {slowest:?}, expected {expected:?}"));
        self
    }

    /// Shows the drawing of one of many calls.
    pub(crate) fn draw(self, which: &str, choose: impl FnOnce(&[Timeline]) -> Option<&Timeline>) -> Self {
        println!("  {which}:");
        choose(&self.timelines).map_or_else(|| println!("    there is none\n"), draw);
        self
    }

    pub(crate) fn expect<T: PartialEq + Debug + ?Sized>(&mut self, what: &str, found: &T, expected: &T) {
        self.check(found == expected, || format!("{what}: {found:?}, expected {expected:?}"));
    }

    fn none<T: Debug>(&mut self, what: &str, found: &[T]) {
        self.check(found.is_empty(), || format!("{what}: {found:?}"));
    }

    pub(crate) fn check(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            let fault = fault();
            println!("  FAILED: {fault}\n");
            self.row.faults.push(fault);
        }
    }

    fn keys_other_than(&self, name: &str) -> Vec<String> {
        let (key, completed) = (format!("tour.{name}"), format!("tour.{name}."));
        let keys = self.timelines.iter().map(|timeline| timeline.key().to_string());
        keys.filter(|other| *other != key && !other.starts_with(&completed)).collect()
    }

    pub(crate) fn slowest(&self) -> Duration {
        self.timelines.iter().map(Timeline::elapsed).max().unwrap_or_default()
    }

    fn summarise(&self) {
        let reasons = tally(self.timelines.iter().map(Timeline::reason));
        let reasons: Vec<_> = reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        let Row { calls, attempts, hedges, .. } = &self.row;
        println!("  {calls} calls, {attempts} attempts, {hedges} of them hedges: {}\n", reasons.join(", "));
    }
}

/// Returns true for an attempt that was dropped before it ended by itself.
fn is_cut(outcome: AttemptOutcome) -> bool {
    matches!(outcome, AttemptOutcome::Cancelled | AttemptOutcome::AttemptTimeout | AttemptOutcome::Timeout)
}

/// Makes all calls at once, and returns their answers in order. They run in one task, since a capture sees the calls of its own task.
pub(crate) async fn together<T>(calls: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut calls: Vec<_> = calls.map(|call| (Box::pin(call), None)).collect();
    poll_fn(|cx| {
        for (call, answer) in calls.iter_mut().filter(|(_, answer)| answer.is_none()) {
            if let Poll::Ready(ready) = call.as_mut().poll(cx) {
                *answer = Some(ready);
            }
        }
        if calls.iter().all(|(_, answer)| answer.is_some()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    calls.into_iter().filter_map(|(_, answer)| answer).collect()
}

fn heading(text: &str) {
    println!("── {text} {}\n", "─".repeat(WIDTH.saturating_sub(text.chars().count())));
}

fn draw(timeline: &Timeline) {
    for line in timeline.to_string().lines() {
        println!("  {line}");
    }
    println!();
}

fn text(answer: &Answer) -> String {
    match answer {
        Ok(answer) => format!("Ok({answer:?})"),
        Err(error) => format!("Err({error})"),
    }
}

/// Returns how often each item occurs, in the order of their texts.
fn tally<T: ToString>(items: impl Iterator<Item = T>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item.to_string()).or_default() += 1;
    }
    counts
}

/// Returns the source lines of a function of the client, with its attribute, without visibility and indentation.
fn source(name: &str) -> impl Iterator<Item = String> {
    let function = SOURCE.find(&format!("async fn {name}(")).expect("a scene names a function of the client");
    let start = SOURCE[..function].rfind("\n\n").map_or(0, |blank| blank + 2);
    let lines = SOURCE[start..].lines().take_while(|line| !matches!(*line, "" | "}"));
    lines.map(|line| line.strip_prefix("    ").unwrap_or(line).replace("pub(crate) ", ""))
}
