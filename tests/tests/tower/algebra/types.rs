//! Types of expressions: the precedence is Rust's.

#![allow(clippy::type_complexity, reason = "the types are what this is about")]

use super::{Mock, over};
use recourse::algebra::{Bare, Failure, FallbackLayer, ForkJoinLayer, PolicyLayer, Stack};
use std::any::{TypeId, type_name};
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use tower::limit::ConcurrencyLimitLayer;
use tower::util::MapResponseLayer;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tag<const NAME: char>;

impl<S, const NAME: char> Layer<S> for Tag<NAME> {
    type Service = S;

    fn layer(&self, service: S) -> S {
        service
    }
}

type A = Tag<'a'>;
type B = Tag<'b'>;
type C = Tag<'c'>;
type D = Tag<'d'>;

const fn tags() -> (PolicyLayer<A>, PolicyLayer<B>, PolicyLayer<C>, PolicyLayer<D>) {
    (PolicyLayer(Tag), PolicyLayer(Tag), PolicyLayer(Tag), PolicyLayer(Tag))
}

#[test]
fn plus_binds_tighter_than_and_and_and_tighter_than_or() {
    let (a, b, c, d) = tags();
    let policy: PolicyLayer<FallbackLayer<A, ForkJoinLayer<Stack<B, C>, D>>> = a | b + c & d;
    assert_eq!(policy, a | ((b + c) & d));
    let policy: PolicyLayer<FallbackLayer<ForkJoinLayer<A, Stack<B, C>>, D>> = a & b + c | d;
    assert_eq!(policy, (a & (b + c)) | d);
    let policy: PolicyLayer<Stack<ForkJoinLayer<A, B>, FallbackLayer<C, D>>> = (a & b) + (c | d);
    assert_ne!(type_name_of(&policy), type_name_of(&(a & b + c | d)));
}

/// Each operator groups to the left, which nobody can tell from what it does.
#[test]
fn operators_of_a_kind_group_to_the_left() {
    let (a, b, c, _) = tags();
    let _: PolicyLayer<Stack<Stack<A, B>, C>> = a + b + c;
    let _: PolicyLayer<ForkJoinLayer<ForkJoinLayer<A, B>, C>> = a & b & c;
    let _: PolicyLayer<FallbackLayer<FallbackLayer<A, B>, C>> = a | b | c;
    assert_ne!(TypeId::of::<Stack<Stack<A, B>, C>>(), TypeId::of::<Stack<A, Stack<B, C>>>());
}

fn type_name_of<T>(_: &T) -> &'static str {
    type_name::<T>()
}

/// The same expression, of sides that tell what they did.
#[tokio::test(start_paused = true)]
async fn stacks_of_unequal_depth_combine_and_run() {
    let (a, c, d) = (Mock::fails("a", 1), Mock::fails("c", 5), Mock::ok("d", 9));
    let limit = || PolicyLayer(ConcurrencyLimitLayer::new(3));
    let service = (over(&a) | limit() + limit() + over(&c) & over(&d)).layer(());
    assert_eq!(service.oneshot(()).await.unwrap(), "d");
    assert_eq!((a.calls(), c.calls(), d.calls()), (1, 1, 1));
}

#[tokio::test]
async fn one_policy_serves_many_services_of_different_types() {
    let policy = PolicyLayer::bare() & PolicyLayer(MapResponseLayer::new(|n: u32| n)) + PolicyLayer::bare()
        | PolicyLayer::bare();
    let text = policy.layer(service_fn(|text: String| ready(text.parse::<u32>())));
    assert_eq!(text.clone().oneshot("7".to_owned()).await.unwrap(), 7);
    assert_eq!(text.oneshot("seven".to_owned()).await.unwrap_err().entries().len(), 3);
    let number = ServiceBuilder::new().layer(policy).service(service_fn(|n: u32| ready(Ok::<_, ()>(n + 1))));
    assert_eq!(number.oneshot(7).await.unwrap(), 8);
}

#[tokio::test]
async fn a_request_that_is_not_clone_passes_through_a_stack() {
    struct Unique(u32);
    let policy = PolicyLayer(ConcurrencyLimitLayer::new(1)) + PolicyLayer::bare();
    let service = policy.layer(service_fn(|Unique(n): Unique| ready(Ok::<_, ()>(n))));
    assert_eq!(service.oneshot(Unique(7)).await.unwrap(), 7);

    // With a function that makes the second one, it may have two sides, too.
    let twice = |Unique(n): &Unique| Some(Unique(*n));
    let policy = (PolicyLayer::bare() & PolicyLayer::bare()).fork(twice)
        + (PolicyLayer::bare() | PolicyLayer::bare()).fork(twice);
    let service = policy.layer(service_fn(|Unique(n): Unique| ready(Ok::<_, ()>(n))));
    assert_eq!(service.oneshot(Unique(7)).await.unwrap(), 7);
}

fn crosses<T: Send + Sync + 'static>(value: T) -> T {
    value
}

type Plain = fn(u32) -> Ready<Result<u32, Arc<str>>>;

/// Nothing has to be `Send`, and nothing `'static`; what is, stays so.
#[tokio::test]
async fn services_may_borrow_and_stay_on_their_thread() {
    let (text, rc) = (String::from("borrowed"), Rc::new(7));
    let service = service_fn(async |more: &'static str| Ok::<_, &str>(format!("{text} {more} {rc}")));
    let policy = PolicyLayer::bare() & PolicyLayer::bare() | PolicyLayer::bare();
    assert_eq!(policy.layer(service).oneshot("by").await.unwrap(), "borrowed by 7");

    let service = crosses(policy).layer(service_fn::<Plain>(|n| ready(Ok(n))));
    let mut service = crosses(service);
    assert_eq!(tokio::spawn(crosses(service.call(7))).await.unwrap().unwrap(), 7);
    crosses::<Failure<String>>(Failure::Inner(String::new()));
}

#[test]
fn a_bare_policy_adds_nothing() {
    assert_eq!(PolicyLayer::bare(), PolicyLayer(Bare::default()));
    assert_eq!(size_of_val(&(PolicyLayer::bare() + PolicyLayer::bare())), 0);
}
