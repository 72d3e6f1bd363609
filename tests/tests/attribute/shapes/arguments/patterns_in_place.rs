//! Patterns stay in the signature: each attempt gets clones of what they bind (attribute-11).

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script, timeline};
use std::marker::PhantomData;
use std::sync::Arc;
use tracing::instrument;

/// As the extractors of web frameworks are: not `Clone` themselves.
struct Path<T>(T);

struct State<S>(S);

struct Order<T> {
    id: u32,
    #[allow(dead_code, reason = "the pattern leaves it out")]
    body: NotClone,
    kind: PhantomData<T>,
}

struct NotClone;

#[resilient(key = "users.{id}", executor = executor, retry = "2 attempts, no delay")]
async fn get(State(db): State<Arc<Script>>, Path(id): Path<u32>, executor: Executor) -> Result<u32, Fail> {
    let _ = &executor;
    Ok(db.play().await? + id)
}

#[resilient(key = "shapes.handler_span", retry = "2 attempts, no delay")]
#[instrument(err, skip(db), fields(user = %id))]
async fn told(State(db): State<Arc<Script>>, Path(id): Path<u32>) -> Result<u32, Fail> {
    Ok(db.play().await? + id)
}

#[resilient(key = "shapes.parts.{id}", retry = "2 attempts, no delay")]
async fn parts(script: &Script, Order { id, kind: PhantomData, .. }: Order<NotClone>) -> Result<u32, Fail> {
    Ok(script.play().await? + id)
}

#[resilient(key = "shapes.nested.{name}", retry = "2 attempts, no delay")]
async fn nested(
    script: &Script,
    (Path((mut name, ref list)), _): (Path<(String, Vec<u32>)>, NotClone),
    [ref mut first, ..]: [String; 2],
    (left, right): &mut (u32, u32),
    &mut (ref mut deep, wide): &mut (String, u8),
) -> Result<String, Fail> {
    name.push('!');
    first.push('?');
    *left += 1;
    *right += 2;
    deep.push('.');
    script.play().await?;
    Ok(format!("{name}{first}{list:?}{left}{right}{deep}{wide}"))
}

#[resilient(key = "shapes.lent_pattern", retry = "2 attempts, no delay")]
async fn lent(
    script: &Script,
    #[by_ref] (Path(body), ref more, &copied): (Path<NotClone>, u8, &u8),
) -> Result<u8, Fail> {
    let NotClone = body;
    let sum: u8 = *more + *copied;
    script.play().await.map(|_| sum)
}

#[resilient(key = "shapes.whole_pattern.{id}", retry = "2 attempts, no delay", fallback = instead)]
async fn whole(script: &Script, Path(id): Path<u32>, (mut a, [b]): (String, [u8; 1])) -> Result<String, Fail> {
    a.push('!');
    script.play().await?;
    Err(Fail::Busy(None)).map(|()| format!("{a}{b}{id}"))
}

#[allow(clippy::unused_async, reason = "a fallback is async")]
async fn instead(_: &Script, Path(id): Path<u32>, (a, b): (String, [u8; 1]), _: Fail) -> Result<String, Fail> {
    Ok(format!("{id}{a}{b:?}"))
}

#[resilient(key = "shapes.part_pattern", retry = "2 attempts, no delay", fallback = other)]
async fn part(script: &Script, (first, ..): (String, u8), [last, ..]: [u8; 2]) -> Result<String, Fail> {
    script.play().await?;
    Err(Fail::Busy(None)).map(|()| format!("{first}{last}"))
}

#[allow(clippy::unused_async, reason = "a fallback is async")]
async fn other(_: &Script, (first, second): (String, u8), last: [u8; 2], _: Fail) -> Result<String, Fail> {
    Ok(format!("{first}{second}{last:?}"))
}

#[resilient(key = "shapes.once.{id}", timeout = "1s")]
async fn once(State(script): State<Arc<Script>>, Path(id): Path<u32>) -> Result<u32, Fail> {
    Ok(script.play().await? + id)
}

#[tokio::test(start_paused = true)]
async fn handlers_are_retried_and_name_their_key() {
    let script = Arc::new(once_busy());
    let call = send(get(State(script.clone()), Path(7), Executor::new()));
    let (result, timeline) = timeline(call).await;
    assert_eq!((result.unwrap(), timeline.key().as_str(), script.runs()), (8, "users.7", 2));
    let (spans, script) = (Spans::watch(), Arc::new(once_busy()));
    assert_eq!(send(told(State(script.clone()), Path(7))).await.unwrap(), 8);
    assert_eq!((script.runs(), spans.fields()), (2, vec!["id", "user"]));
    assert!(send(once(State(Arc::new(once_busy())), Path(7))).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_own_value_of_every_name() {
    let script = once_busy();
    let order = Order { id: 7, body: NotClone, kind: PhantomData };
    assert_eq!(send(parts(&script, order)).await.unwrap(), 8);
    let script = once_busy();
    let (mut pair, mut text) = ((0, 0), ("t".to_owned(), 5));
    let named = (Path(("n".to_owned(), vec![1])), NotClone);
    let call = nested(&script, named, ["a", "b"].map(Into::into), &mut pair, &mut text);
    let (result, timeline) = timeline(send(call)).await;
    // What is borrowed mutably from the caller is lent to one attempt after the other; the rest begins anew.
    assert_eq!(result.unwrap(), "n!a?[1]24t..5");
    assert_eq!((timeline.key().as_str(), pair, text.0), ("shapes.nested.n", (2, 4), "t..".to_owned()));
    let script = once_busy();
    assert_eq!(send(lent(&script, (Path(NotClone), 2, &3))).await.unwrap(), 5);
    assert_eq!(script.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_gets_the_whole_argument() {
    let script = once_busy();
    let (result, timeline) = timeline(send(whole(&script, Path(7), ("a".into(), [1])))).await;
    assert_eq!((result.unwrap(), timeline.key().as_str()), ("7a[1]".to_owned(), "shapes.whole_pattern.7"));
    let script = once_busy();
    assert_eq!(send(part(&script, ("a".into(), 1), [2, 3])).await.unwrap(), "a1[2, 3]");
}
