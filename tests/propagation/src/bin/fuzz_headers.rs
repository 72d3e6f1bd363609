//! Reads random and mutated headers for a number of seconds, and checks what holds for all of them: `fuzz SECONDS [SEED]`.

use recourse_tests_propagation::check::{NAMES, holds};
use recourse_tests_propagation::mutate::{mutate, value};
use recourse_tests_propagation::rng::Rng;
use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let (seconds, seed) = (arguments.next().unwrap_or(10), arguments.next().unwrap_or(1));
    let (began, mut rng) = (Instant::now(), Rng::new(seed));
    let (mut requests, mut believed) = (0_u64, 0_u64);
    // Values that were believed before.
    let mut corpus: Vec<(usize, Vec<u8>)> = Vec::new();
    while began.elapsed() < Duration::from_secs(seconds) {
        // The clock is read once in a while.
        for _ in 0..1_000 {
            let most = if rng.one_in(50) { 100 } else { 3 };
            let headers = 1 + rng.below(most);
            let values: Vec<(usize, Vec<u8>)> = (0..headers)
                .map(|_| {
                    if corpus.is_empty() || rng.one_in(2) {
                        return (rng.below(NAMES.len()), value(&mut rng));
                    }
                    let (name, mut value) = rng.pick(&corpus).clone();
                    mutate(&mut rng, &mut value);
                    (name, value)
                })
                .collect();
            let good = holds(&values);
            believed += u64::from(good);
            requests += 1;
            if good && values.iter().all(|(_, value)| value.len() < 100) {
                let place = rng.below(1_000);
                let value = rng.pick(&values).clone();
                match corpus.get_mut(place) {
                    Some(old) => *old = value,
                    None => corpus.push(value),
                }
            }
        }
    }
    println!(
        "{requests} requests in {seconds} s from seed {seed}, {believed} of them with a deadline that is believed"
    );
}
