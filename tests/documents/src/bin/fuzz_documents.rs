//! Reads random and mutated documents for a number of seconds, and checks what holds for every one: `fuzz SECONDS [SEED]`.

use recourse_policy::document::Format;
use recourse_tests_documents::{check, generate, mutate::mutate, rng::Rng};
use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let (seconds, seed) = (arguments.next().unwrap_or(10), arguments.next().unwrap_or(1));
    let began = Instant::now();
    let (mut rng, mut corpus) = (Rng::new(seed), seeds());
    let (mut cases, mut good, mut slowest) = (0_u64, 0_u64, Duration::ZERO);
    while began.elapsed() < Duration::from_secs(seconds) {
        let format = *rng.pick(&[Format::Toml, Format::Json]);
        let mut bytes =
            if rng.one_in(3) { generate::document(&mut rng, format).0.into_bytes() } else { rng.pick(&corpus).clone() };
        let other = rng.pick(&corpus).clone();
        mutate(&mut rng, &mut bytes, &other);
        // What is read is a good start for what comes next, as long as it does not grow.
        let begun = Instant::now();
        let read = check::holds(format, &bytes);
        slowest = slowest.max(begun.elapsed());
        good += u64::from(read);
        if bytes.len() < 2_000 && (read || rng.one_in(500)) {
            let index = rng.below(corpus.len() + 1);
            match corpus.get_mut(index).filter(|_| corpus_is_full(cases)) {
                Some(old) => *old = bytes,
                None => corpus.push(bytes),
            }
        }
        corpus.truncate(4_096);
        cases += 1;
    }
    println!("{cases} documents in {seconds} s from seed {seed}, {good} of them good; the slowest took {slowest:?}");
}

/// The first cases fill the list, the others replace.
fn corpus_is_full(cases: u64) -> bool {
    cases > 20_000
}

/// Returns the documents of the folders `good` and `bad`.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for folder in ["good", "bad"] {
        let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(&folder).expect("the folder is there") {
            seeds.push(std::fs::read(file.expect("the entry can be read").path()).expect("the file can be read"));
        }
    }
    assert!(seeds.len() > 10, "only {} seeds", seeds.len());
    seeds
}
