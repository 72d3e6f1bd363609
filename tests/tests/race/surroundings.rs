//! Races and their surroundings: wake-ups, allocations, sizes, threads and borrows (race-6).

use super::{Log, fails, ok, since, wait};
use allocation_counter::measure;
use recourse::race;
use recourse_tests::ms;
use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn, ready};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Counts how often a future is polled.
async fn polls<F: Future>(future: F) -> (F::Output, usize) {
    let mut future = pin!(future);
    let mut polls = 0;
    let output = poll_fn(|cx| {
        polls += 1;
        future.as_mut().poll(cx)
    })
    .await;
    (output, polls)
}

/// race-6.
#[tokio::test(start_paused = true)]
async fn a_race_is_polled_once_per_event() {
    // First poll, b at 10, c at 20, success at 25.
    let (winner, polls_of_race) = polls(race!(stagger = 10ms; ok(1, 25), ok(2, 100), ok(3, 100))).await;
    assert_eq!((winner.unwrap(), polls_of_race), (1, 4));
    let (lost, polls_of_race) = polls(race!(stagger = 10ms, deadline = 15ms; pending::<Result<u32, ()>>())).await;
    assert_eq!((lost.is_err(), polls_of_race), (true, 2));
    let (winner, polls_of_race) = polls(race!(ok(1, 25), ok(2, 100))).await;
    assert_eq!((winner.unwrap(), polls_of_race), (1, 2));
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// race-6.
#[test]
fn each_branch_wakes_the_task_that_polled_last_and_a_race_never_wakes_itself() {
    let (one, a) = oneshot::channel::<u32>();
    let (two, b) = oneshot::channel::<u32>();
    let (old, new) = (Arc::new(Count(AtomicUsize::new(0))), Arc::new(Count(AtomicUsize::new(0))));
    let woken = |count: &Arc<Count>| count.0.load(Ordering::Relaxed);
    let mut race = pin!(race!(a, b));
    for waker in [&old, &new] {
        assert!(race.as_mut().poll(&mut Context::from_waker(&Arc::clone(waker).into())).is_pending());
    }
    assert_eq!((woken(&old), woken(&new)), (0, 0));
    drop(one);
    assert_eq!((woken(&old), woken(&new)), (0, 1));
    assert!(race.as_mut().poll(&mut Context::from_waker(&Arc::clone(&new).into())).is_pending());
    two.send(7).unwrap();
    assert_eq!(woken(&new), 2);
    let Poll::Ready(winner) = race.as_mut().poll(&mut Context::from_waker(&new.into())) else { panic!("it was woken") };
    assert_eq!(winner.unwrap(), 7);
}

/// race-6.
#[test]
fn nothing_is_allocated() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let wait_a_little = async |polls: u32| {
        let mut left = polls;
        poll_fn(|cx| {
            left -= 1;
            cx.waker().wake_by_ref();
            if left == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    };
    runtime.block_on(async {
        // tokio's own first steps.
        let warm = race!(stagger = 1ms, deadline = 1s; fails::<u32>("no", 3), ok(1, 5));
        warm.await.unwrap();
        for staggered in [false, true] {
            let plain = async || {
                let lost = async || {
                    wait_a_little(2).await;
                    Err::<u32, _>("no")
                };
                let won = async || {
                    wait_a_little(5).await;
                    Ok::<_, ()>(1)
                };
                if staggered {
                    assert_eq!(race!(stagger = 1ms, deadline = 1s; lost(), won(), lost()).await.unwrap(), 1);
                    assert!(race!(stagger = 1ms, deadline = 1s; lost(), lost()).await.is_err());
                } else {
                    assert_eq!(race!(lost(), won(), lost()).await.unwrap(), 1);
                    assert!(race!(a = lost(), b = lost()).await.is_err());
                }
            };
            let mut race = pin!(plain());
            let mut done = false;
            while !done {
                let mut pass = None;
                poll_fn(|cx| {
                    let counted = measure(|| done = race.as_mut().poll(cx).is_ready());
                    pass = Some(counted.count_total);
                    Poll::Ready(())
                })
                .await;
                assert_eq!(pass, Some(0), "staggered: {staggered}");
            }
        }
    });
}

/// cost-4: the tag of a slot, and what is remembered beside it, take one word.
#[test]
fn a_plain_race_is_as_large_as_its_branches_and_a_word_for_each() {
    async fn branch(large: [u8; 100]) -> Result<u8, ()> {
        wait(1).await;
        Ok(large[0])
    }
    let one = size_of_val(&branch([0; 100]));
    let two = size_of_val(&race!(branch([0; 100]), branch([1; 100])));
    let four = size_of_val(&race!(branch([0; 100]), branch([1; 100]), branch([2; 100]), branch([3; 100])));
    assert_eq!((two, four), (2 * one + 16, 4 * one + 32), "branches of {one}");
    let named = race!(first; a = branch([0; 100]), b = branch([1; 100]));
    assert_eq!(size_of_val(&named), 2 * one + 16);
    let staggered = size_of_val(&race!(stagger = 1s; branch([0; 100]), branch([1; 100])));
    assert!(staggered > two + size_of::<tokio::time::Sleep>(), "the timer of a plain race would have been seen");
}

#[tokio::test(start_paused = true)]
async fn a_race_is_send_where_its_branches_are() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let race = is_send(race!(stagger = 1ms, deadline = 1s; ok(1, 5), fails("no", 1)));
    assert_eq!(tokio::spawn(race).await.unwrap().unwrap(), 1);
    assert_eq!(is_send(race!(a = ok(1, 5), b = fails("no", 1))).await.unwrap(), 1);

    // And it works where they are not.
    let local = std::rc::Rc::new(3);
    let not_send = async {
        wait(1).await;
        Ok::<_, ()>(*local)
    };
    assert_eq!(race!(not_send, ok(1, 5)).await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn branches_borrow_freely() {
    async fn named<'a>(name: &'a str, log: &RefCell<Vec<&'a str>>) -> Result<&'a str, ()> {
        wait(0).await;
        log.borrow_mut().push(name);
        Ok(name)
    }
    async fn adds(to: &mut u32) -> Result<u32, ()> {
        *to += 1;
        wait(1).await;
        *to += 1;
        Ok(*to)
    }
    let (text, log, mut count) = (String::from("ab"), RefCell::default(), 0_u32);
    let (left, right) = text.split_at(1);
    assert_eq!(race!(named(left, &log), named(right, &log)).await.unwrap(), "a");
    // One branch may borrow mutably.
    assert_eq!(race!(adds(&mut count), ok(0, 5)).await.unwrap(), 2);
    assert_eq!((count, log.take()), (2, vec!["a"]));
}

#[tokio::test(start_paused = true)]
async fn whatever_can_be_awaited_is_a_branch() {
    struct Later(u32);
    impl IntoFuture for Later {
        type Output = Option<u32>;
        type IntoFuture = std::future::Ready<Option<u32>>;
        fn into_future(self) -> Self::IntoFuture {
            ready(Some(self.0))
        }
    }
    assert_eq!(race!(Later(3)).await.unwrap(), 3);
    let race = race!(Box::pin(ok(4, 1)), if true { Later(5) } else { Later(6) } after 1m);
    assert_eq!(race.await.unwrap(), 4);
    let start = Duration::ZERO;
    let picks = |a: u32, b: u32| ready(Some(a + b));
    assert_eq!(race!(picks(1, 2) if start > ms(3) || picks(1, 2).await == Some(3) => |sum| sum + 1).await.unwrap(), 4);
}

#[tokio::test(start_paused = true)]
async fn sixteen_branches_race() {
    let no = async || fails::<u32>("no", 1).await;
    let error = race!(no(), no(), no(), no(), no(), no(), no(), no(), no(), no(), no(), no(), no(), no(), no(), no());
    let error = error.await.unwrap_err();
    assert_eq!((error.15, error.times().len(), *error.preferred()), ("no", 16, "no"));
    let start = Instant::now();
    let race = race!(
        stagger = 10ms;
        a = no(), b = no(), c = no(), d = no(), e = no(), f = no(), g = no(), h = no(),
        i = no(), j = no(), k = no(), l = no(), m = no(), n = no(), o = no(), p = ok(7, 1),
    );
    assert_eq!((race.await.unwrap(), since(start)), (7, ms(16)));
}

#[tokio::test(start_paused = true)]
async fn options_take_expressions_and_races_nest() {
    const GAP: Duration = ms(10);
    let start = Instant::now();
    let inner = race!(stagger = GAP * 2, min_gap = GAP; ok(1, 100), ok(2, 5));
    let outer = race!(inner, async { None } after GAP, fails("no", 3));
    assert_eq!((outer.await.unwrap(), since(start)), (2, ms(25)));

    let start = Instant::now();
    let methods = race!(ok(1, 100), ok(2, 5)).fair().stagger(ms(30)).min_gap(GAP).fair().deadline(ms(20));
    assert_eq!((methods.await.is_err(), since(start)), (true, ms(20)));
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "options of a race are set before it is polled")]
async fn options_come_before_the_first_poll() {
    let mut race = race!(pending::<Result<u32, ()>>());
    let polled = poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut race).poll(cx).is_pending())).await;
    assert!(polled);
    drop(race.deadline(ms(5)));
}

#[tokio::test(start_paused = true)]
async fn a_map_runs_for_the_winner_only() {
    let (log, runs) = (Log::default(), Cell::new(0));
    let loses = race!(ok(1, 9) => |_| runs.set(runs.get() + 1), ok(2, 1) => |_| log.say("won"));
    loses.await.unwrap();
    assert_eq!((runs.get(), log.take()), (0, vec!["won"]));
}
