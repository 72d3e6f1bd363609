//! One error type at every depth, and one flat list.

use super::{Mock, over};
use recourse::algebra::{Boxed, Cause, Failure, PolicyLayer};
use recourse::{Executor, Key, Rejected, RejectionKind, rejection};
use std::error::Error;
use std::future::ready;
use std::io;
use std::time::Duration;
use tower::{BoxError, ServiceExt, service_fn};

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionRefused, io::Error::other("the port is closed"))
}

/// The texts of a chain of errors.
fn words(error: &dyn Error) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    texts.extend(error.source().map(words).unwrap_or_default());
    texts
}

/// A timeout of ours.
async fn rejected() -> Rejected {
    let policy = recourse::Policy::new().timeout(Duration::from_millis(5));
    let hangs = || std::future::pending::<Result<(), Rejected>>();
    Executor::new().call(Key::from_static("hangs"), policy, hangs).await.unwrap_err()
}

#[tokio::test]
async fn entries_are_flat_and_their_names_are_paths() {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| Mock::fails(name, 0));
    let policy = over(&a) | PolicyLayer::bare() + over(&b) & (over(&c) | over(&d)).label("cache", "disk");
    let failure = policy.layer(()).oneshot(()).await.unwrap_err();
    let text = "no side succeeded: left: a; right.left: b; right.right.cache: c; right.right.disk: d";
    assert_eq!(failure.to_string(), text);
    assert_eq!((failure.preferred(), failure.clone().map(str::to_owned).into_preferred()), (Some(&"a"), "a".into()));
    let Failure::All(all) = failure else { panic!("four have failed") };
    assert_eq!(all.get("right.right.disk").and_then(Cause::inner), Some(&"d"));
    assert!(all.get("disk").is_none());
    assert_eq!(all.into_entries().len(), 4);
}

#[tokio::test]
async fn a_failure_speaks_with_the_words_of_its_error_and_says_nothing_twice() {
    let one = PolicyLayer::bare().layer(service_fn(|()| ready(Err::<(), _>(refused())))).oneshot(()).await.unwrap_err();
    assert_eq!(words(&one), words(&refused()));
    assert_eq!(one.preferred().map(io::Error::kind), Some(io::ErrorKind::ConnectionRefused));
    assert!(one.entries().is_empty() && one.rejected().is_none());

    let two = (PolicyLayer::bare() & PolicyLayer::bare()).layer(service_fn(|()| ready(Err::<(), _>(refused()))));
    let two = two.oneshot(()).await.unwrap_err();
    let first = two.source().and_then(|error| error.downcast_ref::<io::Error>());
    assert_eq!(first.map(io::Error::kind), Some(io::ErrorKind::ConnectionRefused));
    let boxed: BoxError = two.into();
    assert_eq!(boxed.to_string(), "no side succeeded: left: the port is closed; right: the port is closed");
}

/// tower-9.
#[tokio::test]
async fn the_text_of_many_leaves_is_bounded() {
    let four = (PolicyLayer::bare() & PolicyLayer::bare()) & (PolicyLayer::bare() & PolicyLayer::bare());
    let policy = four & four & four & four & four;
    let page = "x".repeat(100_000);
    let failure = policy.layer(service_fn(|()| ready(Err::<(), _>(page.clone())))).oneshot(()).await.unwrap_err();
    assert_eq!(failure.entries().len(), 20);
    let text = failure.to_string();
    assert!(text.ends_with("…; and 4 more") && text.len() < 16 * 600, "{}", text.len());
}

#[tokio::test(start_paused = true)]
async fn a_rejection_is_found_in_a_failure() {
    let failure: Failure<io::Error> = rejected().await.into();
    assert_eq!(rejection(&failure).map(recourse::Rejection::kind), Some(RejectionKind::Timeout));
    assert_eq!(failure.to_string(), "`hangs` timed out after 5ms, in 1 attempt");
    assert!(failure.rejected().is_some() && failure.preferred().is_none() && failure.inner().is_none());
    assert_eq!(failure.into_preferred().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn the_services_own_error_is_preferred_to_a_rejection() {
    let rejected = rejected().await;
    let refuses = |error: Rejected| {
        let layer = tower::util::MapResultLayer::new(move |_: Result<(), Failure<io::Error>>| {
            Err::<(), _>(Failure::<io::Error>::from(error.clone()))
        });
        PolicyLayer(layer)
    };
    let service = service_fn(|()| ready(Err::<(), _>(refused())));
    let mixed = (refuses(rejected.clone()) & PolicyLayer::bare()).layer(service).oneshot(()).await.unwrap_err();
    assert_eq!(mixed.entries().iter().filter(|entry| entry.cause.rejected().is_some()).count(), 1);
    assert_eq!(mixed.preferred().map(io::Error::kind), Some(io::ErrorKind::ConnectionRefused));
    let mixed = mixed.map(|error| error.to_string());
    assert_eq!(mixed.into_preferred(), "the port is closed");
    let none = (refuses(rejected.clone()) | refuses(rejected)).layer(service).oneshot(()).await.unwrap_err();
    assert_eq!(rejection(&none).map(recourse::Rejection::kind), Some(RejectionKind::Timeout));
    assert_eq!(none.into_preferred().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn errors_need_not_be_errors() {
    struct Opaque;
    let policy = PolicyLayer::bare() & PolicyLayer::bare() | PolicyLayer::bare();
    let failure = policy.layer(service_fn(|()| ready(Err::<(), _>(Opaque)))).oneshot(()).await.unwrap_err();
    assert_eq!(failure.map(|Opaque| 1).entries().iter().filter_map(|entry| entry.cause.inner()).sum::<i32>(), 3);
}

/// What a foreign layer has put into a box comes out again as it was, its own errors as the user says.
#[tokio::test(start_paused = true)]
async fn a_foreign_layer_hides_no_failure() {
    let limit = || PolicyLayer::boxed(tower::timeout::TimeoutLayer::new(Duration::from_millis(10)), Boxed);
    let service = service_fn(
        async |hangs: bool| {
            if hangs { std::future::pending().await } else { Err::<(), _>(Boxed("no".into())) }
        },
    );
    let service = (limit() + (limit() & PolicyLayer::bare()) | limit()).layer(service);
    let listed = service.clone().oneshot(false).await.unwrap_err();
    assert_eq!(listed.to_string(), "no side succeeded: left.left: no; left.right: no; right: no");
    let late = service.oneshot(true).await.unwrap_err();
    assert_eq!(late.to_string(), "no side succeeded: left: request timed out; right: request timed out");
    assert!(late.preferred().is_some_and(|boxed| boxed.0.is::<tower::timeout::error::Elapsed>()));
}

#[tokio::test]
async fn a_name_that_is_empty_adds_nothing() {
    let [a, b, c] = [PolicyLayer::bare(); 3];
    let three = ((a | b).label("first", "second") | c).label("", "third");
    let failure = three.layer(service_fn(|()| ready(Err::<(), _>("no")))).oneshot(()).await.unwrap_err();
    let labels: Vec<_> = failure.entries().iter().map(|entry| entry.label.as_ref()).collect();
    assert_eq!(labels, ["first", "second", "third"]);
}

fn two(refused_first: bool) -> Failure<io::Error> {
    let policy = recourse::Policy::new().timeout(Duration::from_millis(1));
    let slow = service_fn(|()| std::future::pending::<Result<(), io::Error>>());
    let layer = recourse::layers::ResilientLayer::new(&Executor::new(), Key::from_static("slow")).policy(policy);
    let broken =
        PolicyLayer(super::mock::Instead(PolicyLayer::bare().layer(service_fn(|()| ready(Err::<(), _>(refused()))))));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let failure = runtime.block_on(async {
        if refused_first {
            (layer & broken).layer(slow).oneshot(()).await
        } else {
            (broken & layer).layer(slow).oneshot(()).await
        }
    });
    failure.unwrap_err()
}

#[test]
fn a_failure_becomes_a_boxed_error_in_which_its_own_is_found() {
    let inner = Failure::Inner(io::Error::from(io::ErrorKind::NotFound)).into_boxed();
    assert!(inner.is::<io::Error>());
    let all = two(false).into_boxed();
    assert!(all.is::<Failure<Boxed>>());
    assert!(
        all.to_string().starts_with("no side succeeded: left: the port is closed; right: `slow` timed out"),
        "{all}"
    );
    let text: BoxError = Failure::Inner(BoxError::from("closed")).into_boxed();
    assert_eq!(text.to_string(), "closed");
}

#[test]
fn of_a_list_the_first_entry_is_the_source_and_services_are_preferred_to_refusals() {
    let first = two(true);
    assert!(first.source().unwrap().is::<Rejected>());
    assert_eq!(first.preferred().unwrap().kind(), io::ErrorKind::ConnectionRefused);
    assert!(first.entries()[1].cause.source().is_none(), "an io::Error of a kind has nothing below it");
    let second = two(false);
    assert!(second.source().unwrap().is::<io::Error>());
    assert_eq!(second.into_preferred().kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test(start_paused = true)]
async fn policies_one_over_the_other_are_one_where_it_is_said() {
    let down = service_fn(|()| ready(Err::<(), _>(refused())));
    let [a, b, c] = [PolicyLayer::bare(); 3];
    let nested: Failure<Failure<io::Error>> = (a & b).layer(c.layer(down)).oneshot(()).await.unwrap_err();
    assert_eq!(nested.flatten().entries().len(), 2);
    let one: Failure<io::Error> = (a & b).over((b | c).layer(down)).oneshot(()).await.unwrap_err();
    let labels: Vec<_> = one.entries().iter().map(|entry| entry.label.as_ref()).collect();
    assert_eq!(labels, ["left.left", "left.right", "right.left", "right.right"]);
}
