//! One tower policy over an HTTP client, and two real servers behind it. The primary is asked first, the replica when the primary
//! is slow or fails, and a cache when both fail. Run it by `cargo run --example tower_algebra`.
//!
//! ```text
//! retry + timeout + primary   &   timeout + replica   |   cached
//! └─────── at once ───────┘       └─ 100 ms later ─┘      when both have failed
//! ```

#[path = "tower_algebra/replica.rs"]
mod replica;

use recourse::Key;
use recourse::algebra::{Failure, PolicyLayer};
use recourse::layers::{retry, timeout};
use recourse::observe::capture;
use replica::{Health, Replica};
use reqwest::{Client, Method, Request, Response, Url};
use std::error::Error;
use std::future::ready;
use std::time::{Duration, Instant};
use tower::layer::layer_fn;
use tower::util::{AndThenLayer, BoxCloneService, MapRequestLayer};
use tower::{ServiceExt, service_fn};

/// The finished service: takes a path, returns the text of the response.
type Get = BoxCloneService<&'static str, String, Failure<reqwest::Error>>;

const MS: Duration = Duration::from_millis(1);

/// Puts the policy over a client: with a cache behind the two servers, or without one.
#[expect(clippy::precedence, reason = "the drawing above shows the sides of `&`, which clippy wants in parentheses")]
fn service(primary: &Replica, replica: &Replica, cache: Option<&'static str>) -> Result<Get, Box<dyn Error>> {
    // Reads the whole response within the side: a bad status, or a body that breaks off, makes the other side go on.
    let read = PolicyLayer(AndThenLayer::new(|response: Response| async {
        let response = response.error_for_status().map_err(Failure::Inner)?;
        response.text().await.map_err(Failure::Inner)
    }));
    let server = |replica: &Replica| {
        let url = Url::parse(&replica.url)?;
        let request = move |path: &'static str| Request::new(Method::GET, url.join(path).expect("a path"));
        Ok::<_, Box<dyn Error>>(read.clone() + PolicyLayer(MapRequestLayer::new(request)))
    };
    let timeout = |key| timeout(400 * MS).key(Key::from_static(key));
    let retry = retry("2 attempts, fixed 20ms".parse()?).key(Key::from_static("primary.retry"));

    let fresh = retry + timeout("primary") + server(primary)? & timeout("replica") + server(replica)?;
    let fresh = fresh.stagger(100 * MS).label("primary", "replica");
    let Some(cache) = cache else {
        return Ok(BoxCloneService::new(fresh.layer(Client::new())));
    };
    // The cache needs no service below it, so its layer ignores the one it gets.
    let cached = PolicyLayer(layer_fn(move |_| service_fn(move |_| ready(Ok(cache.to_owned())))));
    Ok(BoxCloneService::new((fresh | cached).layer(Client::new())))
}

/// Sends one request, and prints the calls that the policy made for it, and the answer.
async fn scene(title: &str, get: &Get) -> Result<String, Failure<reqwest::Error>> {
    println!("\n{title}");
    let start = Instant::now();
    let (answer, timelines) = capture(get.clone().oneshot("/users/7")).await;
    for timeline in timelines {
        // The first line sums the call up; the drawing that follows would be too much here.
        println!("  {}", timeline.to_string().lines().next().unwrap_or_default());
    }
    match &answer {
        Ok(text) => println!("  => {text}, after {} ms", start.elapsed().as_millis()),
        Err(failure) => println!("  => {failure}, after {} ms", start.elapsed().as_millis()),
    }
    answer
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (primary, replica) = (Replica::start("the primary").await?, Replica::start("the replica").await?);
    let with_cache = service(&primary, &replica, Some("/users/7 from the cache"))?;

    let answer = scene("all is well: the replica is not asked", &with_cache).await?;
    assert_eq!(answer, "/users/7 from the primary");
    assert_eq!((primary.counted(), replica.counted()), ((1, 0), (0, 0)));

    primary.set(Health::Answers(300));
    let answer = scene("the primary is slow: the replica answers first", &with_cache).await?;
    assert_eq!(answer, "/users/7 from the replica");
    assert_eq!(replica.counted(), (1, 0));

    primary.set(Health::Fails);
    let answer = scene("the primary fails twice: the replica is asked at once then", &with_cache).await?;
    assert_eq!(answer, "/users/7 from the replica");

    replica.set(Health::Fails);
    let answer = scene("both fail: the cache answers", &with_cache).await?;
    assert_eq!(answer, "/users/7 from the cache");

    let without = service(&primary, &replica, None)?;
    let failure = scene("both fail, and there is no cache: the failure names both", &without).await.unwrap_err();
    let labels: Vec<_> = failure.entries().iter().map(|entry| entry.label.as_ref()).collect();
    assert_eq!(labels, ["primary", "replica"]);

    // In the second scene the request to the primary was dropped with its connection, so the primary saw the client leave.
    let (requests, left) = primary.counted();
    println!("\nthe primary got {requests} more requests; {left} of the clients left before its answer");
    assert_eq!(left, 1);
    Ok(())
}
