//! Documents in a real etcd: read by range, followed by watch, and written by a transaction that compares revisions.

use crate::support::{Answer, Follower, Started, client, find, free_port, send, serve, until};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use control_plane::{Server, Settings};
use reqwest::Method;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const USERS: &str = "version = 3\n\n[\"users.*\"]\nretry = \"3 attempts, no delay\"\n";

/// A server that runs until this is dropped.
struct Etcd {
    process: Option<Started>,
    _folder: TempDir,
    endpoint: String,
}

impl Etcd {
    /// Starts an empty etcd; `None` if there is none on this machine.
    async fn start() -> Option<Self> {
        let program = find(&["etcd"], "etcd-server")?;
        let folder = tempfile::tempdir().expect("a folder");
        let (endpoint, peers) =
            (format!("http://127.0.0.1:{}", free_port()), format!("http://127.0.0.1:{}", free_port()));
        let mut command = Command::new(program);
        command.arg("--data-dir").arg(folder.path());
        for (argument, value) in [
            ("--listen-client-urls", &endpoint),
            ("--advertise-client-urls", &endpoint),
            ("--listen-peer-urls", &peers),
            ("--initial-advertise-peer-urls", &peers),
        ] {
            command.args([argument, value]);
        }
        // One member, and nothing that has to survive the machine.
        command.args(["--initial-cluster", &format!("default={peers}"), "--log-level", "error", "--unsafe-no-fsync"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let etcd = Self { process: Some(Started::new(&mut command)), _folder: folder, endpoint };
        until("etcd", async || {
            let health = client().get(format!("{}/health", etcd.endpoint)).send().await.ok()?;
            health.text().await.ok()?.contains("true").then_some(())
        })
        .await;
        Some(etcd)
    }

    async fn ask(&self, path: &str, asked: Value) -> Value {
        let answer = send(&client(), Method::POST, &format!("{}{path}", self.endpoint), &[], &asked.to_string()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Writes a value, as `etcdctl put` does.
    async fn put(&self, key: &str, value: &str) {
        self.ask("/v3/kv/put", json!({ "key": STANDARD.encode(key), "value": STANDARD.encode(value) })).await;
    }

    async fn get(&self, key: &str) -> String {
        let found = self.ask("/v3/kv/range", json!({ "key": STANDARD.encode(key) })).await;
        let value = STANDARD.decode(found["kvs"][0]["value"].as_str().expect("a value")).expect("base64");
        String::from_utf8(value).expect("a text")
    }

    async fn serve(&self) -> Server {
        serve(Settings::etcd(&self.endpoint, "/policies/").expect("settings")).await
    }
}

fn url(server: &Server, path: &str) -> String {
    format!("http://{}{path}", server.address())
}

async fn ask(server: &Server, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    send(&client(), method, &url(server, path), headers, body).await
}

/// serving-2.
#[tokio::test]
async fn a_program_follows_what_somebody_writes_to_etcd() {
    let Some(etcd) = Etcd::start().await else { return };
    etcd.put("/policies/users.toml", USERS).await;
    etcd.put("/policies/orders/create.json", r#"{ "version": 1, "retry": "2 attempts, no delay" }"#).await;
    etcd.put("/policies/readme", "no document").await;
    etcd.put("/policiesX/users.toml", "of somebody else").await;
    let server = etcd.serve().await;
    let mut follower = Follower::start(url(&server, "/policies/{namespace}"), |builder| builder);
    follower.until_attempts("users.get", 3).await;
    follower.until_attempts("orders.create", 2).await;
    etcd.put("/policies/users.toml", &USERS.replace("3 attempts", "5 attempts").replace("= 3", "= 4")).await;
    follower.until_attempts("users.get", 5).await;
    assert_eq!(follower.attempts("orders.create").await, 2);
}

/// serving-2.
#[tokio::test]
async fn an_edit_is_written_to_etcd_and_a_late_one_is_not() {
    let Some(etcd) = Etcd::start().await else { return };
    etcd.put("/policies/users.toml", USERS).await;
    let server = etcd.serve().await;
    let read = ask(&server, Method::GET, "/documents/users.toml", &[], "").await;
    let tag = [("if-match", read.header("etag"))];
    let edited = USERS.replace("3 attempts", "4 attempts");
    let saved = ask(&server, Method::PUT, "/documents/users.toml", &tag, &edited).await;
    assert_eq!((saved.status, saved.json()), (200, json!({ "version": 4 })));
    assert_eq!(etcd.get("/policies/users.toml").await, edited.replace("= 3", "= 4"));
    let late = ask(&server, Method::PUT, "/documents/users.toml", &tag, USERS).await;
    assert_eq!((late.status, late.json()["text"].as_str()), (412, Some(&*edited.replace("= 3", "= 4"))));

    let new = [("if-none-match", "*")];
    let made = ask(&server, Method::PUT, "/documents/cart/add.toml", &new, "timeout = \"1s\"\n").await;
    assert_eq!(made.json(), json!({ "version": 5 }));
    assert_eq!(etcd.get("/policies/cart/add.toml").await, "version = 5\ntimeout = \"1s\"\n");
    let page = ask(&server, Method::GET, "/document?name=users.toml", &[], "").await.text;
    assert!(page.contains("etcd, below /policies/") && page.contains("version 4 · changed at revision "), "{page}");

    // Two servers on one etcd: of many edits at once, one wins.
    let other = etcd.serve().await;
    let read = ask(&server, Method::GET, "/documents/users.toml", &[], "").await;
    let edits = (5..11).map(|attempts| {
        let url = url(if attempts % 2 == 0 { &server } else { &other }, "/documents/users.toml");
        let (tag, text) =
            (read.header("etag").to_owned(), USERS.replace("3 attempts", &format!("{attempts} attempts")));
        tokio::spawn(async move { send(&client(), Method::PUT, &url, &[("if-match", &tag)], &text).await.status })
    });
    let mut statuses = Vec::new();
    // All are on their way before the first is waited for.
    for edit in edits.collect::<Vec<_>>() {
        statuses.push(edit.await.expect("an answer"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
}

/// serving-2.
#[tokio::test]
async fn without_etcd_the_last_state_is_served() {
    let Some(mut etcd) = Etcd::start().await else { return };
    etcd.put("/policies/users.toml", USERS).await;
    let server = etcd.serve().await;
    drop(etcd.process.take());
    until("fault on the page", async || {
        let page = ask(&server, Method::GET, "/", &[], "").await.text;
        (page.contains("cannot be read") && page.contains("stays in force")).then_some(())
    })
    .await;
    let read = ask(&server, Method::GET, "/policies/users", &[], "").await;
    assert_eq!((read.status, read.json()["users.*"]["retry"].as_str()), (200, Some("3 attempts, no delay")));
    let tag = ask(&server, Method::GET, "/documents/users.toml", &[], "").await;
    let edit = USERS.replace("3 attempts", "4 attempts");
    let failed = ask(&server, Method::PUT, "/documents/users.toml", &[("if-match", tag.header("etag"))], &edit).await;
    assert!(failed.status == 503 && failed.error().contains("etcd"), "{failed:?}");
}
