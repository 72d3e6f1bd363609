//! What is fetched when, and what is in force then.

use recourse::observe::Observer;
use recourse::policy::Section;
use recourse::providers::remote::DocumentState;
use recourse::providers::{PolicyProvider, RemoteProvider};
use recourse::{Executor, Key, Policy};
use recourse_tests_remote::{Answer, DECLARED, Plane, news, place_of, timeout_of};
use std::time::Duration;

const KEYS: &str = "https://control.example/policies/{namespace}/{name}";
const SPACES: &str = "https://control.example/policies/{namespace}";
const SECOND: Duration = Duration::from_secs(1);

/// remote-1.
#[tokio::test(start_paused = true)]
async fn case36_a_hundred_look_ups_of_one_cold_key_are_one_fetch_and_none_waits() {
    let plane = Plane::slow(|_| {
        (Answer::Document(r#"{ "key": "users.get", "version": 3, "timeout": "2s" }"#.to_owned()), SECOND)
    });
    let remote =
        RemoteProvider::builder(KEYS).transport(plane.clone()).first_fetch_within(Duration::ZERO).start().unwrap();
    let executor = Executor::builder().provider(remote).build();
    let began = tokio::time::Instant::now();
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let executor = executor.clone();
            tokio::spawn(async move { timeout_of(&executor, "users.get").await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), DECLARED);
    }
    assert_eq!(began.elapsed(), Duration::ZERO, "a call waits for nothing");
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!((plane.asked().len(), plane.most_at_once()), (1, (1, 1)));
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    assert_eq!(place_of(&executor, "users.get").await, "remote (https://control.example/policies/users/get v3)");
}

/// remote-1: whoever asks again while a fetch is under way gets one more, after it.
#[tokio::test(start_paused = true)]
async fn a_fetch_of_one_document_runs_alone() {
    let plane = Plane::slow(|_| (Answer::Document(r#"{ "version": 1, "users.get": {} }"#.to_owned()), 2 * SECOND));
    let remote = RemoteProvider::builder(SPACES)
        .transport(plane.clone())
        .prefetch(["users"])
        .first_fetch_within(Duration::ZERO)
        .start()
        .unwrap();
    tokio::time::sleep(SECOND).await;
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let remote = remote.clone();
            tokio::spawn(async move { remote.refresh().await })
        })
        .collect();
    for refresh in waiting {
        refresh.await.unwrap().unwrap();
    }
    assert_eq!((plane.asked().len(), plane.most_at_once()), (2, (1, 1)));
}

/// remote-2.
#[tokio::test(start_paused = true)]
async fn a_thousand_keys_of_one_namespace_are_one_request() {
    let plane = Plane::of(r#"{ "version": 1, "users.*": { "timeout": "3s" }, "users.k7": { "timeout": "4s" } }"#);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    let keys: Vec<String> = (0..1_000).map(|key| format!("users.k{key}")).collect();
    for key in &keys {
        assert_eq!(timeout_of(&executor, key).await, DECLARED);
    }
    remote.refresh().await.unwrap();
    assert_eq!(plane.asked().len(), 1);
    for key in &keys {
        assert_eq!(timeout_of(&executor, key).await, if key == "users.k7" { 4 * SECOND } else { 3 * SECOND });
    }
    let place = place_of(&executor, "users.k1").await;
    assert_eq!(place, "remote (https://control.example/policies/users v1 users.*)");
    assert_eq!(place_of(&executor, "users.k7").await, "remote (https://control.example/policies/users v1)");

    // One document for all keys, in TOML by its name.
    let plane = Plane::of("{ \"version\": 1, \"*\": { \"timeout\": \"5s\" } }");
    let all = RemoteProvider::builder("https://control.example/all").transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(all.clone()).build();
    all.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "orders.put").await, 5 * SECOND);
    assert_eq!(plane.asked().len(), 1);
}

/// remote-2: of what was fetched, observers are told what has changed, and which entries match nothing.
#[tokio::test(start_paused = true)]
async fn observers_are_told_of_a_change_and_of_entries_that_match_nothing() {
    let plane = Plane::of(r#"{ "version": 1, "users.gte": { "timeout": "3s" }, "users.put": { "timeout": "1s" } }"#);
    let remote =
        RemoteProvider::builder(SPACES).transport(plane.clone()).report_unmatched_after(SECOND).start().unwrap();
    let (observer, mut news) = news();
    let executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    for key in ["users.get", "users.put"] {
        timeout_of(&executor, key).await;
    }
    remote.refresh().await.unwrap();
    assert_eq!(news.that("changed").await, "changed users.put: timeout none became 1s");
    assert_eq!(
        news.that("unmatched").await,
        "unmatched https://control.example/policies/users:1: `users.gte` matches no key that was called; did you mean `users.get`?"
    );
}

/// remote-3: what a provider no longer holds is asked for again, however many keys there are.
#[tokio::test(start_paused = true)]
async fn case40_a_million_keys_leave_as_much_behind_as_the_capacity_allows() {
    let plane = Plane::of(r#"{ "key": "users.get", "timeout": "2s" }"#);
    let remote = RemoteProvider::builder(KEYS).transport(plane.clone()).capacity(1_000).start().unwrap();
    let pinned = Key::from_static("users.get");
    remote.provide(&pinned, None);
    remote.refresh().await.unwrap();
    for number in 0..1_000_000_u32 {
        let key: Key = format!("users.u{number}").parse().unwrap();
        assert!(remote.provide(&key, Some("users.{id}")).is_nothing());
    }
    let status = remote.status();
    assert_eq!(
        (status.documents.len(), status.left_out),
        (1_000, 1),
        "the capacity, and the key of the program's text"
    );
    assert_eq!(remote.provide(&pinned, None).policy.timeout, Some(2 * SECOND));
    println!("a million distinct keys: {} documents are kept", status.documents.len() + status.left_out);
}

/// remote-3: documents that are not there go before those that are.
#[tokio::test(start_paused = true)]
async fn what_is_missing_makes_room_first() {
    let plane = Plane::new(|asked| {
        if asked.document.starts_with("good") {
            Answer::Document(format!(r#"{{ "key": "{}", "timeout": "2s" }}"#, asked.document))
        } else {
            Answer::Status(404, None)
        }
    });
    let remote = RemoteProvider::builder(KEYS).transport(plane.clone()).capacity(100).start().unwrap();
    let ask = |key: String| remote.provide(&key.parse().unwrap(), Some("t.{id}")).policy.timeout;
    for number in 0..50 {
        ask(format!("good.k{number}"));
        ask(format!("bad.k{number}"));
    }
    remote.refresh().await.unwrap();
    assert_eq!((remote.status().held, remote.status().missing), (50, 50));
    for number in 0..1_000 {
        ask(format!("other.k{number}"));
    }
    assert_eq!((remote.status().held, remote.status().missing), (50, 0));
    assert_eq!(ask("good.k0".to_owned()), Some(2 * SECOND));
}

/// remote-4.
#[tokio::test(start_paused = true)]
async fn the_kill_switch_ignores_what_was_fetched_at_once() {
    let plane = Plane::of(r#"{ "users.get": { "timeout": "2s" } }"#);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    timeout_of(&executor, "users.get").await;
    remote.refresh().await.unwrap();
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);

    remote.ignore(true);
    assert_eq!(timeout_of(&executor, "users.get").await, DECLARED);
    let before = plane.asked().len();
    tokio::time::sleep(600 * SECOND).await;
    assert_eq!(plane.asked().len(), before, "nothing is fetched");
    let error = remote.refresh().await.unwrap_err();
    assert_eq!(error.kind().code(), "ignored");
    assert_eq!(
        error.to_string(),
        "remote policies are ignored, so nothing is fetched; let them count again by `ignore(false)`"
    );

    remote.ignore(false);
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
    tokio::time::sleep(SECOND).await;
    assert!(plane.asked().len() > before);
}

/// remote-5: the task goes with the last handle.
#[tokio::test(start_paused = true)]
async fn nothing_is_fetched_after_the_last_handle_is_gone() {
    let plane = Plane::of(r#"{ "users.get": { "timeout": "2s" } }"#);
    let remote = RemoteProvider::builder(SPACES).transport(plane.clone()).prefetch(["users"]).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    tokio::time::sleep(300 * SECOND).await;
    drop(remote);
    let before = plane.asked().len();
    tokio::time::sleep(300 * SECOND).await;
    assert!(plane.asked().len() > before, "the executor has a handle");
    drop(executor);
    let before = plane.asked().len();
    tokio::time::sleep(300 * SECOND).await;
    assert_eq!(plane.asked().len(), before);
}

/// remote-5.
#[test]
fn a_provider_whose_runtime_has_ended_says_so_and_goes_on_with_what_it_has() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let (first, plane) = (runtime(), Plane::of(r#"{ "users.get": { "timeout": "2s" } }"#));
    let builder = RemoteProvider::builder(SPACES).transport(plane).prefetch(["users"]);
    let error = RemoteProvider::builder(SPACES).start().unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no tokio runtime here to poll on; call `start` inside of one, or give its handle to `start_on`"
    );
    let remote = builder.start_on(first.handle()).unwrap();
    first.block_on(remote.refresh()).unwrap();
    drop(first);
    assert!(!remote.status().is_polling);
    assert_eq!(remote.provide(&Key::from_static("users.get"), None).policy.timeout, Some(2 * SECOND));
    assert_eq!(runtime().block_on(remote.refresh()).unwrap_err().kind().code(), "runtime");
}

/// remote-5.
#[tokio::test(start_paused = true)]
async fn the_status_tells_what_an_operator_asks() {
    let plane = Plane::of(r#"{ "version": 7, "users.get": { "retry": "50 attempts" } }"#);
    let remote = RemoteProvider::builder("https://control.example/p/{namespace}?token=canary")
        .transport(plane.clone())
        .prefetch(["users"])
        .start()
        .unwrap();
    assert_eq!(remote.status().documents[0].state, DocumentState::Unknown);
    remote.refresh().await.unwrap();
    tokio::time::sleep(SECOND).await;
    let status = remote.status();
    let document = &status.documents[0];
    assert_eq!((status.held, status.stale, status.missing, status.fetches, status.installs), (1, 0, 0, 1, 1));
    assert_eq!((status.oldest, status.is_polling), (Some(SECOND), true));
    assert_eq!((&*document.name, document.version, document.entries), ("users", Some(7), 1));
    assert_eq!((document.state, document.age), (DocumentState::Fresh, Some(SECOND)));
    assert!(document.next_fetch_in.is_some_and(|next| next <= 45 * SECOND), "{document:?}");
    assert!(document.reports[0].to_string().contains("50 became 10"), "{:?}", document.reports);

    let written = serde_json::to_value(&status).unwrap();
    assert_eq!(written["documents"][0]["state"], "fresh");
    assert_eq!(written["documents"][0]["age"], "1s");
    assert_eq!(written["url"], "https://control.example/p/{namespace}");
    assert!(!written.to_string().contains("canary") && !format!("{remote:?}{status:?}").contains("canary"));
}

/// remote-6: a document may turn mechanisms off and on, and name triggers and budgets that the program has.
#[tokio::test(start_paused = true)]
async fn names_stand_for_what_the_program_has_and_others_refuse_the_document() {
    use recourse::budget::TokenBucket;
    use recourse::hedge::TriggerRegistry;
    use recourse::policy::BudgetPolicy;
    static TRIGGERS: TriggerRegistry = TriggerRegistry::new();
    static SEARCH: TokenBucket = TokenBucket::new(BudgetPolicy::percent(10));

    let plane = Plane::of(
        r#"{ "users.get": { "retry": "3 attempts", "budget": "search" }, "users.put": { "enabled": false } }"#,
    );
    let remote = RemoteProvider::builder(SPACES)
        .transport(plane.clone())
        .triggers(&TRIGGERS)
        .budget("search", &SEARCH)
        .prefetch(["users"])
        .start()
        .unwrap();
    remote.refresh().await.unwrap();
    assert!(remote.provide(&Key::from_static("users.get"), None).budget.is_some());
    let put = remote.provide(&Key::from_static("users.put"), None);
    assert_eq!((put.enabled, put.places[0].0), (Some(false), Section::Enabled));

    for (bad, says) in [
        (r#"{ "users.get": { "budget": "serach" } }"#, "did you mean \"search\"?"),
        (
            r#"{ "users.get": { "hedge": { "trigger": "adaptive", "delay": "1s" } } }"#,
            "RemoteProviderBuilder::triggers",
        ),
        (r#"{ "users.get": { "classify": "mine" } }"#, "name it in the attribute"),
    ] {
        plane.answers(move |_| Answer::Document(bad.to_owned()));
        let error = remote.refresh().await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    assert!(remote.provide(&Key::from_static("users.get"), None).budget.is_some());
}

/// What is declared stands where nothing is fetched, and a missing policy is one that nobody has.
#[tokio::test(start_paused = true)]
async fn without_any_policy_the_program_decides() {
    #[derive(Debug)]
    struct Silent;
    impl Observer for Silent {}
    let plane = Plane::new(|_| Answer::Refused);
    let remote = RemoteProvider::builder(SPACES).transport(plane).start().unwrap();
    let executor = Executor::builder()
        .provider(remote.clone())
        .observer(Silent)
        .missing_policy(recourse::MissingPolicy::Deny)
        .build();
    let call = executor.call(Key::from_static("users.get"), Policy::new(), async || Ok::<_, String>(()));
    assert!(call.await.unwrap_err().contains("no policy"), "denied, as nobody has one");
    assert!(remote.refresh().await.is_err());
    assert_eq!(timeout_of(&executor, "users.get").await, DECLARED);
}
