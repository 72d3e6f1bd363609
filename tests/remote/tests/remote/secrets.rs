//! A secret that turns up nowhere.

use recourse::Executor;
use recourse::observe::{Observer, OutageEvent, Timeline};
use recourse::providers::RemoteProvider;
use recourse_tests_remote::{Folder, Server, Step, answer, timeout_of};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// In the token, in a header, in the query, and in what the server says.
const CANARY: &str = "c4n4ry-7f3a";

/// Keeps all that it is told.
#[derive(Clone, Debug, Default)]
struct Ears(Arc<Mutex<String>>);

impl Ears {
    fn hear(&self, text: impl std::fmt::Debug) {
        let mut heard = self.0.lock().unwrap();
        writeln!(heard, "{text:?}").unwrap();
    }
}

impl Observer for Ears {
    fn policies_refused(&self, why: &str) {
        self.hear(why);
    }
    fn policies_outage(&self, event: &OutageEvent) {
        self.hear((event, event.to_string()));
    }
    fn policies_unmatched(&self, entries: &[String]) {
        self.hear(entries);
    }
    fn call_ended(&self, timeline: &Timeline) {
        self.hear((timeline, timeline.to_string()));
    }
    fn policy_resolved(&self, key: &recourse::Key, effective: &recourse::policy::Effective) {
        self.hear((key, effective));
    }
}

/// remote-29.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_turns_up_in_errors_debug_texts_status_timelines_or_files() {
    let folder = Folder::new("canary");
    let path = folder.path().join("policies.snapshot");
    let document = r#"{ "version": 1, "users.get": { "timeout": "2s", "retry": "50 attempts" }, "users.gte": {} }"#;
    let server = Server::start(move |_| answer("200 OK", "", document)).await;
    let url = format!("http://127.0.0.1:{}/p/{{namespace}}?token={CANARY}", server.port());
    let builder = RemoteProvider::builder(&url)
        .bearer_token(CANARY)
        .header("x-api-key", CANARY)
        .snapshot(&path)
        .timeout(Duration::from_millis(300))
        .report_unmatched_after(Duration::ZERO);
    let ears = Ears::default();
    ears.hear(&builder);
    let remote = builder.start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).observer(ears.clone()).build();
    timeout_of(&executor, "users.get").await;
    while remote.refresh().await.is_err() {}
    timeout_of(&executor, "users.get").await;
    assert!(server.heads()[0].contains(CANARY), "it was sent");
    while !path.exists() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let location = format!("http://elsewhere.example/?{CANARY}");
    let ways: Vec<Vec<Step>> = vec![
        vec![Step::Reset],
        vec![Step::Hang],
        vec![Step::Send(b"garbage\r\n\r\n".to_vec())],
        answer("302 Found", &format!("location: {location}\r\n"), ""),
        answer("401 Unauthorized", &format!("www-authenticate: {CANARY}\r\n"), CANARY),
        answer("500 Oops", "", CANARY),
        answer("200 OK", "content-encoding: gzip\r\n", CANARY),
        answer("200 OK", "", r#"{ "orders.get": {} }"#),
        answer("200 OK", "", r#"{ "version": 0, "users.get": {} }"#),
    ];
    for way in ways {
        server.answers(move |_| way.clone());
        let error = remote.refresh().await.unwrap_err();
        ears.hear((&error, error.to_string()));
        ears.hear((remote.status(), &remote));
        ears.hear(serde_json::to_string(&remote.status()).unwrap());
        timeout_of(&executor, "users.get").await;
    }
    ears.hear(&executor);
    for bad in [
        format!("https://u:{CANARY}@host/{{key}}"),
        format!("https://host/{{nope}}?{CANARY}"),
        format!("gopher://{CANARY}"),
    ] {
        ears.hear(RemoteProvider::builder(bad).start().unwrap_err());
    }
    let other = RemoteProvider::builder("https://host/{key}").header("x", format!("{CANARY}\n")).start();
    ears.hear(other.unwrap_err());
    ears.hear(std::fs::read_to_string(&path).unwrap());

    let heard = ears.0.lock().unwrap().clone();
    assert!(heard.len() > 10_000 && heard.contains("the answer is 401") && heard.contains("2s"), "{heard}");
    assert!(!heard.contains(CANARY), "{}", heard.lines().find(|line| line.contains(CANARY)).unwrap());
    println!("{} bytes of errors, debug texts, status, timelines and files: the secret is in none", heard.len());
}
