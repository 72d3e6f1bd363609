//! An axum server at twice its capacity: without a limit, with tower's, and with an adaptive one. The users are wrk's.
//!
//! Needs wrk (`apt-get install wrk`, `brew install wrk`), and a machine that has little else to do. The handler works on a processor for 5 to
//! 15 ms, in two threads, so the server does about 200 requests a second on two cores. A round measures that first. Then come as many users as
//! ask for twice of it, each of whom thinks for a second between an answer and the next request, and has no use for an answer after 300 ms. Each
//! form of the server is started anew, in turn; the table has the medians of five rounds. Takes four minutes.
//!
//! `--rounds N`, `--seconds N` and `--load X` change how much is played. `--short` is a check: one round of three seconds, with four times as many
//! requests as the server can do, since other work on the machine may disturb what is measured. The program exits with 0 only if each form has
//! given answers and lost no request, and the adaptive limit has refused some with 503 and `Retry-After`. That holds on any machine; what the
//! figures are depends on it.
//!
//! What to know about the figures: wrk, the threads that read and write, and those that work share the cores, so a refusal costs a little of the
//! capacity. Users who wait ask for less, so that without a limit everybody waits for about a second here, and not for ever.

mod server;
mod wrk;

use server::{Limit, Server};
use std::process::ExitCode;
use wrk::{Got, Users};

/// Milliseconds.
const PATIENCE: u64 = 300;
const THINK: u64 = 1_000;

const FORMS: [(&str, Limit); 4] = [
    ("no limit", Limit::None),
    ("tower: 100 at once", Limit::Tower(100)),
    ("tower: 10 at once", Limit::Tower(10)),
    ("adaptive", Limit::Adaptive),
];
const ADAPTIVE: usize = FORMS.len() - 1;

/// How much is played. Seconds are those of each form in each round.
struct Play {
    rounds: usize,
    seconds: u64,
    warm: u64,
    load: f64,
}

impl Play {
    fn parse() -> Result<Self, String> {
        let mut play = Self { rounds: 5, seconds: 10, warm: 2, load: 2.0 };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let mut number = || {
                let value = arguments.next().and_then(|text| text.parse::<f64>().ok()).filter(|value| *value >= 1.0);
                value.ok_or(format!("{name} takes a number of at least 1"))
            };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is positive")]
            match name.as_str() {
                "--short" => play = Self { rounds: 1, seconds: 3, warm: 1, load: 4.0 },
                "--rounds" => play.rounds = number()? as usize,
                "--seconds" => play.seconds = number()? as u64 + play.warm,
                "--load" => play.load = number()?,
                _ => return Err(format!("{name:?} is none of --rounds, --seconds, --load and --short")),
            }
        }
        Ok(play)
    }

    fn users(&self, number: usize, think: u64) -> Users {
        Users { number, think, patience: PATIENCE, seconds: self.seconds, warm: self.warm }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Eight users who do not think keep both workers busy, and hardly wait.
fn capacity(play: &Play, steps: u64) -> Result<f64, String> {
    let server = Server::start(Limit::None, steps).map_err(|error| error.to_string())?;
    let got = wrk::run(server.address, play.users(8, 0))?;
    if got.rate("good") >= 1.0 { Ok(got.rate("good")) } else { Err("the server gives no answers".to_owned()) }
}

/// One form of the server in one round.
struct Played {
    /// What the server can do in this round, in requests a second.
    capacity: f64,
    got: Got,
}

fn line(name: &str, rounds: &[Played]) {
    let of = |figure: &dyn Fn(&Played) -> f64| median(rounds.iter().map(figure));
    let ms = |part| of(&|Played { got, .. }| got.percentile(part));
    let [good, late, refused] = ["good", "late", "refused"].map(|name| of(&|Played { got, .. }| got.rate(name)));
    println!(
        "{name:<20}{good:>9.0}{:>13.2}{late:>9.0}{refused:>12.0}{:>8.0}{:>7.0}{:>7.0} ms",
        of(&|Played { capacity, got }| got.rate("good") / capacity),
        ms(0.5),
        ms(0.9),
        ms(0.99)
    );
}

/// What holds on any machine.
fn faults(form: usize, got: &Got) -> Vec<String> {
    let ([good, late, refused], name) = (["good", "late", "refused"].map(|name| got.count(name)), FORMS[form].0);
    let mut faults = Vec::new();
    if good + late < 1.0 {
        faults.push(format!("{name}: no answers"));
    }
    if got.count("other") + got.count("broken") > 0.0 {
        faults.push(format!("{name}: other answers than 200 and 503, or none"));
    }
    if form == ADAPTIVE && (refused < 1.0 || got.count("told") < refused) {
        faults.push(format!("{name}: refused {refused} requests, {} of them with Retry-After", got.count("told")));
    }
    faults
}

fn play(play: &Play) -> Result<Vec<String>, String> {
    if !wrk::is_installed() {
        return Err("this example needs wrk, and there is none: apt-get install wrk".to_owned());
    }
    let steps = server::measured_steps();
    let mut forms = FORMS.map(|_| Vec::new());
    for _ in 0..play.rounds {
        let capacity = capacity(play, steps)?;
        #[expect(clippy::cast_precision_loss, reason = "a second")]
        let users = capacity * play.load * THINK as f64 / 1_000.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is positive")]
        let users = play.users(users as usize, THINK);
        println!(
            "The server does {capacity:.0} requests a second; {} users ask for {} times as many.",
            users.number, play.load
        );
        for ((_, limit), rounds) in FORMS.iter().zip(&mut forms) {
            let server = Server::start(*limit, steps).map_err(|error| error.to_string())?;
            rounds.push(Played { capacity, got: wrk::run(server.address, users)? });
        }
    }
    println!(
        "\nMedians of the rounds. Answers within {PATIENCE} ms are good; p50, p90 and p99 are those of all answers but refusals.\n"
    );
    println!(
        "{:<20}{:>9}{:>13}{:>9}{:>12}{:>8}{:>7}{:>7}",
        "", "good/s", "of capacity", "late/s", "refused/s", "p50", "p90", "p99"
    );
    for ((name, _), rounds) in FORMS.iter().zip(&forms) {
        line(name, rounds);
    }
    let rounds = forms.iter().enumerate().flat_map(|(form, rounds)| rounds.iter().map(move |played| (form, played)));
    Ok(rounds.flat_map(|(form, played)| faults(form, &played.got)).collect())
}

fn main() -> ExitCode {
    match Play::parse().and_then(|arguments| play(&arguments)) {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in faults {
                println!("FAILED: {fault}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("overload-server: {error}");
            ExitCode::FAILURE
        }
    }
}
