//! Prints what it costs to read 10,000 keys, to look them up, and to keep them: `reload`, in a release build.

use recourse_policy::document::{DocumentReader, Documents, Format};
use recourse_policy::{OperatorBounds, limits};
use std::{fmt::Write as _, hint::black_box, time::Duration, time::Instant};

const KEYS: usize = limits::DOCUMENT_KEYS;

fn main() {
    for (shape, text) in [("texts", texts()), ("fields", fields())] {
        let toml = DocumentReader::new().read("policies.toml", Format::Toml, text.as_bytes()).expect("it is good");
        for (format, text) in [(Format::Toml, text), (Format::Json, toml.print(Format::Json))] {
            // What one reading leaves free is used by the next.
            drop(load(format, &text));
            let resident = resident();
            let mut kept = Vec::new();
            let mut best = Duration::MAX;
            for _ in 0..7 {
                let began = Instant::now();
                let documents = load(format, &text);
                best = best.min(began.elapsed());
                kept.push(documents);
            }
            let memory = (self::resident().saturating_sub(resident)) / 7 / KEYS;
            println!(
                "{KEYS} keys as {shape} in {format}: {} kB read in {:.1} ms (best of 7), about {memory} bytes of memory a key",
                text.len() / 1_000,
                best.as_secs_f64() * 1e3
            );
        }
    }
    for patterns in [1, 1_000, KEYS] {
        let documents = load(Format::Toml, &numbered(patterns));
        let began = Instant::now();
        for index in 0..100_000_usize {
            let key = if index % 2 == 0 { "svc3.op307" } else { "other.place.get" };
            black_box(documents.resolve(black_box(key), None));
        }
        println!("{patterns} patterns: a look-up takes {} ns", began.elapsed().as_nanos() / 100_000);
    }
}

fn load(format: Format, text: &str) -> Documents<std::convert::Infallible> {
    let document = DocumentReader::new().read("policies", format, text.as_bytes()).expect("it is good");
    Documents::new([document], &OperatorBounds::new()).expect("no key is there twice")
}

fn texts() -> String {
    entries(KEYS, |text| {
        text.push_str("retry = \"3 attempts, exponential 10ms..250ms\"\ntimeout = \"2s\"\ncircuit = \"defaults\"\n");
        text.push_str("hedge = { trigger = \"p99\", delay = \"200ms\", max_hedges = 1 }\n");
    })
}

fn fields() -> String {
    entries(KEYS, |text| {
        text.push_str("retry = { max_attempts = 3, initial = \"10ms\", max = \"250ms\" }\ntimeout = \"2s\"\n");
        text.push_str(
            "circuit = { percent = 50, min_calls = 20, window = \"10s\", cooldown = \"5s\" }\nenabled = true\n",
        );
    })
}

fn numbered(patterns: usize) -> String {
    entries(patterns, |text| text.push_str("timeout = \"2s\"\n"))
}

fn entries(count: usize, body: impl Fn(&mut String)) -> String {
    let mut text = String::from("version = 1\n");
    for index in 0..count {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "[svc{}.op{index}]", index / 100);
        body(&mut text);
    }
    text
}

/// Returns the memory of the process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or_default() * 1024
}
