//! Options are set before the first poll (race-15).

#![expect(clippy::redundant_closure_for_method_calls, reason = "`Race::fair` is two methods, by the type of the race")]

use recourse::race;
use recourse_tests::ms;
use std::fmt::Debug;
use std::future::{Future, pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Waker};

/// Polls the race once and then sets an option. Returns the text of the panic.
#[track_caller]
fn late<R: Future + Unpin, T>(mut race: R, set: impl FnOnce(R) -> T) -> String
where
    R::Output: Debug,
{
    let _ = Pin::new(&mut race).poll(&mut Context::from_waker(Waker::noop()));
    let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(set(race)))) else { panic!("the option was set") };
    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied()).unwrap().to_owned()
}

const TEXT: &str = "options of a race are set before it is polled";

fn never() -> std::future::Pending<Result<u8, &'static str>> {
    pending()
}

/// race-15.
#[test]
fn no_option_is_set_after_the_first_poll() {
    let plain = || race!(never(), never());
    assert_eq!(late(plain(), |race| race.stagger(ms(1))), TEXT);
    assert_eq!(late(plain(), |race| race.deadline(ms(1))), TEXT);
    assert_eq!(late(plain(), |race| race.fair()), TEXT);
    assert_eq!(late(plain(), |race| race.first()), TEXT);
    assert_eq!(late(plain(), |race| race.panics_lose()), TEXT);
}

/// Implemented once for a type that is not `Unpin`, and twice for one that is, which leaves `A` ambiguous.
trait Pinned<A> {}
impl<T> Pinned<()> for T {}
impl<T: Unpin> Pinned<u8> for T {}

/// race-15: a race with a timer cannot be moved after its first poll, so none of its options can be set.
#[test]
fn a_race_with_a_timer_is_pinned_by_its_first_poll() {
    fn stays<T: Pinned<A>, A>(_: &T) {}
    stays(&race!(stagger = 1s; never(), never()));
    stays(&race!(deadline = 1s; never(), never()));
    stays(&race!(never(), never() after 1s));
    stays(&race!(max = 2; for _ in 0..3 => never()));
    stays(&race!(max = 20; for _ in 0..3 => never()));
}

/// race-15: also if that poll has decided the race.
#[test]
fn no_option_is_set_after_the_poll_that_decided_the_race() {
    let won = || race!(ready(Ok::<u8, &str>(1)), ready(Ok(2)));
    assert_eq!(late(won(), |race| race.first()), TEXT);
    assert_eq!(late(won(), |race| race.fair()), TEXT);
    assert_eq!(late(won(), |race| race.deadline(ms(1))), TEXT);
    let lost = || race!(ready(Err::<u8, _>("no")), ready(Err("no")));
    assert_eq!(late(lost(), |race| race.panics_lose()), TEXT);
    let disabled = || race!(ready(Err::<u8, _>("no")) if false, ready(Err("no")) if false);
    assert_eq!(late(disabled(), |race| race.fair()), TEXT);
}

/// race-17.
#[tokio::test(start_paused = true)]
async fn the_temporaries_of_options_are_dropped_before_the_first_poll() {
    fn send<T: Send>(future: T) -> T {
        future
    }
    let lock = Mutex::new((ms(10), [ms(10)], true, 1_u8));
    let free = || async { lock.try_lock().map(|_| 1).map_err(|_| "locked") };
    let won = send(async {
        race!(stagger = lock.lock().unwrap().0, deadline = lock.lock().unwrap().0 * 2, min_gap = lock.lock().unwrap().0; free()).await
    });
    assert_eq!(won.await.unwrap(), 1);
    let won = race!(stagger = exp(lock.lock().unwrap().0, lock.lock().unwrap().3, max lock.lock().unwrap().0); free());
    assert_eq!(won.await.unwrap(), 1);
    let won = race!(
        stagger = lock.lock().unwrap().1;
        a = free() after lock.lock().unwrap().0,
        b = free() if lock.lock().unwrap().2
    );
    assert_eq!(won.await.unwrap(), 1);
    let won =
        race!(max = usize::from(lock.lock().unwrap().3), stagger = lock.lock().unwrap().0; for _ in [1] => free());
    assert_eq!(won.await.unwrap(), 1);
}
