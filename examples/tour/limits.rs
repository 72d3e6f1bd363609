//! Scenes about calls that are one too many: at once, or in a time.

use crate::client::Api;
use crate::scene::{Scene, Tour, together};
use recourse::concurrency::ConcurrencyStatus;
use recourse::context::Priority;
use recourse::observe::{EndReason, Timeline};
use recourse::{Executor, Key, RejectionKind, rejection};
use std::time::{Duration, Instant};

pub(crate) async fn bulkhead(tour: &mut Tour, api: &Api) {
    let says = "An answer takes 60ms, and eight calls come at once. Two run, and two wait for their slots; the others are told at once, so that\n\
                nobody stands in a line that is too long.";
    let scene = Scene { name: "bulkhead", title: "A full bulkhead", says };
    let seen = tour.play_many(scene, together((0..8).map(|_| api.bulkhead()))).await;
    let waited = |all: &[Timeline]| all.iter().position(|timeline| timeline.attempt_count() > 0).map(|first| first + 2);
    let mut seen = seen
        .draw("One that waited for a slot", |all| all.get(waited(all)?))
        .attempts(4..=4)
        .draw("One that was refused", <[Timeline]>::last);
    let full = seen.timelines.iter().filter(|timeline| timeline.reason() == EndReason::Full).count();
    seen.expect("calls for which there was no slot", &full, &4);
}

pub(crate) async fn adaptive(tour: &mut Tour, api: &Api) {
    let says = "The server works on four requests at a time, 10ms each, and lets the others stand in line. Nobody has told the limit: it begins with 20,\n\
                and goes by how long answers take while few run. 40 callers want more than there is, each again and again.";
    let scene = Scene { name: "adaptive", title: "A limit that finds itself", says };
    let began = Instant::now();
    // On a busy machine it takes longer.
    let is_found = || limit().is_some_and(|now| now.limit <= FOUND) || began.elapsed() > Duration::from_secs(15);
    let caller = async || {
        let mut answers = Vec::new();
        while !is_found() {
            answers.push(api.adaptive().await);
            if answers.last().is_some_and(Result::is_err) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        answers
    };
    let calls = async { together((0..40).map(|_| caller())).await.into_iter().flatten().collect() };
    let mut seen = tour.play_many(scene, calls).await;
    let found = limit();
    if let Some(limit) = &found {
        println!("  The limit, as operators see it: {limit}.\n");
    }
    seen.expect("a limit that was found", &found.is_some_and(|now| now.limit <= FOUND), &true);
}

/// Half-way from where the limit begins to what the server can do.
const FOUND: u32 = 12;

/// The limit of the scene's key.
fn limit() -> Option<ConcurrencyStatus> {
    Executor::global().sites(Key::from_static("tour.adaptive")).into_iter().find_map(|site| site.concurrency)
}

pub(crate) async fn priority(tour: &mut Tour, api: &Api) {
    let says = "Four may run at once. Six prefetches come first, and a prefetch may use half of the slots: two run, and four are shed. So there is\n\
                room for the two checkouts behind them.";
    let scene = Scene { name: "priority", title: "Who goes first", says };
    let prefetches = (0..6).map(|_| Priority::Sheddable);
    let calls = prefetches.chain([Priority::Critical; 2]).map(|priority| api.priority(priority));
    let seen = tour.play_many(scene, together(calls)).await;
    let shed = |one: &&Timeline| one.totals().shed == Some(Priority::Sheddable);
    let mut seen = seen.draw("A prefetch that was shed", |all| all.iter().find(shed)).attempts(4..=4);
    let found = seen.timelines.iter().filter(shed).count();
    seen.expect("prefetches that were shed", &found, &4);
    let checkouts: Vec<_> = seen.answers.iter().skip(6).map(Result::is_ok).collect();
    seen.expect("checkouts that were answered", &*checkouts, &[true, true]);
}

pub(crate) async fn quota(tour: &mut Tour, api: &Api) {
    let says = "A quota of five requests a second, two of them at once. The third call comes too early, and is told exactly when to come back;\n\
                the fourth does that.";
    let scene = Scene { name: "quota", title: "A quota, and the exact moment", says };
    let calls = async {
        let mut answers = vec![api.quota().await, api.quota().await, api.quota().await];
        let early = answers[2].as_ref().err().and_then(|error| rejection(error)).cloned();
        if let Some(wait) = early.as_ref().and_then(recourse::Rejection::retry_after) {
            println!("  The third call is told to come back in {wait:.1?}.");
            tokio::time::sleep(wait).await;
        }
        answers.push(api.quota().await);
        answers
    };
    let mut seen = tour.play_many(scene, calls).await.attempts(3..=3);
    let kinds: Vec<_> = seen
        .answers
        .iter()
        .map(|answer| answer.as_ref().err().and_then(|error| Some(rejection(error)?.kind())))
        .collect();
    seen.expect("rejections", &*kinds, &[None, None, Some(RejectionKind::RateLimited), None]);
}
