//! The scenarios of Easy Racer (<https://github.com/jamesward/easyracer>), with `race!`, against a server of the test's own.
//!
//! The numbers are those of the project. Each test ends when the server has seen that every connection is closed: no loser lives
//! on. The clock is paused, so what waits for seconds waits for none.

mod client;
mod server;

use client::{Failed, get};
use recourse::race;
use server::{Answer, Server, Visit, never, right};
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// Both have come, and the first one is answered; the other never is.
#[tokio::test(start_paused = true)]
async fn scenario_1_two_requests_race() {
    let server = Server::plays(async |visit: Visit| {
        visit.until(|state| state.arrived == 2).await;
        if visit.number == 1 { right() } else { never().await }
    });
    let at = server.address;
    assert_eq!(race!(get(at, "/1"), get(at, "/1")).await.unwrap(), "right");
    server.sees_all_gone(2).await;
}

/// The connection of the second is closed. The first is answered when the client has given that one up.
#[tokio::test(start_paused = true)]
async fn scenario_2_a_connection_error_is_a_loser() {
    let server = Server::plays(async |visit: Visit| {
        visit.until(|state| state.arrived == 2).await;
        if visit.number == 2 {
            return Answer::Close;
        }
        visit.until(|state| state.gone.contains(&2)).await;
        right()
    });
    let at = server.address;
    assert_eq!(race!(get(at, "/2"), get(at, "/2")).await.unwrap(), "right");
    server.sees_all_gone(2).await;
}

/// The original has 10,000. Client and server are one process here, which may have 1,024 files open: 256 requests have 512.
#[tokio::test(start_paused = true)]
async fn scenario_3_as_many_requests_as_there_are_files_race() {
    const REQUESTS: usize = 16 * 16;
    let server = Server::plays(async |visit: Visit| if visit.number == REQUESTS { right() } else { never().await });
    let at = server.address;
    let sixteen = || Box::pin(race!(max = 16; for _ in 0..16 => get(at, "/3")));
    assert_eq!(race!(max = 16; for _ in 0..16 => sixteen()).await.unwrap(), "right");
    server.sees_all_gone(REQUESTS).await;
}

/// Neither is answered before one was given up.
#[tokio::test(start_paused = true)]
async fn scenario_4_a_request_with_a_deadline_of_its_own_loses() {
    let server = Server::plays(async |visit: Visit| {
        visit.until(|state| !state.gone.is_empty()).await;
        right()
    });
    let (at, start) = (server.address, Instant::now());
    let in_time = async || race!(deadline = 1s; get(at, "/4")).await;
    assert_eq!(race!(get(at, "/4"), in_time()).await.unwrap(), "right");
    assert!(start.elapsed() >= Duration::from_secs(1));
    server.sees_all_gone(2).await;
}

/// The first one fails. The second is answered when the client has given the first one up.
#[tokio::test(start_paused = true)]
async fn scenario_5_of_two_a_response_other_than_200_is_a_loser() {
    let server = Server::plays(async |visit: Visit| {
        visit.until(|state| state.arrived == 2).await;
        if visit.number == 1 {
            return Answer::Status(500);
        }
        visit.until(|state| state.gone.contains(&1)).await;
        right()
    });
    let at = server.address;
    assert_eq!(race!(get(at, "/5"), get(at, "/5")).await.unwrap(), "right");
    server.sees_all_gone(2).await;
}

/// And the third one is never answered.
#[tokio::test(start_paused = true)]
async fn scenario_6_of_three_a_response_other_than_200_is_a_loser() {
    let server = Server::plays(async |visit: Visit| {
        visit.until(|state| state.arrived == 3).await;
        match visit.number {
            1 => Answer::Status(500),
            2 => {
                visit.until(|state| state.gone.contains(&1)).await;
                right()
            }
            _ => never().await,
        }
    });
    let at = server.address;
    assert_eq!(race!(get(at, "/6"), get(at, "/6"), get(at, "/6")).await.unwrap(), "right");
    server.sees_all_gone(3).await;
}

/// The first one is answered when the hedge has come, which is never answered.
#[tokio::test(start_paused = true)]
async fn scenario_7_a_second_request_starts_after_three_seconds() {
    let server = Server::plays(async |visit: Visit| {
        visit.until(|state| state.arrived == 2).await;
        if visit.number == 1 { right() } else { never().await }
    });
    let (at, start, started) = (server.address, Instant::now(), Cell::new(None));
    let hedge = || {
        started.set(Some(start.elapsed()));
        get(at, "/7")
    };
    assert_eq!(race!(stagger = 3s; get(at, "/7"), hedge()).await.unwrap(), "right");
    assert_eq!(started.get().map(|after| after.as_secs()), Some(3));
    server.sees_all_gone(2).await;
}

/// A resource that is opened, used, and closed also where using it fails.
async fn resource(at: SocketAddr) -> Result<String, Failed> {
    let id = get(at, "/8?open").await?;
    let used = get(at, &format!("/8?use={id}")).await;
    get(at, &format!("/8?close={id}")).await?;
    used
}

/// The first use fails. The second is answered when the resource of the first was closed.
#[tokio::test(start_paused = true)]
async fn scenario_8_a_loser_closes_its_resource() {
    let server = Server::plays(async |visit: Visit| {
        let used = |notes: &[String]| notes.iter().filter(|note| note.starts_with("use=")).cloned().collect::<Vec<_>>();
        if visit.query == "open" {
            return Answer::Text(visit.number.to_string());
        }
        visit.note(visit.query.clone());
        if visit.query.starts_with("close=") {
            return Answer::Text(String::new());
        }
        visit.until(|state| used(&state.notes).len() == 2).await;
        let first = used(&visit.notes()).swap_remove(0);
        if visit.query == first {
            return Answer::Status(500);
        }
        let closed = first.replace("use=", "close=");
        visit.until(|state| state.notes.contains(&closed)).await;
        right()
    });
    let at = server.address;
    assert_eq!(race!(resource(at), resource(at)).await.unwrap(), "right");
    server.sees_all_gone(6).await;
}

/// Ten requests, five of which fail. The letters come one after the other, each when the client has the one before. A race over
/// futures that it only borrows gives the first, and the next race goes on with those that are left.
#[tokio::test(start_paused = true)]
async fn scenario_9_what_ten_requests_give_is_put_together_in_order() {
    let server = Server::plays(async |visit: Visit| {
        visit.until(|state| state.arrived == 10).await;
        let Some(letter) = visit.number.checked_sub(6) else { return Answer::Status(500) };
        visit.until(|state| (6..visit.number).all(|before| state.gone.contains(&before))).await;
        Answer::Text("right".get(letter..=letter).unwrap_or_default().to_owned())
    });
    let at = server.address;
    let mut requests: Vec<_> = (0..10).map(|_| Box::pin(get(at, "/9"))).collect();
    let (mut word, over) = (String::new(), RefCell::new(Vec::new()));
    while let Ok(letter) = race!(max = 16; for (index, request) in requests.iter_mut().enumerate() => {
        let over = &over;
        async move {
            let result = request.await;
            over.borrow_mut().push(index);
            result
        }
    })
    .await
    {
        word.push_str(&letter);
        let mut over = over.take();
        over.sort_unstable();
        over.into_iter().rev().for_each(|index| drop(requests.swap_remove(index)));
    }
    assert_eq!((word.as_str(), requests.len()), ("right", 0));
    server.sees_all_gone(10).await;
}

/// Something that takes the whole processor runs for as long as a request does; meanwhile others tell how far it has come. The
/// original tells the load; here it is the number of steps, which must grow at first, and stand still when the request is over.
#[tokio::test(start_paused = true)]
async fn scenario_10_heavy_work_is_dropped_with_its_request() {
    let server = Server::plays(async |visit: Visit| {
        let Some(steps) = visit.query.strip_prefix("id=") else {
            visit.until(|state| state.notes.len() == 3).await;
            return Answer::Close;
        };
        let before = visit.notes();
        let same = before.last().is_some_and(|before| before == steps);
        if before.len() < 3 {
            if !same {
                visit.note(steps);
            }
            return Answer::Status(302);
        }
        // The request is closed, and the client has seen it: of all that came only this one is left.
        visit.until(|state| state.gone.len() + 1 == state.arrived).await;
        match before.len() {
            3 => visit.note(steps),
            _ if same => return right(),
            _ => return Answer::Status(400),
        }
        Answer::Status(302)
    });
    let (at, steps) = (server.address, Cell::new(0_u64));
    let work = async || -> Result<String, Failed> {
        loop {
            steps.set(std::hint::black_box(steps.get() + 1));
            tokio::task::yield_now().await;
        }
    };
    let heavy = async { race!(get(at, "/10?id"), work()).first().await };
    let mut reports = 0;
    let tell = async {
        loop {
            reports += 1;
            match get(at, &format!("/10?id={}", steps.get())).await {
                Err(Failed::Status(302)) => {}
                other => return other,
            }
        }
    };
    let (heavy, told) = tokio::join!(heavy, tell);
    let Err(Failed::Connection(closed)) = heavy else { panic!("the server closes it") };
    assert_eq!(closed.kind(), std::io::ErrorKind::UnexpectedEof);
    assert_eq!(told.unwrap(), "right");
    server.sees_all_gone(1 + reports).await;
}

/// All branches of the inner race fail, and with it that branch of the outer one, which goes on.
#[tokio::test(start_paused = true)]
async fn scenario_11_a_race_that_is_lost_is_a_loser_of_another() {
    let server = Server::plays(async |visit: Visit| {
        visit.until(|state| state.arrived == 3).await;
        if visit.query == "inner" {
            return Answer::Status(500);
        }
        visit.until(|state| state.gone.len() == 2).await;
        right()
    });
    let at = server.address;
    let race = race!(inner = race!(get(at, "/11?inner"), get(at, "/11?inner")), outer = get(at, "/11"),);
    assert_eq!(race.await.unwrap(), "right");
    server.sees_all_gone(3).await;

    // Where the outer one fails, too, every error is there.
    let server = Server::plays(async |_: Visit| Answer::Status(500));
    let at = server.address;
    let inner = race!(deadline = 1h; get(at, "/11"), async { Err(Failed::Status(404)) });
    let error = race!(inner = inner, outer = get(at, "/11")).await.unwrap_err();
    assert!(matches!(error.inner.0.failed(), Some(Failed::Status(500))));
    assert!(matches!(error.inner.1.failed(), Some(Failed::Status(404))));
    assert!(matches!(error.outer, Failed::Status(500)));
    server.sees_all_gone(2).await;
}
