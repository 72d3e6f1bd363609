//! The tour: a real HTTP server that misbehaves on purpose, called through guarded functions. `cargo run --example tour`.
//!
//! Prints, scene by scene, the attribute, what the caller got, and a drawing of what happened; then a table that compares the
//! attempts in the drawings with the requests that the server counted. Exits with 0 only if every scene ended as announced.

mod arguments;
mod axis;
mod client;
mod deadlines;
mod limits;
mod scene;
mod server;

use axis::{Axis, Mark, Span};
use client::{Answer, Api};
use recourse::observe::AttemptOutcome::{AttemptTimeout, Ignored, Retryable, Success, Timeout};
use recourse::observe::{DelaySource, EndReason, Event, TimedEvent, Timeline};
use recourse::{Executor, RejectionKind};
use scene::{Scene, Tour, together};
use server::Server;
use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::time::MissedTickBehavior;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let began = Instant::now();
    let server = Server::start().await?;
    let api = Api::new(server.address)?;
    println!("A server that misbehaves on purpose listens at http://{}.\n", server.address);

    let mut tour = Tour::new(server);
    plain(&mut tour, &api).await;
    flaky(&mut tour, &api).await;
    resets(&mut tour, &api).await;
    busy(&mut tour, &api).await;
    stuck_once(&mut tour, &api).await;
    slow_tail(&mut tour, &api).await;
    stuck(&mut tour, &api).await;
    overloaded(&mut tour, &api).await;
    outage(&mut tour, &api).await;
    restart(&mut tour, &api).await;
    let unhedged = unhedged_tail(&mut tour, &api).await;
    hedged_tail(&mut tour, &api, unhedged).await;
    brown_out(&mut tour, &api).await;
    arguments::shards(&mut tour, &api).await;
    arguments::cached(&mut tour, &api).await;
    deadlines::expired(&mut tour, &api).await;
    deadlines::hurried(&mut tour, &api).await;
    deadlines::order(&mut tour, &api).await;
    limits::bulkhead(&mut tour, &api).await;
    limits::adaptive(&mut tour, &api).await;
    limits::priority(&mut tour, &api).await;
    limits::quota(&mut tour, &api).await;
    missing(&mut tour, &api).await;
    closure(&mut tour, &api).await;

    let all_held = tour.summary();
    let verdict = if all_held { "Every scene ended as it says" } else { "FAILED: not every scene ended as it says" };
    println!("\n{verdict}, in {:.1?}.", began.elapsed());
    Ok(if all_held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn plain(tour: &mut Tour, api: &Api) {
    let scene =
        Scene { name: "plain", title: "Nothing goes wrong", says: "The server answers. The call is one attempt." };
    let seen = tour.play(scene, api.plain()).await;
    seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success).outcomes(&[Success]);
}

async fn flaky(tour: &mut Tour, api: &Api) {
    let says = "The server fails twice with a 500. The caller sees none of it.";
    let scene = Scene { name: "flaky", title: "Retry, then success", says };
    let seen = tour.play(scene, api.flaky()).await;
    seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success).outcomes(&[Retryable, Retryable, Success]);
}

async fn resets(tour: &mut Tour, api: &Api) {
    let says = "The server resets the first connection before it answers, and the second in the middle of the answer.";
    let scene = Scene { name: "resets", title: "Connection resets, then success", says };
    let seen = tour.play(scene, api.resets()).await;
    seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success).outcomes(&[Retryable, Retryable, Success]).resets(2);
}

async fn busy(tour: &mut Tour, api: &Api) {
    let says = "The server says 429 with `Retry-After: 1`. That is honoured, though the backoff ends at 250ms. Whoever is told so comes \
                back up to a tenth later, so that not all come in one millisecond.";
    let scene = Scene { name: "busy", title: "The server says when", says };
    let seen = tour.play(scene, api.busy()).await;
    let mut seen = seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success).outcomes(&[Retryable, Success]);
    let delays: Vec<_> =
        seen.timelines.iter().flat_map(Timeline::attempts).filter_map(|attempt| attempt.delay).collect();
    // Never earlier than told, and up to a tenth later.
    let told = Duration::from_secs(1)..=Duration::from_millis(1_100);
    let as_told = |(delay, source): &(Duration, DelaySource)| told.contains(delay) && *source == DelaySource::Pushback;
    seen.expect("delays as told", &delays.iter().map(as_told).collect::<Vec<_>>()[..], &[true]);
    seen.took(Duration::from_secs(1)..=Duration::from_secs(2));
}

async fn stuck_once(tour: &mut Tour, api: &Api) {
    let says = "The first attempt never gets an answer. It is dropped after 400ms, and the second is answered.";
    let scene = Scene { name: "stuck_once", title: "An attempt times out", says };
    let seen = tour.play(scene, api.stuck_once()).await;
    seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success).outcomes(&[AttemptTimeout, Success]);
}

async fn slow_tail(tour: &mut Tour, api: &Api) {
    let says =
        "Every tenth answer takes two seconds. The limit on each attempt cuts that tail off, one call after the other.";
    let scene = Scene { name: "slow_tail", title: "A slow tail", says };
    let calls = async {
        let mut answers = Vec::new();
        for _ in 0..40 {
            answers.push(api.slow_tail().await);
        }
        answers
    };
    let seen = tour.play_many(scene, calls).await.draw("The slowest", slowest);
    let seen = seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success);
    // Four slow answers, so 44. If the machine stalls, a quick answer may be cut off too.
    seen.attempts(44..=48).took(Duration::from_millis(250)..=Duration::from_millis(1_500));
}

async fn stuck(tour: &mut Tour, api: &Api) {
    let says = "The server never answers. When the time of the whole call is up, the library has to speak for itself.";
    let scene = Scene { name: "stuck", title: "The deadline comes", says };
    let seen = tour.play(scene, api.stuck()).await;
    let seen = seen.rejected(RejectionKind::Timeout).stopped_by(EndReason::Timeout);
    let seen = seen.outcomes(&[AttemptTimeout, Timeout]);
    seen.took(Duration::from_millis(900)..=Duration::from_millis(1_500));
}

async fn overloaded(tour: &mut Tour, api: &Api) {
    let says = "The server asks for five seconds, and the call has two. It ends at once, with the server's own error.";
    let scene = Scene { name: "overloaded", title: "The next delay does not fit before the deadline", says };
    let seen = tour.play(scene, api.overloaded()).await;
    let seen = seen.returned("Err(status 503)").stopped_by(EndReason::Deadline).outcomes(&[Retryable]);
    seen.took(Duration::ZERO..=Duration::from_secs(1));
}

async fn outage(tour: &mut Tour, api: &Api) {
    const CALLS: usize = 200;
    let says = "The server is down. Each of 200 calls may make three attempts, but together they have 10 retries saved up,\n\
                and get one more each second: the load stays near 200 requests instead of growing to 600.";
    let scene = Scene { name: "outage", title: "An outage, and the retry budget", says };
    let began = Instant::now();
    let calls = async {
        let mut answers = Vec::with_capacity(CALLS);
        for _ in 0..CALLS {
            answers.push(api.outage().await);
        }
        answers
    };
    let seen = tour.play_many(scene, calls).await;
    let seconds = usize::try_from(began.elapsed().as_secs()).unwrap_or(usize::MAX);
    let mut seen = seen
        .draw("The first call", <[Timeline]>::first)
        .draw("The last call", <[Timeline]>::last)
        .returned("Err(status 503)")
        .attempts(CALLS + 10..=CALLS + 10 + seconds + 1);
    let reasons = [seen.timelines.first(), seen.timelines.last()].map(|timeline| timeline.map(Timeline::reason));
    seen.expect("reasons", &reasons, &[Some(EndReason::AttemptsExhausted), Some(EndReason::BudgetDenied)]);
}

async fn restart(tour: &mut Tour, api: &Api) {
    // A cooldown lasts 16 calls at most, so the server is back before the last dozen calls.
    const CALLS: usize = 60;
    const EVERY: Duration = Duration::from_millis(20);
    let says = "The server answers three requests, fails six, and is well again; a call comes every 20ms. The fifth failure\n\
                opens the breaker: calls are refused, and the server is left alone. The first probe comes too early.";
    let scene = Scene { name: "restart", title: "An outage, and the circuit breaker", says };
    let (mut spans, mut listed) = (Vec::with_capacity(CALLS), Vec::new());
    let calls = async {
        let mut answers = Vec::with_capacity(CALLS);
        let start = Instant::now();
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for _ in 0..CALLS {
            ticks.tick().await;
            let began = start.elapsed();
            let answer = api.restart().await;
            spans.push(Span { began, took: start.elapsed().saturating_sub(began) });
            if listed.is_empty() && is_refused(&answer) {
                listed = Executor::global().breakers().list();
            }
            answers.push(answer);
        }
        answers
    };
    let seen = tour.play_many(scene, calls).await;
    let axis = Axis::new(EVERY, spans, &seen.timelines);
    let (counts, went) = ([Mark::Failed, Mark::Refused].map(|mark| axis.count(mark)), axis.transitions());
    let [refused, answered] = [Mark::Refused, Mark::Answered].map(|mark| axis.median(mark));
    println!("{axis}\n  A refused call took {refused:.0?}, an answered one {answered:.1?} (the medians).\n");
    let refusal = |call: &&Timeline| Mark::of(call) == Mark::Refused;
    let mut seen = seen.draw("The first that was refused", |all| all.iter().find(refusal));
    println!("  What an operator saw just then, by `Executor::global().breakers().list()`:");
    for breaker in &listed {
        println!("  {breaker}\n");
    }

    let due = ["closed -> open", "open -> half_open", "half_open -> open", "open -> half_open", "half_open -> closed"];
    seen.check(went == due, || format!("changes of the breaker: {went:?}, expected {due:?}"));
    let refusals = seen.answers.iter().filter(|answer| is_refused(answer)).count();
    seen.expect("calls that failed, and calls that were refused", &counts, &[6, refusals]);
    let bodies: usize = seen.timelines.iter().filter(refusal).map(Timeline::attempt_count).sum();
    seen.expect("bodies that ran in refused calls", &bodies, &0);
    let well = seen.answers.iter().rev().take_while(|answer| answer.is_ok()).count();
    seen.check(well >= 12, || format!("calls answered at the end: {well}, expected 12 at least"));
    seen.check(refused < answered, || format!("a refused call took {refused:?}, an answered one {answered:?}"));
    seen.attempts(CALLS - 32..=CALLS - 1);
}

/// Checks that the error reports an open circuit.
fn is_refused(answer: &Answer) -> bool {
    let rejection = answer.as_ref().err().and_then(|error| recourse::rejection(error));
    rejection.is_some_and(|rejection| rejection.kind() == RejectionKind::CircuitOpen)
}

/// Returns the duration of the slowest call.
async fn unhedged_tail(tour: &mut Tour, api: &Api) -> Duration {
    let says = "Every tenth answer takes 600ms. Nothing fails, so there is nothing to retry: the caller waits.";
    let scene = Scene { name: "unhedged_tail", title: "A slow tail, not hedged", says };
    let calls = async {
        let mut answers = Vec::new();
        for _ in 0..20 {
            answers.push(api.unhedged_tail().await);
        }
        answers
    };
    let seen = tour.play_many(scene, calls).await.draw("The slowest", slowest);
    let seen = seen.returned(r#"Ok("Ada")"#).attempts(20..=20).hedges(0..=0);
    seen.took(Duration::from_millis(600)..=Duration::from_secs(2)).slowest()
}

async fn hedged_tail(tour: &mut Tour, api: &Api, unhedged: Duration) {
    let says = "The same tail. After 60ms a second attempt starts beside the first; the first answer wins, and the other\n\
                attempt is dropped at once.";
    let scene = Scene { name: "hedged_tail", title: "The same tail, hedged", says };
    let calls = async {
        let mut answers = Vec::new();
        for _ in 0..20 {
            answers.push(api.hedged_tail().await);
        }
        answers
    };
    let seen = tour.play_many(scene, calls).await.draw("The slowest", slowest);
    let hedged = seen.slowest();
    println!("  The slowest of 20 calls took {unhedged:.0?}. With a hedge it takes {hedged:.0?}.\n");
    // Two slow answers, so two hedges. If the machine stalls, a quick answer may be hedged too.
    let seen = seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success).hedges(2..=6).attempts(22..=26);
    seen.took(Duration::from_millis(60)..=Duration::from_millis(500));
}

async fn brown_out(tour: &mut Tour, api: &Api) {
    const CALLS: usize = 200;
    const AT_ONCE: usize = 20;
    let says = "Every answer takes 120ms: each of 200 calls is slow enough for its two hedges, and the server would get 600\n\
                requests when it can bear them least. The budget has 10 saved up, and gets 5% of the calls and one a second.";
    let scene = Scene { name: "brown_out", title: "A brown-out, and the hedge budget", says };
    let began = Instant::now();
    let calls = async {
        let mut answers = Vec::with_capacity(CALLS);
        for _ in 0..CALLS / AT_ONCE {
            answers.extend(together((0..AT_ONCE).map(|_| api.brown_out())).await);
        }
        answers
    };
    let seen = tour.play_many(scene, calls).await;
    let seconds = usize::try_from(began.elapsed().as_secs()).unwrap_or(usize::MAX);
    let most = 10 + CALLS * 5 / 100 + seconds + 1;
    println!("  That is no more than {most} hedges: 10 saved up, 5% of {CALLS}, and one for each second begun.\n");
    let denied = |moment: &TimedEvent| matches!(moment.event, Event::HedgeDenied { .. });
    let alone = |call: &&Timeline| call.hedge_count() == 0 && call.events().iter().any(denied);
    let seen = seen.draw("One that was denied a hedge", |all| all.iter().find(alone));
    seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success).hedges(5..=most);
}

fn slowest(all: &[Timeline]) -> Option<&Timeline> {
    all.iter().max_by_key(|one| one.elapsed())
}

async fn missing(tour: &mut Tour, api: &Api) {
    let says =
        "A 404 is an answer. `ApiError` classifies it as `Ignore`: it is not retried, and is no sign of trouble.";
    let scene = Scene { name: "missing", title: "An error that is an answer", says };
    let seen = tour.play(scene, api.missing()).await;
    seen.returned("Err(status 404)").stopped_by(EndReason::Ignored).outcomes(&[Ignored]);
}

async fn closure(tour: &mut Tour, api: &Api) {
    let says = "The same engine for a closure. What the attribute finds out by itself is said explicitly here.";
    let scene = Scene { name: "closure", title: "Without the attribute", says };
    let seen = tour.play(scene, api.closure()).await;
    seen.returned(r#"Ok("Ada")"#).stopped_by(EndReason::Success).outcomes(&[Retryable, Retryable, Success]);
}
