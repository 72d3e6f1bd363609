//! What a timeline keeps of a call with many attempts: its first and its last 32.

use crate::record::{Happened, Ns};

/// How many attempts are kept at either end.
const KEPT: u32 = 32;

/// Takes away what lies between the first attempts and the last ones. A delay belongs to the attempt that it is for.
pub(super) fn shorten(events: &mut Vec<(Ns, Happened)>) {
    let started = |event: &Happened| match event {
        Happened::AttemptStarted { attempt, .. } => Some(*attempt),
        _ => None,
    };
    let attempts = events.iter().filter_map(|(_, event)| started(event)).max().unwrap_or(0);
    if attempts <= 2 * KEPT {
        return;
    }
    let begins = |attempt: u32| {
        let start = events.iter().position(|(_, event)| started(event) == Some(attempt)).expect("it has started");
        let before = events.iter().position(|(_, event)| started(event) == Some(attempt - 1)).expect("it has started");
        let delayed = events[before..start].iter().position(|(_, event)| matches!(event, Happened::Delayed { .. }));
        delayed.map_or(start, |delayed| before + delayed)
    };
    let last = attempts - KEPT + 1;
    let between = begins(KEPT + 1)..begins(last);
    let mut index = 0;
    events.retain(|(_, event)| {
        index += 1;
        match event {
            // An attempt that is kept has an end.
            Happened::AttemptEnded { attempt, .. } => *attempt <= KEPT || *attempt >= last,
            _ => !between.contains(&(index - 1)),
        }
    });
}
