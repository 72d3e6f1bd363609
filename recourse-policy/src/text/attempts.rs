//! The text of the number of attempts, in the retry section: `N attempts`, or `forever`.

use super::{
    part::{Part, Word},
    reader::Reader,
};
use crate::bounds;

/// What the places of both forms are noted under: they exclude each other.
const NUMBER: &str = "number of attempts";

/// What other libraries and people call attempts without end.
const ENDLESS: [&str; 11] = [
    "infinite",
    "infinitely",
    "infinity",
    "inf",
    "\u{221e}",
    "unlimited",
    "unbounded",
    "endless",
    "endlessly",
    "always",
    "until",
];

/// Reads a part that means attempts without end, by whatever word. `None` if it means something else.
pub(super) fn read_endless(reader: &mut Reader<'_>, part: &mut Part<'_>, word: Word<'_>) -> Option<Result<(), ()>> {
    if word.text == "forever" {
        reader.once(NUMBER, part.seen());
        return Some(Ok(()));
    }
    let minus_one = word.text == "-1" || word.text == "-1.";
    (ENDLESS.contains(&word.text) || minus_one).then(|| {
        reader.fault_at(part.range(), "is not how attempts without end are written; did you mean `forever`?");
        Err(())
    })
}

/// Reads the rest of a part that begins with a number.
pub(super) fn read_attempts(reader: &mut Reader<'_>, part: &mut Part<'_>, word: Word<'_>) -> Option<u32> {
    let attempts = reader.count(word, word.text, bounds::ATTEMPTS, "3 attempts")?;
    let Some(noun) = part.next() else {
        reader.fault_at(word.range(), format!("does not say what it counts; did you mean `{attempts} attempts`?"));
        return None;
    };
    match noun.text {
        "attempt" | "attempts" => {}
        "retry" | "retries" => {
            let all = attempts.saturating_add(1);
            reader.fault_at(
                part.seen(),
                format!("counts without the first attempt, and attempts count it too; did you mean `{all} attempts`?"),
            );
            return None;
        }
        "try" | "tries" | "time" | "times" => {
            reader.fault_at(part.seen(), format!("is not in attempts; did you mean `{attempts} attempts`?"));
            return None;
        }
        _ => {
            reader.unknown(noun, &["attempts"]);
            return None;
        }
    }
    reader.once(NUMBER, part.seen());
    reader.bound(&bounds::ATTEMPTS.about, bounds::ATTEMPTS.allows(attempts), part.seen());
    Some(attempts)
}
