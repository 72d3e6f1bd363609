//! Bad texts: each with every fault that is found in it, the part of the text it points at, and what it says.

mod at_least;
mod budget;
mod circuit;
mod concurrency;
mod endless;
mod hedge;
mod rate;
mod retry;
mod time;

use proptest::prelude::*;
use recourse_policy::{
    AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, HedgePolicy, RatePolicy, RetryPolicy,
    text::{self, Text, TextError},
};

/// The part of the text that is wrong, the message about it, and whether it is only out of bounds.
struct Expected(&'static str, &'static str, bool);

const fn fault(part: &'static str, message: &'static str) -> Expected {
    Expected(part, message, false)
}

const fn bound(part: &'static str, message: &'static str) -> Expected {
    Expected(part, message, true)
}

fn assert_faults(read: impl Fn(&str) -> Result<(), Vec<TextError>>, section: &str, table: &[(&str, &[Expected])]) {
    for (text, expected) in table {
        let faults = read(text).expect_err(text);
        let found: Vec<_> =
            faults.iter().map(|fault| (&text[fault.range()], fault.message().to_owned(), fault.is_bound())).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|Expected(part, message, bound)| (*part, format!("{section}: {message}"), *bound))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn the_duplicate_comma_is_the_one_that_is_pointed_at() {
    for (text, range) in [(",3 attempts", 0..1), ("3 attempts,", 10..11), ("3 attempts,,full jitter", 11..12)] {
        let faults = text::strict::<RetryPolicy>(text).expect_err(text);
        assert_eq!(faults.len(), 1, "{text}");
        assert_eq!(faults[0].range(), range, "{text}");
    }
}

#[test]
fn ranges_count_from_the_start_of_the_text() {
    let faults = text::strict::<RetryPolicy>("  3 attempts ,  fixed  5").expect_err("no unit");
    assert_eq!(faults[0].range(), 23..24);
    let fault = text::duration("  5sec ").expect_err("no such unit");
    assert_eq!(fault.range(), 2..6);
}

#[test]
fn long_and_hostile_texts_are_shown_short() {
    let fault = &text::strict::<RetryPolicy>(&"x".repeat(1_000_000)).expect_err("no such word")[0];
    assert!(fault.message().len() < 200, "{}", fault.message());
    let fault = &text::strict::<RetryPolicy>("\u{1b}[2J\u{202e}").expect_err("no such word")[0];
    assert!(fault.message().contains("`\\u{1b}[2J\\u{202e}`"), "{}", fault.message());
}

/// Pieces of the grammars and of what is near them, so that random texts get far.
const PIECES: &str = "(3|0|forever|pushback|fresh|up|to|after|99999999999|p99|50%|1\\.5|10ms|5 s|\\.\\.|\\+|,|, | |attempts|fixed|linear|exponential|x2|x|no|delay|\
    full|jitter|or|at|most|budget|none|defaults|fail|slow|failures|in|of|cooldown|probes|successes|once|adaptive|wait|queue|burst|per|call|7/m|10/s|-|=|\u{b5}|\u{663}){0,12}";

fn assert_sound<T: Text + Clone>(text: &str) -> Result<(), TestCaseError> {
    let read = T::read(text);
    for fault in &read.faults {
        prop_assert!(text.get(fault.range()).is_some(), "{:?} of {:?}", fault.range(), text);
        prop_assert!(fault.message().starts_with(T::SECTION), "{}", fault.message());
    }
    prop_assert!(read.faults.is_sorted_by_key(|fault| fault.range().start));
    prop_assert_eq!(read.value.is_some(), read.faults.iter().all(TextError::is_bound), "{:?}", read.faults);
    prop_assert_eq!(text::strict::<T>(text).is_err(), !read.faults.is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 1_000 } else { 4_000 }))]

    #[test]
    fn no_text_panics(text in prop_oneof![any::<String>(), PIECES]) {
        assert_sound::<RetryPolicy>(&text)?;
        assert_sound::<HedgePolicy>(&text)?;
        assert_sound::<CircuitPolicy>(&text)?;
        assert_sound::<BudgetPolicy>(&text)?;
        assert_sound::<ConcurrencyPolicy>(&text)?;
        assert_sound::<RatePolicy>(&text)?;
        assert_sound::<AtLeast>(&text)?;
        for fault in text::strict_duration("timeout", &text).err().into_iter().flatten() {
            prop_assert!(text.get(fault.range()).is_some(), "{:?} of {:?}", fault.range(), text);
        }
    }
}
