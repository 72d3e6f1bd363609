//! Races that are lost, and what their errors say (race-8, race-9).

use super::{fails, ok, wait};
use recourse::race;
use recourse::race::{BranchError, NoValue, RaceError};
use recourse_tests::ms;
use std::error::Error;
use std::fmt;
use std::future::{pending, ready};
use std::io;

/// race-8.
#[tokio::test(start_paused = true)]
async fn all_disabled_is_an_error() {
    let error = race!(a = ok(1, 0) if false, b = ok(2, 0) if false).await.unwrap_err();
    assert_eq!((&error.a, &error.b), (&BranchError::Disabled, &BranchError::Disabled));
    assert_eq!(error.preferred(), None);
    assert_eq!(error.to_string(), "no branch of the race succeeded: a: disabled; b: disabled");
    assert!(error.times().iter().all(|times| times.start().is_none() && times.end().is_none()));

    let with_time = race!(stagger = 10ms, deadline = 1s; ok(1, 0) if false).await.unwrap_err();
    assert_eq!(with_time.0, BranchError::Disabled);
    assert_eq!(race!(first; ready(1) if false).await.unwrap_err().0, BranchError::Disabled);
}

#[tokio::test(start_paused = true)]
async fn every_error_is_kept_with_its_type_by_name_or_by_position() {
    struct Plain(u8);
    let plain = async || Err::<u32, _>(Plain(7));
    let named = race!(v6 = fails("a", 9), v4 = plain(), none = async { None::<u32> }).await;
    let Err(error) = named else { panic!("nothing succeeds") };
    assert_eq!((error.v6, error.v4.0, error.none), ("a", 7, NoValue));
    let (v6, v4, NoValue) = error.into_errors();
    assert_eq!((v6, v4.0), ("a", 7));

    let Err(error) = race!(fails("a", 9), plain()).await else { panic!("nothing succeeds") };
    assert_eq!((error.0, error.1.0), ("a", 7));
}

#[tokio::test(start_paused = true)]
async fn entries_are_moved_out_by_name_or_by_position() {
    struct Owned(String);
    let owned = async |text: &str| Err::<u32, _>(Owned(text.to_owned()));
    let Err(error) = race!(v6 = owned("a"), v4 = owned("b"), none = async { None::<u32> }).await else {
        panic!("nothing succeeds")
    };
    let entries = error.into_entries();
    let (Owned(v4), Owned(v6)) = (entries.v4, entries.v6);
    assert_eq!((v6.as_str(), v4.as_str(), entries.none), ("a", "b", NoValue));

    let Err(error) = race!(deadline = 1s; late = owned("a") after 2s, owned = owned("b")).await else {
        panic!("nothing succeeds")
    };
    let entries = error.into_entries();
    let BranchError::Failed(Owned(text)) = entries.owned else { panic!("it failed") };
    assert_eq!((text.as_str(), matches!(entries.late, BranchError::Failed(_))), ("b", true));

    let Err(error) = race!(owned("a"), async { None::<u32> }).await else { panic!("nothing succeeds") };
    let (Owned(first), NoValue) = error.into_entries();
    assert_eq!(first, "a");
}

/// The type of an unnamed race can be written down.
async fn unnamed() -> Result<u32, RaceError<(&'static str, NoValue)>> {
    race!(fails("a", 1), async { None }).await
}

#[tokio::test(start_paused = true)]
async fn an_error_shows_one_entry_per_branch() {
    let error = unnamed().await.unwrap_err();
    assert_eq!(error.to_string(), "no branch of the race succeeded: 0: a; 1: no value");
    assert_eq!(format!("{error:?}"), r#"RaceError { 0: "a", 1: NoValue, .. }"#);
    let named = race!(r#type = fails::<u32>("a", 1)).await.unwrap_err();
    assert_eq!(named.to_string(), "no branch of the race succeeded: type: a");
}

#[derive(Debug, PartialEq)]
struct Refused(u8);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused {}", self.0)
    }
}

impl Error for Refused {}

#[tokio::test(start_paused = true)]
async fn the_first_declared_failure_is_preferred_and_is_the_source() {
    let refused = async |number, after| {
        wait(after).await;
        Err::<u32, _>(Refused(number))
    };
    let error = race!(refused(1, 9), refused(2, 1)).await.unwrap_err();
    assert_eq!(error.preferred(), &Refused(1));
    assert_eq!(error.source().and_then(|source| source.downcast_ref()), Some(&Refused(1)));

    let error = race!(deadline = 5ms; refused(1, 9), refused(2, 1), refused(3, 1)).await.unwrap_err();
    assert_eq!(error.preferred(), Some(&Refused(2)));
    assert_eq!(error.source().and_then(|source| source.downcast_ref()), Some(&Refused(2)));
    let text = "no branch of the race succeeded: 0: cancelled at the deadline; 1: refused 2; 2: refused 3";
    assert_eq!(error.to_string(), text);
}

#[tokio::test(start_paused = true)]
async fn with_a_deadline_every_branch_has_a_fate() {
    let never = async || pending::<Result<u32, &'static str>>().await;
    let race = race!(
        stagger = 10ms, deadline = 15ms;
        off = never() if false, failed = fails("no", 3), runs = never(), late = never() after 1s,
    );
    let error = race.await.unwrap_err();
    let fates = (BranchError::Disabled, BranchError::Failed("no"), BranchError::Cancelled, BranchError::NotStarted);
    let times: Vec<_> = error.times().iter().map(|times| (times.start(), times.end())).collect();
    let expected = [(None, None), (Some(ms(0)), Some(ms(3))), (Some(ms(3)), Some(ms(15))), (None, None)];
    assert_eq!(times, expected);
    assert_eq!(error.into_errors(), fates);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_zero_starts_nothing() {
    let error = race!(deadline = 0ms; ok(1, 0), ok(2, 0)).await.unwrap_err();
    assert_eq!(error.into_errors(), (BranchError::NotStarted, BranchError::NotStarted));
}

#[tokio::test(start_paused = true)]
async fn errors_of_io_become_one_and_keep_the_kind_that_is_common() {
    let io = async |kind: io::ErrorKind| Err::<u32, _>(io::Error::from(kind));
    let (refused, other) = (io::ErrorKind::ConnectionRefused, io::ErrorKind::NotFound);
    let same = async || -> io::Result<u32> { Ok(race!(a = io(refused), b = io(refused)).await?) };
    let error = same().await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().contains("a: connection refused; b:")), (refused, true));
    let differ = async || -> io::Result<u32> { Ok(race!(io(refused), io(other)).await?) };
    assert_eq!(differ().await.unwrap_err().kind(), io::ErrorKind::Other);

    let slow = async || pending::<io::Result<u32>>().await;
    let partly = async || -> io::Result<u32> { Ok(race!(deadline = 5ms; slow(), io(refused)).await?) };
    assert_eq!(partly().await.unwrap_err().kind(), refused);
    let late = async || -> io::Result<u32> { Ok(race!(deadline = 5ms; slow(), slow()).await?) };
    assert_eq!(late().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn first_takes_the_first_completion_whatever_it_is() {
    assert_eq!(race!(first; ok("late", 9), fails("early", 1)).await, Err("early"));
    assert_eq!(race!(first, deadline = 5ms; async { 7 }).await.unwrap(), 7);
    let late = race!(first, deadline = 5ms; pending::<u32>()).await.unwrap_err();
    assert_eq!(late.to_string(), "no branch of the race succeeded: 0: cancelled at the deadline");
}

#[tokio::test(start_paused = true)]
async fn the_first_completion_may_be_a_failure() {
    assert_eq!(race!(ok(1, 9), fails("no", 5)).first().await, Err("no"));
    assert_eq!(race!(a = fails("no", 9), b = ok(1, 5) => |one| one + 1).first().await, Ok(2));
    assert_eq!(race!(async { None::<u32> }, async { Some(1) }).first().await, None);
    assert_eq!(race!(async { Some(1) } => |one| one + 1, async { None }).first().await, Some(2));
    let staggered = race!(stagger = 10ms; fails::<u32>("late", 50), fails("no", 5), ok(1, 0)).first();
    assert_eq!(staggered.await, Err("no"));
}

#[tokio::test(start_paused = true)]
async fn where_nothing_may_complete_the_first_completion_is_inside_of_a_result() {
    let race = race!(ok(1, 9), fails("no", 5));
    assert_eq!(race.deadline(ms(6)).first().await.unwrap(), Err("no"));
    let late = race!(ok(1, 9), fails("no", 5)).first().deadline(ms(4)).await.unwrap_err();
    assert_eq!(late.into_errors(), (BranchError::Cancelled, BranchError::Cancelled));
    let disabled = race!(ok(1, 9), fails("no", 5) if false).first();
    assert_eq!(disabled.await.unwrap(), Ok(1));
    let panics = async || -> Result<u32, &'static str> { panic!("of the branch") };
    assert_eq!(race!(panics(), fails("no", 5)).panics_lose().first().await.unwrap(), Err("no"));
    let error = race!(first; panics(), panics()).panics_lose().deadline(ms(5)).await.unwrap_err();
    assert_eq!(error.into_errors(), (BranchError::Panicked, BranchError::Panicked));
}

#[tokio::test(start_paused = true)]
async fn what_a_deadline_cancels_has_ended_with_the_race() {
    let error = race!(first, stagger = 2ms; ok(1, 9), ok(2, 9)).deadline(ms(6)).await.unwrap_err();
    let times: Vec<_> = error.times().iter().map(|times| (times.start(), times.end())).collect();
    assert_eq!(times, [(Some(ms(0)), Some(ms(6))), (Some(ms(2)), Some(ms(6)))]);
}
