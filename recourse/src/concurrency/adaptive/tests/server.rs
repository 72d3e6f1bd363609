//! A server with a queue in order of arrival, constant service times, and callers that come evenly.

use super::at;
use crate::concurrency::{AdaptiveLimit, ConcurrencyLimit, Limit, Share, Slot};
use std::collections::VecDeque;

const PATIENCE: f64 = 0.3;

struct Server<'a> {
    limit: &'a ConcurrencyLimit,
    /// When each of the servers is free, the earliest first.
    free: VecDeque<f64>,
    /// Ends of calls, in order.
    running: VecDeque<(f64, bool, Slot<&'a ConcurrencyLimit>)>,
    now: f64,
}

impl<'a> Server<'a> {
    fn new(limit: &'a ConcurrencyLimit, servers: usize) -> Self {
        Self { limit, free: VecDeque::from(vec![0.0; servers]), running: VecDeque::new(), now: 0.0 }
    }

    /// Plays so many seconds at a load in calls a second. Returns the part that was admitted, and good answers a second.
    fn play(&mut self, seconds: f64, load: f64, service: f64) -> (f64, f64) {
        let (until, mut calls, mut admitted, mut good) = (self.now + seconds, 0.0, 0.0, 0.0);
        while self.now < until {
            self.now += 1.0 / load;
            self.end();
            calls += 1.0;
            let Ok(slot) = Slot::take(self.limit, Share::ALL, || at(self.now)) else { continue };
            let begin = self.free.pop_front().unwrap_or_default().max(self.now);
            // Constant times end in the order in which they begin.
            self.free.push_back(begin + service);
            let late = begin + service - self.now > PATIENCE;
            let end = (begin + service).min(self.now + PATIENCE);
            let place = self.running.partition_point(|(other, ..)| *other <= end);
            self.running.insert(place, (end, late, slot));
            admitted += 1.0;
            good += f64::from(u8::from(!late));
        }
        (admitted / calls, good / seconds)
    }

    fn end(&mut self) {
        while self.running.front().is_some_and(|(end, ..)| *end <= self.now) {
            let Some((end, late, slot)) = self.running.pop_front() else { break };
            let _ = if late { slot.timed_out(at(end)) } else { slot.answered(at(end)) };
        }
    }
}

/// concurrency-9: twice the load of a server of ten: the limit finds ten and its roots, and good answers stay at capacity.
#[test]
fn overload_is_shed_and_nothing_else() {
    let limit = ConcurrencyLimit::learned(AdaptiveLimit::new());
    let mut server = Server::new(&limit, 10);
    let (admitted, _) = server.play(10.0, 700.0, 0.01);
    assert!(admitted >= 1.0, "{admitted}");
    server.play(2.0, 2_000.0, 0.01);
    let (_, good) = server.play(20.0, 2_000.0, 0.01);
    assert!(good > 970.0, "{good} of 1,000 a second");
    assert!((13..=22).contains(&limit.limit()), "{limit:?}");
    server.play(2.0, 700.0, 0.01);
    let (admitted, _) = server.play(10.0, 700.0, 0.01);
    assert!(admitted > 0.999, "{admitted}");
}

/// concurrency-9: a brown-out: service times four times as long.
#[test]
fn a_slower_server_is_followed_down_and_up() {
    let limit = ConcurrencyLimit::learned(AdaptiveLimit::new());
    let mut server = Server::new(&limit, 10);
    server.play(10.0, 800.0, 0.01);
    server.play(3.0, 800.0, 0.04);
    let (_, good) = server.play(20.0, 800.0, 0.04);
    assert!(good > 240.0, "{good} of 250 a second");
    server.play(2.0, 800.0, 0.01);
    let (admitted, _) = server.play(10.0, 800.0, 0.01);
    assert!(admitted > 0.99, "{admitted}");
}

/// concurrency-9: a large server is found within a second, and a server of one is not buried.
#[test]
fn large_and_small_servers_are_found() {
    let limit = ConcurrencyLimit::learned(AdaptiveLimit::new());
    let mut server = Server::new(&limit, 200);
    server.play(1.0, 70_000.0, 0.002);
    let (admitted, _) = server.play(1.0, 70_000.0, 0.002);
    assert!(admitted > 0.99, "{admitted}, {limit:?}");

    let limit = ConcurrencyLimit::learned(AdaptiveLimit::new());
    let mut server = Server::new(&limit, 1);
    server.play(60.0, 20.0, 0.1);
    let (_, good) = server.play(60.0, 20.0, 0.1);
    assert!(good > 6.0, "{good} of 10 a second");
    assert!(limit.limit() <= 4, "{limit:?}");
}

/// concurrency-13: an unused limit that was told bounds keeps to them in front of a server, too.
#[test]
fn bounds_hold_in_front_of_a_server() {
    let adaptive = std::sync::Arc::new(AdaptiveLimit::between(5, 12));
    let limit = ConcurrencyLimit::learned(adaptive.clone());
    let mut server = Server::new(&limit, 50);
    for _ in 0..50 {
        server.play(0.2, 10_000.0, 0.01);
        assert!((5..=12).contains(&adaptive.limit()), "{limit:?}");
    }
    assert_eq!(adaptive.limit(), 12);
}
