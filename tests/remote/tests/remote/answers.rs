//! A real server that fails in many ways.

use recourse::Executor;
use recourse::providers::RemoteProvider;
use recourse_tests_remote::{DECLARED, Server, Step, answer, news, timeout_of};
use std::time::Duration;
use tokio::task::JoinSet;

const SECOND: Duration = Duration::from_secs(1);

fn document(version: u32, timeout: u32) -> String {
    format!(r#"{{ "key": "users.get", "version": {version}, "timeout": "{timeout}s" }}"#)
}

fn good(version: u32, timeout: u32) -> Vec<Step> {
    answer("200 OK", "content-type: application/json\r\n", document(version, timeout))
}

fn raw(text: &str) -> Vec<Step> {
    vec![Step::Send(text.as_bytes().to_vec())]
}

fn then(mut steps: Vec<Step>, last: Step) -> Vec<Step> {
    steps.push(last);
    steps
}

/// A way to fail: its name, what the server does, the kind of the error, and what it says.
type Way = (&'static str, Vec<Step>, &'static str, &'static str);

/// The ways of a connection.
fn connections() -> Vec<Way> {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{ \"key\"";
    vec![
        ("reset at once", vec![Step::Reset], "transport", "the connection broke"),
        ("closed at once", vec![Step::Close], "transport", "the connection broke"),
        ("hang before headers", vec![Step::Hang], "timeout", "no whole answer within 400ms, the body included"),
        ("hang in the headers", then(raw("HTTP/1.1 200 OK\r\ncontent-"), Step::Hang), "timeout", "no whole answer"),
        ("hang in the body", then(raw(half), Step::Hang), "timeout", "no whole answer within 400ms, the body included"),
        ("reset in the body", then(raw(half), Step::Reset), "transport", "the connection broke"),
        ("truncated", then(raw(half), Step::Close), "transport", "the connection broke"),
        (
            "one byte a second",
            vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n".to_vec()), Step::Drip(vec![b' '; 20])],
            "timeout",
            "no whole answer",
        ),
        (
            "chunks without end",
            vec![
                Step::Send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec()),
                Step::Flood([b"1000\r\n".to_vec(), vec![b' '; 4096], b"\r\n".to_vec()].concat()),
            ],
            "too_large",
            "the body has more than 65536 bytes; write less, or raise `max_bytes` of `OperatorBounds`",
        ),
        (
            "headers without end",
            vec![Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Flood(b"x-more: and more\r\n".to_vec())],
            "transport",
            "not HTTP",
        ),
        (
            "one header without end",
            vec![Step::Send(b"HTTP/1.1 200 OK\r\nx-more: ".to_vec()), Step::Flood(vec![b'x'; 4096])],
            "transport or timeout",
            "",
        ),
        (
            "many bytes of headers",
            answer("200 OK", &format!("x-more: {}\r\n", "x".repeat(20_000)), document(2, 7)),
            "headers",
            "at most 16384 are allowed; send fewer",
        ),
        (
            "1xx without end",
            vec![Step::Flood(b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec())],
            "timeout",
            "no whole answer",
        ),
        ("not HTTP", then(raw("SSH-2.0-OpenSSH_9.9\r\n"), Step::Hang), "transport", "not HTTP"),
        (
            "length too short",
            vec![
                Step::Send(format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{}", document(2, 7)).into_bytes()),
                Step::Close,
            ],
            "document",
            "this is not JSON",
        ),
        (
            "length too long",
            vec![
                Step::Send(format!("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{}", document(2, 7)).into_bytes()),
                Step::Close,
            ],
            "transport",
            "the connection broke",
        ),
        ("length negative", raw("HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n"), "transport", "not HTTP"),
        (
            "two lengths",
            raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}   "),
            "transport",
            "not HTTP",
        ),
    ]
}

/// The ways of an answer.
fn statuses() -> Vec<Way> {
    let bomb = [b"\x1f\x8b\x08\x00".to_vec(), vec![0; 130_000]].concat();
    let to = |status: &str, location: &str| answer(status, &format!("location: {location}\r\n"), "");
    let redirect = "and redirects are not followed; give the URL that it leads to";
    let allowed = "allowed are 200 with the document, 304, and 404 or 410 if there is none";
    vec![
        (
            "a login page",
            answer("200 OK", "content-type: text/html; charset=utf-8\r\n", "<html>log in</html>"),
            "encoding",
            "a page in HTML, perhaps that of a login; the document is JSON or TOML",
        ),
        ("a page of no type", answer("200 OK", "", "<html>log in</html>"), "document", "this is not JSON"),
        ("empty", answer("200 OK", "", ""), "document", "this is not JSON"),
        ("204", raw("HTTP/1.1 204 No Content\r\n\r\n"), "status", allowed),
        (
            "206",
            answer("206 Partial Content", "content-range: bytes 0-10/50\r\n", "{ \"key\": \"u"),
            "status",
            "the answer is 206; allowed are 200",
        ),
        (
            "304 without a document",
            raw("HTTP/1.1 304 Not Modified\r\n\r\n"),
            "not_modified",
            "nothing was held that could be unmodified",
        ),
        ("301 to itself", to("301 Moved Permanently", "/policies/users/get"), "redirect", redirect),
        ("302 to another host", to("302 Found", "http://elsewhere.example/"), "redirect", redirect),
        (
            "401",
            answer("401 Unauthorized", "www-authenticate: Bearer\r\n", ""),
            "status",
            "check the token, or the client certificate",
        ),
        ("403", answer("403 Forbidden", "", ""), "status", "the answer is 403; allowed are 200"),
        ("418", answer("418 I'm a teapot", "", ""), "status", allowed),
        (
            "429 with nonsense",
            answer("429 Too Many Requests", "retry-after: soon\r\n", ""),
            "status",
            "the answer is 429; the control plane is asked again after a delay",
        ),
        ("429", answer("429 Too Many Requests", "retry-after: 3\r\n", ""), "status", "the answer is 429"),
        ("500", answer("500 Internal Server Error", "", document(2, 7)), "status", "the answer is 500"),
        (
            "503 for days",
            answer("503 Service Unavailable", "retry-after: 999999\r\n", ""),
            "status",
            "the answer is 503",
        ),
        ("599", answer("599 Nobody Knows", "", ""), "status", "the answer is 599"),
        (
            "a gzip bomb",
            answer("200 OK", "content-encoding: gzip\r\n", &bomb),
            "encoding",
            "the body is compressed (\"gzip\"), although only `identity` was accepted; send it as it is",
        ),
        ("a bomb that does not say so", answer("200 OK", "", &bomb[..60_000]), "document", "UTF-8"),
        (
            "another encoding",
            answer("200 OK", "content-type: application/json; charset=iso-8859-1\r\n", document(2, 7)),
            "encoding",
            "the text has the encoding \"iso-8859-1\"; a document is UTF-8",
        ),
        (
            "UTF-16",
            answer("200 OK", "", document(2, 7).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
            "document",
            "",
        ),
        ("not JSON", answer("200 OK", "", "timeout = '7s'"), "document", "this is not JSON"),
        (
            "not TOML",
            answer("200 OK", "content-type: application/toml\r\n", document(2, 7)),
            "document",
            "this is not TOML",
        ),
        (
            "another schema",
            answer("200 OK", "", r#"{ "key": "users.get", "max_retries": 3 }"#),
            "document",
            "max_retries",
        ),
        (
            "the answer to another request",
            answer("200 OK", "", r#"{ "key": "users.put", "timeout": "7s" }"#),
            "document",
            "another key than the document was asked for, `users.get`",
        ),
        (
            "too large",
            answer("200 OK", "", format!(r#"{{ "key": "users.get", "retry": "{}" }}"#, " ".repeat(70_000))),
            "too_large",
            "more than 65536 bytes",
        ),
    ]
}

/// A provider for which only a refresh fetches, so that each fetch is one of the test.
fn builder(server: &Server) -> recourse::providers::RemoteProviderBuilder {
    RemoteProvider::builder(format!("http://127.0.0.1:{}/policies/{{namespace}}/{{name}}", server.port()))
        .timeout(60 * SECOND)
        .interval(600 * SECOND)
        .backoff(600 * SECOND, 600 * SECOND)
}

/// One way to fail: alone, and between two good documents.
async fn fails((name, steps, kind, says): Way) {
    // Without anything before. Time runs out only for what would take for ever.
    let limit = if kind.contains("timeout") { Duration::from_millis(400) } else { 60 * SECOND };
    let bad = steps.clone();
    let server = Server::start(move |_| bad.clone()).await;
    let remote = builder(&server).timeout(limit).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).build();
    assert_eq!(timeout_of(&executor, "users.get").await, DECLARED, "{name}");
    let error = remote.refresh().await.expect_err(name);
    assert!(
        kind.split(" or ").any(|kind| error.kind().code() == kind) && error.to_string().contains(says),
        "{name}: {:?} {error}",
        error.kind()
    );
    let url = format!("http://127.0.0.1:{}/policies/users/get", server.port());
    assert!(error.to_string().starts_with(&url), "{name}: {error}");
    assert_eq!(timeout_of(&executor, "users.get").await, DECLARED, "{name}");
    drop((executor, remote));

    // With a good one before, and one after.
    server.answers(|_| good(1, 2));
    let remote = builder(&server).timeout(limit).start().unwrap();
    let (observer, mut news) = news();
    let executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    timeout_of(&executor, "users.get").await;
    retry(&remote).await;
    news.that("changed").await;
    server.answers(move |_| steps.clone());
    let error = remote.refresh().await.expect_err(name);
    assert!(kind.split(" or ").any(|kind| error.kind().code() == kind), "{name}: {:?} {error}", error.kind());
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND, "{name}: the last good one stays");
    assert_eq!((remote.status().held, remote.status().stale), (1, 1), "{name}");
    server.answers(|_| good(3, 3));
    retry(&remote).await;
    // It may wait for its second.
    news.that("changed").await;
    assert_eq!(timeout_of(&executor, "users.get").await, 3 * SECOND, "{name}");
}

/// Refreshes until the server is heard: on a busy machine, 400 ms may be too short for a good answer.
async fn retry(remote: &RemoteProvider) {
    while remote.refresh().await.is_err() {}
}

/// remote-26.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_server_does_calls_go_on_under_the_last_good_policy() {
    let ways: Vec<Way> = connections().into_iter().chain(statuses()).collect();
    let count = ways.len();
    let mut running: JoinSet<_> = ways.into_iter().map(fails).collect();
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
    println!("{count} ways of a server to fail: each a typed error, and the last good policy stayed");
}

/// remote-26: nobody listens, and no such host.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_is_an_error_that_says_so() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let remote = RemoteProvider::builder(format!("http://127.0.0.1:{port}/{{namespace}}?token=canary"))
        .prefetch(["users"])
        .start()
        .unwrap();
    let error = remote.refresh().await.unwrap_err();
    assert_eq!(error.kind().code(), "connect");
    let says = error.to_string();
    assert!(says.starts_with(&format!("http://127.0.0.1:{port}/users: no connection: ")), "{says}");
    assert!(says.contains("refused") && !says.contains("canary"), "{says}");
}

/// remote-24: what a proper server is asked, and how.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proper_server_is_asked_properly() {
    let server = Server::start(|head| {
        if head.contains("if-none-match: \"v1\"") {
            return raw("HTTP/1.1 304 Not Modified\r\netag: \"v1\"\r\npreference-applied: wait=0\r\n\r\n");
        }
        answer("200 OK", "etag: \"v1\"\r\ncontent-type: application/toml; charset=utf-8\r\ncache-control: public, max-age=300\r\nage: 100\r\n", "version = 1\n[users.get]\ntimeout = '2s'\n")
    })
    .await;
    let remote = RemoteProvider::builder(format!("http://localhost:{}/p/{{namespace}}?x=1", server.port()))
        .header("x-api-key", "canary")
        .prefetch(["users"])
        .interval(60 * SECOND)
        .first_fetch_within(600 * SECOND)
        .start()
        .unwrap();
    remote.refresh().await.unwrap();
    let next = remote.status().documents[0].next_fetch_in.unwrap();
    assert!(next > 190 * SECOND, "300 s, of which it has spent 100 in a cache: {next:?}");
    remote.refresh().await.unwrap();
    let heads = server.heads();
    assert!(heads[0].starts_with("GET /p/users?x=1 HTTP/1.1\r\n"), "{}", heads[0]);
    for line in [
        "x-api-key: canary",
        "prefer: wait=0",
        "accept: application/json, application/toml;q=0.9",
        "accept-encoding: identity",
        "user-agent: recourse/",
    ] {
        assert!(heads[0].contains(line), "{line}: {}", heads[0]);
    }
    assert!(!heads[0].contains("if-none-match") && heads[1].contains("if-none-match: \"v1\""), "{}", heads[1]);
    assert_eq!(remote.status().installs, 1);
}

/// remote-27.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f60_a_redirect_is_not_followed_and_carries_no_secret_elsewhere() {
    let elsewhere = Server::start(|_| good(9, 1)).await;
    let port = elsewhere.port();
    let (host, scheme) = (format!("http://127.0.0.2:{port}/x"), format!("https://127.0.0.1:{port}/x"));
    let other_port = format!("http://127.0.0.1:{port}/x");
    for (status, to) in [(301, &host), (302, &other_port), (303, &scheme), (307, &other_port), (308, &other_port)] {
        let location = to.clone();
        let server =
            Server::start(move |_| answer(&format!("{status} Elsewhere"), &format!("location: {location}\r\n"), ""))
                .await;
        let remote = builder(&server).bearer_token("canary").prefetch(["users.get"]).start().unwrap();
        let error = remote.refresh().await.unwrap_err();
        assert_eq!(error.kind().code(), "redirect", "{error}");
        assert_eq!(server.heads().len(), 1);
        assert!(server.heads()[0].contains("authorization: Bearer canary"));
    }
    assert_eq!(elsewhere.heads(), Vec::<String>::new());
}

/// remote-26: a slow body holds up neither calls nor other documents.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f59_a_slow_document_holds_up_neither_calls_nor_other_documents() {
    let server = Server::start(|head| {
        if head.contains("/slow/") {
            return vec![
                Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n".to_vec()),
                Step::Drip(vec![b' '; 50]),
            ];
        }
        good(1, 2)
    })
    .await;
    let remote = builder(&server).timeout(3_600 * SECOND).first_fetch_within(Duration::ZERO).start().unwrap();
    let (observer, mut news) = news();
    let executor = Executor::builder().provider(remote).observer(observer).build();
    for key in ["slow.a", "slow.b", "users.get"] {
        timeout_of(&executor, key).await;
    }
    // Two drip, and the third arrives.
    news.that("changed users.get").await;
    for key in ["slow.a", "slow.b"] {
        assert_eq!(timeout_of(&executor, key).await, DECLARED);
    }
    assert_eq!(timeout_of(&executor, "users.get").await, 2 * SECOND);
}
