//! Reads a duration, piece by piece.

use super::explain;
use super::piece::{Fault, Piece, TOO_LONG};
use crate::{duration_text::UNITS, quote::Quoted};
use std::time::Duration;

/// Reads a duration without blanks around it. Stops at the first fault, since what follows it has no meaning.
pub(crate) fn read(text: &str) -> Result<Duration, Fault> {
    if text.is_empty() {
        let message = "a duration is missing; write a number and a unit, such as `500ms`";
        return Err(Fault { range: 0..0, message: message.to_owned() });
    }
    let (mut total, mut rest) = (0_u128, text);
    let mut before: Option<(usize, Piece<'_>)> = None;
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let piece = Piece::split(rest);
        // The fault is the whole text if nothing of it could be read, and one character if a piece came before.
        if piece.whole.is_empty() {
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let range = if at == 0 { 0..text.len() } else { at..at + first };
            return Err(Fault { range, message: explain::no_number(text, rest, &piece) });
        }
        let fault = |message| Fault { range: at..at + piece.text.len(), message };
        let unit = explain::unit(text, at, &piece, before.as_ref().map(|(unit, _)| *unit))?;
        if let Some((larger, last)) = &before {
            in_order(text, (*larger, last), (unit, &piece)).map_err(fault)?;
        }
        let nanos = piece.nanos(UNITS.get(unit).map_or(1, |(_, size)| *size));
        let sum = nanos.and_then(|nanos| total.checked_add(nanos).ok_or(TOO_LONG));
        total = sum.map_err(|why| fault(format!("{} {why}", Quoted(piece.text))))?;
        rest = piece.behind;
        before = Some((unit, piece));
    }
    let seconds = u64::try_from(total / 1_000_000_000)
        .map_err(|_| Fault { range: 0..text.len(), message: format!("{} {TOO_LONG}", Quoted(text)) })?;
    Ok(Duration::new(seconds, u32::try_from(total % 1_000_000_000).unwrap_or_default()))
}

/// Checks that a piece may follow the one before it: whole numbers first, and larger units first.
fn in_order(text: &str, last: (usize, &Piece<'_>), next: (usize, &Piece<'_>)) -> Result<(), String> {
    let shown = Quoted(text);
    if last.1.fraction.is_some() {
        return Err(format!("{shown} has a fraction before its last part; write whole numbers there, as in `1m30.5s`"));
    }
    if last.0 >= next.0 {
        let (unit, before) = (next.1.unit, last.1.unit);
        return Err(format!(
            "{shown} has `{unit}` after `{before}`; each unit stands once, the larger first, as in `1m30s`"
        ));
    }
    Ok(())
}
