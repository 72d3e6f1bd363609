//! A program follows a policy server: an edit while a call is in flight, a mistake, an outage, a restart of each. Loopback only, a few seconds.
//!
//! Prints what happens on the server, and how many attempts a call of each function makes, all of which fail: 2 at the start; after an edit
//! the call in flight still makes 2, and the next one 4; a mistake is refused with its line; while the server is down the program goes on
//! with 4, and so does one that starts meanwhile, from its snapshot; the server comes back with all that was saved, and the last edit
//! switches every mechanism off: 1. Exits with 0 only if all of that was so.

mod control;
mod program;

use control::Control;
use program::Program;
use recourse::observe::OutageEvent;
use std::error::Error;
use std::time::Instant;

type Outcome = Result<(), Box<dyn Error>>;

const START: &str = "version = 1\n\n['users.*']\nretry = '2 attempts, no delay'\n";
const EDIT: &str = "version = 1\n\n['users.*']\nretry = '4 attempts, no delay'\n";
const MISTAKE: &str = "version = 2\n\n['users.*']\nretry = '4 attempts, no delay'\ntimeout = '2 s'\n";
const OFF: &str = "version = 2\n\n['users.*']\nenabled = false\n";

#[tokio::main]
async fn main() -> Outcome {
    let began = Instant::now();
    let mut control = Control::start(START).await?;
    println!("The server has {START:?}");
    let mut program = Program::start(&control).await?;
    attempts("at the start", &program, 2).await?;

    let call = program.begin().await?;
    println!("\nA call is in flight, and somebody saves {EDIT:?}");
    let version = control.edit(EDIT).await??;
    program.changes().await?;
    expect("the call in flight", call.end().await?, 2)?;
    attempts(&format!("under version {version}"), &program, 4).await?;

    println!("\nSomebody saves {MISTAKE:?}, and is told");
    let faults = control.edit(MISTAKE).await?.err().ok_or("the mistake was saved")?;
    println!("  {faults}");
    attempts("after the mistake", &program, 4).await?;

    println!("\nThe server goes down");
    control.stop().await?;
    let OutageEvent::Began { why } = program.outage().await? else { return Err("no outage was told".into()) };
    println!("  {}", why.split(": ").skip(1).collect::<Vec<_>>().join(": "));
    attempts("without a server", &program, 4).await?;
    expect("from the snapshot", program.restarted(&control).await?, 4)?;

    println!("\nThe server comes back");
    control.start_again().await?;
    let OutageEvent::Ended { .. } = program.outage().await? else { return Err("the outage did not end".into()) };
    attempts("as it was saved", &program, 4).await?;

    println!("\nSomebody saves {OFF:?}");
    let version = control.edit(OFF).await??;
    program.changes().await?;
    attempts(&format!("under version {version}"), &program, 1).await?;
    control.stop().await?;
    println!("\nAs it should be, in {:.1} s.", began.elapsed().as_secs_f64());
    Ok(())
}

/// Prints how many attempts a call of each function makes.
async fn attempts(when: &str, program: &Program, expected: usize) -> Outcome {
    let (get, list) = program.attempts().await?;
    println!("  {when:<20} users.get {get}, users.list {list}");
    if (get, list) == (expected, expected) { Ok(()) } else { Err(format!("not {expected} attempts").into()) }
}

fn expect(what: &str, attempts: usize, expected: usize) -> Outcome {
    println!("  {what:<20} users.get {attempts}");
    if attempts == expected { Ok(()) } else { Err(format!("not {expected} attempts").into()) }
}
