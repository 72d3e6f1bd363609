//! Who is answered, who may write, and that no text becomes markup.

use crate::support::{Plane, USERS};
use reqwest::Method;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn every_answer_forbids_scripts() {
    let plane = Plane::start().await;
    for path in [
        "/",
        "/policy?of=users.get",
        "/document?name=users.toml",
        "/edit?name=users.toml",
        "/policies",
        "/style.css",
        "/no",
    ] {
        let answer = plane.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("script-src"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!answer.text.contains("<script"), "{path}");
    }
}

#[tokio::test]
async fn a_name_that_is_rebound_to_this_address_is_not_answered() {
    let plane = Plane::with(&[("users.toml", USERS)], |settings| settings.host("policies.example.com")).await;
    for (host, status) in [
        ("evil.example.com", 403),
        ("localhost.evil.example.com", 403),
        ("10.1.2.3", 403),
        ("localhost:1234", 200),
        ("[::1]", 200),
        ("policies.example.com", 200),
    ] {
        assert_eq!(plane.get_with("/policies", &[("host", host)]).await.status, status, "{host}");
    }
}

#[tokio::test]
async fn a_page_of_somebody_else_cannot_write() {
    let plane = Plane::start().await;
    let tag = plane.get("/documents/users.toml").await.header("etag").trim_matches('"').to_owned();
    let fields = format!("name=users.toml&tag={tag}&text=%5Busers.get%5D%0Atimeout%3D%221s%22%0A");
    let ours = plane.url("");
    let evil = "http://evil.example.com";
    for (headers, why) in [
        (vec![FORM], "names no origin"),
        (vec![FORM, ("origin", evil)], "somebody else"),
        (vec![FORM, ("origin", "null")], "somebody else"),
        (vec![FORM, ("origin", "http://localhost:1")], "somebody else"),
        (vec![FORM, ("origin", &ours), ("sec-fetch-site", "cross-site")], "somebody else"),
    ] {
        for path in ["/save", "/review", "/edit"] {
            let answer = plane.send(Method::POST, path, &headers, &fields).await;
            assert!(answer.status == 403 && answer.text.contains(why), "{path} {headers:?}: {}", answer.text);
        }
    }
    let put = [("if-match", &*format!("\"{tag}\"")), ("origin", evil)];
    assert_eq!(plane.send(Method::PUT, "/documents/users.toml", &put, "version = 9").await.status, 403);
    assert_eq!(plane.text("users.toml"), USERS);
    // No address changes anything by being looked at.
    for path in ["/save", "/review"] {
        assert_eq!(plane.get(&format!("{path}?{fields}")).await.status, 405);
    }
    let saved = plane.send(Method::POST, "/save", &[FORM, ("origin", &ours)], &fields).await;
    assert_eq!((saved.status, saved.header("location")), (303, "/document?name=users.toml&saved=8"));
}

#[tokio::test]
async fn a_server_that_only_reads_writes_nothing() {
    let plane = Plane::with(&[("users.toml", USERS)], |settings| settings.writes(false)).await;
    let answer = plane.put("users.toml", "version = 9").await;
    assert!(answer.status == 403 && answer.error().contains("only reads"), "{answer:?}");
    let headers = [FORM, ("origin", &*plane.url(""))];
    assert_eq!(plane.send(Method::POST, "/save", &headers, "name=users.toml&tag=x&text=y").await.status, 403);
    let page = plane.get("/document?name=users.toml").await.text;
    assert!(page.contains("read only") && !page.contains("/edit"), "{page}");
    assert_eq!(plane.get("/edit?name=users.toml").await.status, 403);
    assert_eq!(plane.text("users.toml"), USERS);
}

#[tokio::test]
async fn no_text_becomes_markup() {
    let hostile = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;";
    let text = format!("# {hostile}\n[users.get]\ntimeout = \"1s\"\n");
    let name = "<b>\"&.toml";
    let plane =
        Plane::with(&[("users.toml", &text), (name, "[\"a b<i>\"]\ntimeout = \"1s\"\n")], |settings| settings).await;
    let encoded = "%3Cb%3E%22%26.toml";
    let pages =
        ["/", "/document?name=users.toml", "/edit?name=users.toml", "/?find=%3Cscript%3Ex", "/policy?of=%3Cscript%3Ex"];
    let more = [
        format!("/document?name={encoded}"),
        format!("/edit?name={encoded}x"),
        "/document?name=%3Cscript%3Ex".to_owned(),
    ];
    for path in pages.into_iter().map(ToOwned::to_owned).chain(more) {
        let page = plane.get(&path).await.text;
        for markup in ["<script", "<img", "<b>", "<i>", "</textarea><"] {
            let is_ours = markup == "</textarea><" && page.matches(markup).count() == 1 && path.starts_with("/edit");
            assert!(!page.contains(markup) || is_ours, "{path}: {markup}\n{page}");
        }
    }
    assert!(plane.get("/edit?name=users.toml").await.text.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)"));
}
