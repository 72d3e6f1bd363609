//! Requests that are refused: each with its status and its reason, and without an effect.

use axum::http::request::Parts;
use recourse::Executor;
use recourse::admin::Admin;
use recourse_tests_admin::{Answer, JSON, Server, TOKEN};

const OPEN: &str = "POST /resilience/force_open";
const BODY: &str = r#"{"keys": "users.get"}"#;

/// Nothing was held, and the reason is there.
fn refused(server: &Server, answer: &Answer, status: u16, why: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let error = answer.error();
    assert!(error.contains(why), "{error}");
    assert!(server.executor.breakers().held().is_empty(), "{:?}", server.executor.breakers().held());
    assert!(server.executor.bypassed().is_empty());
    assert!(
        answer.head.contains("content-type: application/json") && answer.head.contains("nosniff"),
        "{}",
        answer.head
    );
}

/// admin-1.
#[tokio::test]
async fn a_foreign_host_is_refused_for_reads_and_writes() {
    let server = Server::with_writes().await;
    let foreign = [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:80",
        "10.0.0.1",
        "localhost@evil.example",
        "",
    ];
    for host in foreign {
        for path in ["/resilience", "/resilience/breakers", "/resilience/no-such-path"] {
            let answer =
                server.send_raw(&format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")).await;
            refused(&server, &answer, 403, "this host is not allowed");
        }
        let request = format!(
            "{OPEN} HTTP/1.1\r\nhost: {host}\r\n{JSON}\r\n{TOKEN}\r\ncontent-length: 21\r\nconnection: close\r\n\r\n{BODY}"
        );
        refused(&server, &server.send_raw(&request).await, 403, "this host is not allowed");
    }
}

/// admin-1: of two hosts both have to be right, wherever they stand.
#[tokio::test]
async fn a_second_host_and_a_host_in_the_uri_are_looked_at() {
    let server = Server::reads().await;
    let twice = "GET /resilience/held HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    let answer = server.send_raw(twice).await;
    assert!(matches!(answer.status, 400 | 403), "{answer:?}");
    let in_uri = "GET http://evil.example/resilience/held HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    refused(&server, &server.send_raw(in_uri).await, 403, "this host is not allowed");
    let none = server.send_raw("GET /resilience/held HTTP/1.0\r\n\r\n").await;
    refused(&server, &none, 400, "the request names no host");
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:9000"] {
        let request = format!("GET /resilience/held HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(server.send_raw(&request).await.status, 200, "{host}");
    }
}

/// admin-1: hosts that the program lists take the place of the machine's own names.
#[tokio::test]
async fn hosts_can_be_listed() {
    let executor = Executor::new();
    let admin = Admin::new(&executor).hosts(["ops.example.com"]).expect("a host").router();
    let server = Server::of(executor, admin).await;
    let get = |host: &str| format!("GET /resilience/held HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    assert_eq!(server.send_raw(&get("Ops.Example.com:8080")).await.status, 200);
    refused(&server, &server.send_raw(&get("localhost")).await, 403, "this host is not allowed");
}

/// admin-2.
#[tokio::test]
async fn without_a_check_nobody_writes() {
    let server = Server::reads().await;
    for path in ["force_open", "force_closed", "reset", "bypass"] {
        let answer =
            server.send(&format!("POST /resilience/{path}"), &[JSON, TOKEN], r#"{"keys": "*", "on": true}"#).await;
        refused(&server, &answer, 403, "writes are off: the program allows them by `Admin::writes`");
    }
}

/// admin-2: the check that refuses says why.
#[tokio::test]
async fn a_request_that_does_not_pass_the_check_is_told_why() {
    let server = Server::with_writes().await;
    for headers in [&[JSON][..], &[JSON, "authorization: Bearer of-somebody"]] {
        let answer = server.send(OPEN, headers, BODY).await;
        refused(&server, &answer, 403, "the request may not write: this is for the team on call");
    }
    let answer = server.send("POST /resilience/bypass", &[JSON], r#"{"keys": "*", "on": true}"#).await;
    refused(&server, &answer, 403, "this is for the team on call");
}

/// admin-2: a sync check, which sees path, method and headers.
#[tokio::test]
async fn a_check_sees_the_request() {
    let check = |request: Parts| {
        let path = request.uri.path().to_owned();
        std::future::ready(if path == "/reset" {
            Ok(())
        } else {
            Err(format!("{} of {path} is not for you", request.method))
        })
    };
    let executor = Executor::new();
    let server = Server::of(executor.clone(), Admin::new(&executor).writes(check).router()).await;
    refused(&server, &server.post("/force_open", BODY).await, 403, "may not write: POST of /force_open is not for you");
    assert_eq!(server.post("/reset", BODY).await.status, 404, "it may, and there is nothing to reset");
}

/// admin-3.
#[tokio::test]
async fn a_write_by_another_method_is_refused() {
    let server = Server::with_writes().await;
    for path in ["force_open", "force_closed", "reset"] {
        for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let answer =
                server.send(&format!("{method} /resilience/{path}?keys=users.get"), &[JSON, TOKEN], BODY).await;
            refused(&server, &answer, 405, "this path writes: send POST");
            assert!(answer.head.contains("allow: post"), "{}", answer.head);
            assert!(!answer.head.contains("access-control"), "{}", answer.head);
        }
    }
    // This path is read by GET, which changes nothing.
    assert_eq!(server.send("GET /resilience/bypass?keys=*&on=true", &[JSON, TOKEN], "").await.status, 200);
    refused(
        &server,
        &server.send("PUT /resilience/bypass", &[JSON, TOKEN], BODY).await,
        405,
        "send GET to read, or POST",
    );
    refused(&server, &server.send("POST /resilience/breakers", &[JSON, TOKEN], BODY).await, 405, "only read: send GET");
}

/// admin-3: what a form can send, and what is no single content type.
#[tokio::test]
async fn a_form_is_refused() {
    let server = Server::with_writes().await;
    let types = [
        "content-type: application/x-www-form-urlencoded",
        "content-type: text/plain",
        "content-type: multipart/form-data; boundary=x",
        "content-type: text/plain; application/json",
        "content-type: application/jsonp",
        "content-type:",
        "x-none: 1",
        "content-type: application/json\r\ncontent-type: text/plain",
    ];
    for kind in types {
        let answer = server.send(OPEN, &[kind, TOKEN], BODY).await;
        refused(&server, &answer, 415, "send `content-type: application/json`");
    }
    let answer = server.send(OPEN, &["content-type: Application/JSON; charset=utf-8", TOKEN], BODY).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// admin-3: also if another layer of the program answers the preflight of a browser.
#[tokio::test]
async fn a_write_of_a_foreign_page_is_refused() {
    let server = Server::with_writes().await;
    for origin in ["origin: https://evil.example", "origin: null", "origin: http://localhost.evil.example", "origin: x"]
    {
        let answer = server.send(OPEN, &[JSON, TOKEN, origin], BODY).await;
        refused(&server, &answer, 403, "a page of another host");
    }
    assert_eq!(server.send(OPEN, &[JSON, TOKEN, "origin: http://localhost:3000"], BODY).await.status, 200);
}

/// admin-4.
#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let server = Server::with_writes().await;
    let body = format!("{{\"keys\": \"{}\"}}", "x".repeat(5_000));
    refused(&server, &server.post("/force_open", &body).await, 413, "more than 4096 bytes");
    // One without a length, piece by piece.
    let chunk = format!("{:x}\r\n{}\r\n", 3_000, " ".repeat(3_000));
    let head = format!(
        "{OPEN} HTTP/1.1\r\nhost: localhost\r\n{JSON}\r\n{TOKEN}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    refused(&server, &server.send_raw(&format!("{head}{chunk}{chunk}0\r\n\r\n")).await, 413, "more than 4096 bytes");
    // A stranger's is not even read.
    let stranger = server.send(OPEN, &[JSON], &body).await;
    refused(&server, &stranger, 403, "this is for the team on call");
}

/// admin-4: and every body that is not what was asked for.
#[tokio::test]
async fn a_body_that_cannot_be_read_is_told() {
    let server = Server::with_writes().await;
    for (path, body, why) in [
        ("/force_open", "", "the body is not JSON"),
        ("/force_open", "keys=users.get", "the body is not JSON"),
        ("/force_open", "[]", "the body is no JSON object; send such as {\"keys\": \"users.get\"}"),
        ("/force_open", "{}", "`keys` is missing; send such as"),
        ("/force_open", r#"{"keys": 7}"#, "`keys` is no text"),
        ("/force_open", r#"{"keys": "users.get", "on": true}"#, "there is no field \"on\""),
        ("/force_open", r#"{"key": "users.get"}"#, "`keys` is missing"),
        ("/force_open", r#"{"keys": "users/get"}"#, "did you mean `users.get`?"),
        ("/reset", r#"{"keys": "users*"}"#, "write `users.*` for all keys below `users`"),
        ("/bypass", r#"{"keys": "users.*"}"#, "`on` is missing; send such as {\"keys\": \"users.get\", \"on\": true}"),
        ("/bypass", r#"{"keys": "users.*", "on": "yes"}"#, "`on` is neither true nor false"),
        ("/force_open", &format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000)), "the body is not JSON"),
    ] {
        refused(&server, &server.post(path, body).await, 400, why);
    }
}

#[tokio::test]
async fn a_path_that_is_none_is_told_with_the_nearest() {
    let server = Server::reads().await;
    refused(&server, &server.get("/braekers").await, 404, "did you mean `/breakers`?");
    refused(&server, &server.get("/xyz").await, 404, "the paths are /, /breakers, /policies");
}
