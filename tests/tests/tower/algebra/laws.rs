//! Laws of the algebra: random trees of services do what a small model says.

use super::mock::{Gate, Instead};
use super::{Mock, listed, ms, over, timed};
use futures::future::BoxFuture;
use proptest::prelude::*;
use recourse::algebra::{Failure, PolicyLayer};
use std::future::{Future, ready};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tower::util::BoxCloneService;
use tower::{Layer, Service, ServiceExt, service_fn};

/// A policy of any shape.
#[derive(Clone, Debug)]
enum Tree {
    /// Gets ready after a while, and then answers after another.
    Leaf {
        gate: u64,
        end: End,
    },
    And(Box<Tree>, Box<Tree>),
    /// With a stagger.
    Then(u64, Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
}

#[derive(Clone, Copy, Debug)]
enum End {
    Succeeds(u64),
    Fails(u64),
    Hangs,
}

/// Trees with staggers have leaves that are ready at once: a stagger depends on who is ready first.
fn trees(staggered: bool) -> impl Strategy<Value = Tree> {
    let end = prop_oneof![
        3 => (0..50_u64).prop_map(End::Succeeds),
        5 => (0..50_u64).prop_map(End::Fails),
        1 => Just(End::Hangs),
    ];
    let gate = if staggered { 0..1_u64 } else { 0..20_u64 };
    let leaf = (gate, end).prop_map(|(gate, end)| Tree::Leaf { gate, end });
    leaf.prop_recursive(5, 16, 2, move |inner| {
        let two = (inner.clone(), inner).prop_map(|(left, right)| (Box::new(left), Box::new(right)));
        let gap = if staggered { 0..40_u64 } else { 0..1_u64 };
        (0..if staggered { 3 } else { 2 }, gap, two).prop_map(|(kind, gap, (left, right))| match kind {
            0 => Tree::And(left, right),
            1 => Tree::Or(left, right),
            _ => Tree::Then(gap, left, right),
        })
    })
}

type AnyService = BoxCloneService<(), &'static str, Failure<&'static str>>;
type Outcome = Result<usize, Vec<(String, usize)>>;

/// Leaves are known by their number, from left to right.
const NAMES: [&str; 16] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];

fn number(name: &str) -> usize {
    name.parse().unwrap()
}

impl Tree {
    fn build(&self, leaves: &mut Vec<Mock>) -> AnyService {
        let mut side = |tree: &Self| PolicyLayer(Instead(tree.build(leaves)));
        match self {
            Self::And(left, right) => BoxCloneService::new((side(left) & side(right)).layer(())),
            Self::Or(left, right) => BoxCloneService::new((side(left) | side(right)).layer(())),
            Self::Then(gap, left, right) => {
                BoxCloneService::new((side(left) & side(right)).stagger(ms(*gap)).layer(()))
            }
            Self::Leaf { gate, end } => {
                let name = NAMES[leaves.len()];
                let mock = match *end {
                    End::Succeeds(after) => Mock::ok(name, after),
                    End::Fails(after) => Mock::fails(name, after),
                    End::Hangs => Mock::hangs(name),
                };
                let mock = if *gate == 0 { mock } else { mock.gate(Gate::Opens(*gate)) };
                leaves.push(mock.clone());
                BoxCloneService::new(mock)
            }
        }
    }

    /// What comes out, and when; `None` where nothing ever does. Then the calls of leaves, and when they would be made.
    fn model(&self, start: u128, first: &mut usize, calls: &mut Vec<(usize, u128)>) -> Option<(u128, Outcome)> {
        let named = |side: &str, errors: Vec<(String, usize)>| {
            let path = |(path, leaf): (String, usize)| {
                (if path.is_empty() { side.to_owned() } else { format!("{side}.{path}") }, leaf)
            };
            errors.into_iter().map(path).collect::<Vec<_>>()
        };
        let both = |left, right| Err([named("left", left), named("right", right)].concat());
        let before = calls.len();
        let over = match self {
            Self::Leaf { gate, end } => {
                let (leaf, called) = (*first, start + u128::from(*gate));
                *first += 1;
                calls.push((leaf, called));
                match end {
                    End::Succeeds(after) => Some((called + u128::from(*after), Ok(leaf))),
                    End::Fails(after) => Some((called + u128::from(*after), Err(vec![(String::new(), leaf)]))),
                    End::Hangs => None,
                }
            }
            Self::Or(left, right) => match left.model(start, first, calls) {
                Some((failed, Err(errors))) => match right.model(failed, first, calls) {
                    Some((end, Err(more))) => Some((end, both(errors, more))),
                    over => over,
                },
                over => {
                    right.model(0, first, &mut Vec::new());
                    over
                }
            },
            Self::And(..) | Self::Then(..) => {
                let (gap, left, right) = match self {
                    Self::Then(gap, left, right) => (u128::from(*gap), left, right),
                    Self::And(left, right) => (0, left, right),
                    _ => unreachable!(),
                };
                let left = left.model(start, first, calls);
                let turn = match &left {
                    Some((failed, Err(_))) => (start + gap).min(*failed),
                    _ => start + gap,
                };
                match (left, right.model(turn, first, calls)) {
                    (Some((end, Err(errors))), Some((later, Err(more)))) => Some((end.max(later), both(errors, more))),
                    (Some((end, Ok(leaf))), Some((later, Ok(other)))) => {
                        Some(if end <= later { (end, Ok(leaf)) } else { (later, Ok(other)) })
                    }
                    (won @ Some((_, Ok(_))), _) | (_, won @ Some((_, Ok(_)))) => won,
                    _ => None,
                }
            }
        };
        if let Some((end, _)) = over {
            let mut at = 0;
            calls.retain(|(_, call)| {
                at += 1;
                at <= before || *call <= end
            });
        }
        over
    }

    fn leaves(&self) -> usize {
        match self {
            Self::Leaf { .. } => 1,
            Self::And(left, right) | Self::Then(_, left, right) | Self::Or(left, right) => {
                left.leaves() + right.leaves()
            }
        }
    }
}

/// What comes out, and when; `None` where nothing does within an hour.
fn run<S>(service: S) -> Option<(u128, super::Answer)>
where
    S: Service<(), Response = &'static str, Error = Failure<&'static str>>,
{
    paused(async {
        let (answer, took) = timed(timeout(Duration::from_secs(3600), service.oneshot(()))).await;
        Some((took, answer.ok()?))
    })
}

fn paused<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(test)
}

fn outcome(answer: Result<&'static str, Failure<&'static str>>) -> Outcome {
    answer.map(number).map_err(|failure| match failure {
        Failure::Inner(name) => vec![(String::new(), number(name))],
        failure => listed(&failure).into_iter().map(|(path, name)| (path, number(name))).collect(),
    })
}

fn agrees(tree: &Tree) -> Result<(), TestCaseError> {
    if tree.leaves() > NAMES.len() {
        return Ok(());
    }
    let (mut leaves, mut calls) = (Vec::new(), Vec::new());
    let expected = tree.model(0, &mut 0, &mut calls);
    let service = tree.build(&mut leaves);
    let (got, called) = paused(async {
        let start = Instant::now();
        let (answer, took) = timed(timeout(Duration::from_secs(3600), service.oneshot(()))).await;
        let called = |(leaf, mock): (usize, &Mock)| mock.called_at(start).into_iter().map(move |at| (leaf, at));
        let called: Vec<_> = leaves.iter().enumerate().flat_map(called).collect();
        (answer.ok().map(|answer| (took, outcome(answer))), called)
    });
    let end = expected.as_ref().map_or(u128::MAX, |(end, _)| *end);
    prop_assert_eq!(got, expected);
    // What would be called in the very moment of the end may be called, or not.
    calls.sort_unstable();
    let before = |calls: &[(usize, u128)]| calls.iter().copied().filter(|(_, at)| *at < end).collect::<Vec<_>>();
    prop_assert_eq!(before(&called), before(&calls));
    prop_assert!(called.iter().all(|call| calls.contains(call)), "{:?} of {:?}", called, calls);
    prop_assert!(leaves.iter().all(|mock| mock.running() == 0), "something was left running");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Flatness and order of the errors, labels, times and calls, at any depth.
    #[test]
    fn a_tree_does_what_its_model_says(tree in trees(false)) {
        agrees(&tree)?;
    }

    #[test]
    fn a_tree_with_staggers_does_what_its_model_says(tree in trees(true)) {
        agrees(&tree)?;
    }

    /// `a & never` is `a`, and so is `never & a`, wherever `a` succeeds; where it fails, `never` might still not.
    #[test]
    fn never_beside_a_policy_changes_nothing_of_its_success(tree in trees(false)) {
        prop_assume!(tree.leaves() <= NAMES.len());
        let side = || PolicyLayer(Instead(tree.build(&mut Vec::new())));
        let never = || over(&Mock::never("never"));
        let success = |out: Option<(u128, super::Answer)>| match out {
            Some((end, Ok(name))) => Some((end, name)),
            _ => None,
        };
        let alone = success(run(side().layer(())));
        for with in [run((side() & never()).layer(())), run((never() & side()).layer(()))] {
            prop_assert_eq!(with.is_some(), alone.is_some(), "a failure waits for ever");
            prop_assert_eq!(success(with), alone);
        }
    }

    #[test]
    fn a_fallback_is_never_asked_after_a_success(tree in trees(true)) {
        prop_assume!(tree.leaves() < NAMES.len());
        let spare = Mock::ok("15", 0);
        let won = run((PolicyLayer(Instead(tree.build(&mut Vec::new()))) | over(&spare)).layer(()));
        let by_spare = matches!(won, Some((_, Ok("15"))));
        prop_assert_eq!(spare.calls(), usize::from(by_spare));
        prop_assert_eq!(spare.asked() > 0, by_spare);
    }

    /// In every grouping, requests pass the layers from the left to the right, and answers from the right to the left.
    #[test]
    fn plus_is_associative([a, b, c, d] in prop::array::uniform4(any::<char>()), fails in any::<bool>()) {
        let [a, b, c, d] = [a, b, c, d].map(|mark| PolicyLayer(Marks(mark)));
        let inner = service_fn(move |text: String| ready(if fails { Err(text) } else { Ok(text) }));
        let expected = run_text(((a + b) + c + d).layer(inner));
        prop_assert_eq!(run_text((a + (b + (c + d))).layer(inner)), expected.clone());
        prop_assert_eq!(run_text(((a + b) + (c + d)).layer(inner)), expected.clone());
        let marks = [a, b, c, d].map(|PolicyLayer(Marks(mark))| mark);
        let text: String = marks.iter().chain(marks.iter().rev()).collect();
        prop_assert_eq!(expected, if fails { Err(text) } else { Ok(text) });
    }
}

#[test]
fn never_and_never_pends() {
    let never = || over(&Mock::never("never"));
    assert!(run((never() & never()).layer(())).is_none());
    assert!(run((never() & never()).stagger(ms(5)).layer(())).is_none());
    assert!(run((never() | never()).layer(())).is_none());
}

fn run_text<S>(service: S) -> Result<String, String>
where
    S: Service<String, Response = String, Error = Failure<String>>,
{
    paused(service.oneshot(String::new())).map_err(|failure| failure.inner().cloned().expect("there is one leaf"))
}

/// Leaves a mark on each request and on each answer.
#[derive(Clone, Copy, Debug)]
struct Marks(char);

impl<S> Layer<S> for Marks {
    type Service = Marked<S>;

    fn layer(&self, service: S) -> Marked<S> {
        Marked(self.0, service)
    }
}

struct Marked<S>(char, S);

impl<S> Service<String> for Marked<S>
where
    S: Service<String, Response = String, Error = Failure<String>, Future: Send + 'static>,
{
    type Response = String;
    type Error = Failure<String>;
    type Future = BoxFuture<'static, Result<String, Failure<String>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure<String>>> {
        self.1.poll_ready(cx)
    }

    fn call(&mut self, text: String) -> Self::Future {
        let mark = self.0;
        let marked = move |text| format!("{text}{mark}");
        let answer = self.1.call(marked(text));
        Box::pin(async move { answer.await.map(marked).map_err(|failure| failure.map(marked)) })
    }
}
