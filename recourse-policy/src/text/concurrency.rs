//! The text of the concurrency section: `none`, `N at once` or `adaptive [A..B]`, then `[, wait D] [, queue N]`.

use super::{
    fault::Read,
    part::{Part, Word},
    reader::Reader,
};
use crate::{ConcurrencyPolicy, SlotPolicy, bounds, bounds::Rule};

const EXAMPLES: &str = "`none`, or such as `8 at once`, `8 at once, wait 50ms` or `adaptive`";
const RANGE: &str = "adaptive 4..200";

pub(super) fn read(text: &str) -> Read<ConcurrencyPolicy> {
    let mut reader = Reader::new("concurrency", text);
    let mut parts = reader.parts(EXAMPLES);
    let none = |word: &str| (word == "none").then(ConcurrencyPolicy::none);
    if let Some(preset) = reader.preset(&mut parts, none, "`8 at once, wait 50ms`") {
        return reader.done(preset, ConcurrencyPolicy::repair);
    }
    let mut policy = ConcurrencyPolicy::adaptive();
    for (at, part) in parts.iter_mut().enumerate() {
        reader.part(part, |reader, part| {
            if at == 0 {
                policy.slots = read_slots(reader, part)?;
                return Some(());
            }
            read_part(reader, part, &mut policy)
        });
    }
    reader.done(policy, ConcurrencyPolicy::repair)
}

/// Reads the first part, which says how many.
fn read_slots(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Option<SlotPolicy> {
    let word = part.next()?;
    if word.text == "adaptive" {
        return match part.peek() {
            None => Some(ConcurrencyPolicy::adaptive().slots),
            Some(_) => read_range(reader, part),
        };
    }
    if !word.is_number() {
        if matches!(word.text, "wait" | "queue") {
            reader.fault_at(part.range(), "does not say how many run at once; begin with such as `8 at once`");
        } else {
            reader.unknown(word, &["none", "N at once", "adaptive", "adaptive A..B"]);
        }
        return None;
    }
    if part.peek().is_some_and(|next| next.text == "..") {
        let range = part.range();
        let shown = reader.shown(&range).to_owned();
        reader
            .fault_at(range, format!("is a range, which is for a limit that adapts; did you mean `adaptive {shown}`?"));
        return None;
    }
    if word.text.contains('/') {
        reader.fault_at(part.range(), "is a rate; how many run at once is written as in `8 at once`");
        return None;
    }
    let limit = reader.count(word, word.text, bounds::AT_ONCE, "8 at once")?;
    match part.peek() {
        Some(at) if at.text == "at" => {
            part.next();
            reader.expect(part, "once", "8 at once")?;
        }
        None => {
            reader.fault_at(word.range(), format!("does not say what it counts; did you mean `{limit} at once`?"));
            return None;
        }
        Some(_) => {
            let says = format!("is not how the limit is written; did you mean `{limit} at once`?");
            reader.fault_at(part.range(), says);
            return None;
        }
    }
    reader.bound(&bounds::AT_ONCE.about, bounds::AT_ONCE.allows(limit), part.seen());
    Some(SlotPolicy::Fixed(limit))
}

/// Reads the range of an adaptive limit, `A..B`.
fn read_range(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Option<SlotPolicy> {
    let first = part.next()?;
    let min = read_bound(reader, first, bounds::ADAPTIVE_MIN)?;
    if part.peek().is_none() {
        reader.fault_at(part.seen(), format!("has no second number; write `{RANGE}`"));
        return None;
    }
    reader.dots(part, RANGE)?;
    let Some(second) = part.next() else {
        reader.fault_at(part.seen(), format!("has no second number; write `{RANGE}`"));
        return None;
    };
    let max = read_bound(reader, second, bounds::ADAPTIVE_MAX)?;
    if max < min {
        let range = first.start..second.range().end;
        reader.fault_at(range, format!("has the larger number first; did you mean `{max}..{min}`?"));
        return None;
    }
    Some(SlotPolicy::Adaptive { min, max })
}

fn read_bound(reader: &mut Reader<'_>, word: Word<'_>, rule: &Rule<u32>) -> Option<u32> {
    let count = reader.count(word, word.text, rule, RANGE)?;
    reader.bound(&rule.about, rule.allows(count), word.range());
    Some(count)
}

/// Reads a part after the first.
fn read_part(reader: &mut Reader<'_>, part: &mut Part<'_>, policy: &mut ConcurrencyPolicy) -> Option<()> {
    let word = part.next()?;
    match word.text {
        "wait" => {
            policy.wait = Some(reader.duration(part, bounds::SLOT_WAIT, "wait 50ms")?);
            reader.once("`wait`", part.seen());
        }
        "queue" => {
            let Some(places) = part.next() else {
                reader.fault_at(part.seen(), "is not complete; write `queue 20`");
                return None;
            };
            let queue = reader.count(places, places.text, bounds::QUEUE, "queue 20")?;
            reader.once("`queue`", part.seen());
            reader.bound(&bounds::QUEUE.about, bounds::QUEUE.allows(queue), part.seen());
            policy.queue = Some(queue);
        }
        "adaptive" => {
            reader.fault_at(part.range(), "comes after another limit; keep one of them");
            return None;
        }
        _ if word.is_number() => {
            reader.fault_at(
                part.range(),
                "comes after the limit, and does not say what it is; write `wait 50ms` or `queue 20`",
            );
            return None;
        }
        _ => {
            reader.unknown(word, &["wait", "queue"]);
            return None;
        }
    }
    Some(())
}
