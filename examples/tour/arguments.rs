//! Scenes about the arguments of a call: they are part of its key, and they are passed to a fallback.

use crate::client::Api;
use crate::scene::{Scene, Tour};
use recourse::Executor;
use recourse::observe::AttemptOutcome::Retryable;
use recourse::observe::{EndReason, Timeline};

pub(crate) async fn shards(tour: &mut Tour, api: &Api) {
    const ROUNDS: usize = 8;
    let says = "Three shards, and the second is down. The key says which one is called, so each has a breaker of its own:\n\
                the second opens after three failures, and the others do not notice.";
    let scene = Scene { name: "shards", title: "One breaker for each shard", says };
    let calls = async {
        let mut answers = Vec::with_capacity(3 * ROUNDS);
        for _ in 0..ROUNDS {
            for shard in 1..=3 {
                answers.push(api.shards(shard).await);
            }
        }
        answers
    };
    let mut seen = tour.play_many(scene, calls).await.attempts(3 * ROUNDS - (ROUNDS - 3)..=3 * ROUNDS - (ROUNDS - 3));
    println!("  What an operator sees, by `Executor::global().breakers().list()`:");
    let breakers = Executor::global().breakers().list();
    for breaker in breakers.iter().filter(|breaker| breaker.key.as_str().starts_with("tour.shards.")) {
        println!("  {breaker}");
    }
    println!();
    let refused = |timeline: &&Timeline| timeline.reason() == EndReason::CircuitOpen;
    let keys: Vec<_> = seen.timelines.iter().filter(refused).map(|timeline| timeline.key().to_string()).collect();
    seen.expect("refused calls", &keys, &vec!["tour.shards.2".to_owned(); ROUNDS - 3]);
}

pub(crate) async fn cached(tour: &mut Tour, api: &Api) {
    let says = "The server is down, and the caller is content with an old answer. The fallback gets the arguments of the call\n\
                and its error; the timeline is that of the call, which failed.";
    let scene = Scene { name: "cached", title: "A fallback", says };
    let seen = tour.play(scene, api.cached(7)).await;
    seen.returned(r#"Ok("Ada, user 7, as of yesterday")"#)
        .stopped_by(EndReason::AttemptsExhausted)
        .outcomes(&[Retryable, Retryable]);
}
