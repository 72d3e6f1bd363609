//! The text of the least time that a call begins with: a duration, or a percentile `[or D]`.

use super::{fault::Read, part::Part, percentile, reader::Reader};
use crate::{AtLeast, DurationText, bounds};
use std::fmt;

const EXAMPLES: &str = "a duration such as `40ms`, or a percentile such as `p50` or `p50 or 40ms`";

pub(super) fn read(text: &str) -> Read<AtLeast> {
    let mut reader = Reader::new("at_least", text);
    let mut parts = reader.parts(EXAMPLES);
    // A percentile within its bounds, in case the text cannot be read.
    let mut least = AtLeast::percentile(50);
    let mut parts = parts.iter_mut();
    if let Some(part) = parts.next() {
        reader.part(part, |reader, part| {
            least = read_least(reader, part)?;
            Some(())
        });
    }
    if let Some(more) = parts.next() {
        reader.fault_at(more.range(), format!("is too much: there is one part; write {EXAMPLES}"));
    }
    reader.done(least, AtLeast::repair)
}

fn read_least(reader: &mut Reader<'_>, part: &mut Part<'_>) -> Option<AtLeast> {
    if percentile::begins(part) {
        let (percentile, or) =
            percentile::read(reader, part, (bounds::AT_LEAST_PERCENTILE, bounds::AT_LEAST), "p50 or 40ms")?;
        return Some(AtLeast::Percentile { percentile, or });
    }
    if let Some(word) = part.peek().filter(|word| word.text == "none") {
        reader.fault(word.range(), "there is no `none`: leave `at_least` out, and any time is enough to begin with");
        return None;
    }
    let time = reader.duration(part, bounds::AT_LEAST, "40ms")?;
    if let Some(or) = part.peek().filter(|word| word.text == "or") {
        let says =
            "only a percentile has an `or`, the time until there are samples; write `p50 or 40ms`, or the time alone";
        reader.fault(or.start..part.range().end, says);
        return None;
    }
    Some(AtLeast::Time(time))
}

/// Writes the shortest text that is read as this section.
impl fmt::Display for AtLeast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Time(time) => DurationText(time).fmt(f),
            Self::Percentile { percentile, or: None } => write!(f, "p{percentile}"),
            Self::Percentile { percentile, or: Some(time) } => write!(f, "p{percentile} or {}", DurationText(time)),
        }
    }
}
