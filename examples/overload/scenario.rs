//! What callers and server do in an experiment. Times are in seconds.

use crate::random::Spread;
use recourse::concurrency::{Priority, Share};

/// A value from a moment on.
pub(crate) type Steps<T> = Vec<(f64, T)>;

/// The part of an experiment that is measured: from, to.
pub(crate) type Span = (f64, f64);

/// The share of the slots that a class of callers may use.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Class {
    /// Without a priority.
    All,
    /// The highest level of a priority.
    Most(Priority),
    /// A level of a priority that each call draws.
    Drawn(Priority),
}

impl Class {
    pub(crate) fn share(self, level: u8) -> Share {
        match self {
            Self::All => Share::ALL,
            Self::Most(priority) => Share::most(priority),
            Self::Drawn(priority) => Share::of(priority, level),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The mean service time.
    pub(crate) mean: f64,
    /// How long a caller waits for an answer. The server works on.
    pub(crate) patience: f64,
    pub(crate) end: f64,
    /// Calls a second, of each class.
    pub(crate) load: Steps<Vec<f64>>,
    pub(crate) classes: Vec<Class>,
    /// By how much service times are longer.
    pub(crate) slower: Steps<f64>,
    pub(crate) servers: Steps<usize>,
    pub(crate) spans: Vec<Span>,
    /// Callers with a limit of their own each.
    pub(crate) clients: usize,
    /// Every so many seconds so many calls at once.
    pub(crate) burst: Option<(f64, usize)>,
    pub(crate) spread: Spread,
    /// Calls a second that the server can do, for what good answers are related to.
    pub(crate) capacity: f64,
}

/// The server of the main experiments: ten at once, 10 ms each, callers that wait for 300 ms, at a load of 0.7.
fn ten_servers(name: &'static str, spread: Spread) -> Scenario {
    Scenario {
        name,
        mean: 0.01,
        patience: 0.3,
        end: 110.0,
        load: vec![(0.0, vec![700.0])],
        classes: vec![Class::All],
        slower: vec![(0.0, 1.0)],
        servers: vec![(0.0, 10)],
        spans: vec![(0.0, 20.0), (20.0, 80.0), (82.0, 92.0)],
        clients: 1,
        burst: None,
        spread,
        capacity: 1_000.0,
    }
}

/// Twice as many calls as the server can do, for a minute.
pub(crate) fn overload(spread: Spread) -> Scenario {
    let load = vec![(0.0, vec![700.0]), (20.0, vec![2_000.0]), (80.0, vec![700.0])];
    Scenario { load, ..ten_servers("overload", spread) }
}

/// Service times that are four times as long, for a minute.
pub(crate) fn brown_out(spread: Spread) -> Scenario {
    Scenario {
        load: vec![(0.0, vec![800.0])],
        slower: vec![(0.0, 1.0), (20.0, 4.0), (80.0, 1.0)],
        capacity: 250.0,
        ..ten_servers("brown-out", spread)
    }
}

fn steady(name: &'static str, load: Steps<f64>, end: f64, spans: &[Span]) -> Scenario {
    let load = load.into_iter().map(|(from, load)| (from, vec![load])).collect();
    Scenario { load, end, spans: spans.to_vec(), ..ten_servers(name, Spread::Exponential) }
}

/// The other experiments.
pub(crate) fn others() -> Vec<Scenario> {
    let step = steady(
        "step: twice the servers, load 1.5",
        vec![(0.0, 1_500.0)],
        60.0,
        &[(5.0, 30.0), (30.0, 31.0), (31.0, 32.0), (40.0, 60.0)],
    );
    let spike = steady(
        "spike: 1.4 for 2 s",
        vec![(0.0, 700.0), (20.0, 1_400.0), (22.0, 700.0)],
        32.0,
        &[(20.0, 22.0), (22.0, 22.2), (22.2, 32.0)],
    );
    let minutes = [(0.0, 60.0), (540.0, 600.0)];
    let quiet = steady("low traffic: 20/s, and 8 at once every 10 s", vec![(0.0, 20.0)], 300.0, &[(0.0, 300.0)]);
    let one = steady(
        "pool of one, 100 ms, load 2",
        vec![(0.0, 5.0), (60.0, 20.0), (180.0, 5.0)],
        260.0,
        &[(60.0, 180.0), (190.0, 260.0)],
    );
    let many = steady(
        "pool of 200, 2 ms, load 2",
        vec![(0.0, 70_000.0), (3.0, 200_000.0), (7.0, 70_000.0)],
        10.0,
        &[(0.0, 1.0), (1.0, 3.0), (3.0, 7.0), (8.0, 10.0)],
    );
    vec![
        Scenario { burst: Some((10.0, 8)), capacity: 20.8, ..quiet },
        Scenario { servers: vec![(0.0, 10), (30.0, 20)], ..step },
        steady("drift: load 1.2 for 10 min", vec![(0.0, 1_200.0)], 600.0, &minutes),
        spike,
        Scenario { mean: 0.1, servers: vec![(0.0, 1)], capacity: 10.0, ..one },
        Scenario { mean: 0.002, servers: vec![(0.0, 200)], capacity: 100_000.0, ..many },
        Scenario { name: "ten clients, overload", clients: 10, ..overload(Spread::Exponential) },
        Scenario { name: "ten clients, brown-out", clients: 10, ..brown_out(Spread::Exponential) },
    ]
}

/// Critical calls at 0.4 of the capacity, and prefetching at 0.3, twelve times as much for half a minute.
pub(crate) fn priorities(name: &'static str, prefetch: Class, slower: f64) -> Scenario {
    let load = vec![(0.0, vec![400.0, 300.0]), (20.0, vec![400.0, 3_600.0]), (50.0, vec![400.0, 300.0])];
    Scenario {
        load,
        classes: vec![Class::Most(Priority::Critical), prefetch],
        slower: vec![(0.0, 1.0), (20.0, slower), (50.0, 1.0)],
        end: 60.0,
        spans: vec![(20.0, 50.0)],
        capacity: 1_000.0 / slower,
        ..ten_servers(name, Spread::Exponential)
    }
}

/// Five classes, of which each but the critical one asks for half of the capacity.
pub(crate) fn five_classes(name: &'static str) -> Scenario {
    let (calm, busy) = (vec![400.0, 75.0, 75.0, 75.0, 75.0], vec![400.0, 500.0, 500.0, 500.0, 500.0]);
    let classes = [Priority::Critical, Priority::High, Priority::Normal, Priority::Low, Priority::Sheddable];
    Scenario {
        load: vec![(0.0, calm.clone()), (20.0, busy), (50.0, calm)],
        classes: classes.map(Class::Drawn).to_vec(),
        ..priorities(name, Class::All, 1.0)
    }
}
