//! Texts from outside: in paths, in bodies, and in the arguments that complete a key.

use recourse::{Executor, resilient};
use recourse_tests_admin::{JSON, Server, TOKEN};

/// Everything that is sent is plain ASCII without markup.
fn is_harmless(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains(['<', '>', '&', '\''])
}

/// admin-5.
#[tokio::test]
async fn what_a_path_says_is_escaped() {
    let server = Server::reads().await;
    for path in [
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "%22%2C%22x%22%3A%22",
        "%1B%5B2J",
        "%E2%80%AEtxt",
        "%00",
        "a%2F..%2Fb",
        "%7Bx%7D%7By%7D",
    ] {
        for list in ["breakers", "policies"] {
            let answer = server.get(&format!("/{list}/{path}")).await;
            assert_eq!(answer.status, 400, "{path}: {}", answer.text);
            assert!(is_harmless(&answer.text) && answer.error().starts_with("key: "), "{}", answer.text);
            assert!(
                answer.head.contains("content-type: application/json") && answer.head.contains("nosniff"),
                "{}",
                answer.head
            );
        }
    }
    let not_utf8 = server.get("/breakers/%FF%FE").await;
    assert_eq!(not_utf8.status, 400);
    assert!(is_harmless(&not_utf8.text) && !not_utf8.error().is_empty());
    assert_eq!(server.get(&format!("/breakers/{}", "x".repeat(5_000))).await.status, 400);
}

/// admin-5.
#[tokio::test]
async fn what_a_body_says_is_escaped() {
    let server = Server::with_writes().await;
    for keys in ["<script>alert(1)</script>", "\\u001b[2J", "\\u202etxt", "\\\"}, {", "é", "\\u0000"] {
        let answer = server.post("/force_open", &format!("{{\"keys\": \"{keys}\"}}")).await;
        assert_eq!(answer.status, 400, "{keys}: {}", answer.text);
        assert!(is_harmless(&answer.text) && answer.error().starts_with("key: "), "{}", answer.text);
    }
    let field =
        server.send("POST /resilience/reset", &[JSON, TOKEN], "{\"keys\": \"a\", \"<b>\u{202e}\\u0007\": 1}").await;
    assert_eq!(field.status, 400);
    assert!(
        is_harmless(&field.text) && field.error().contains("there is no field \"<b>\\u{202e}\\u{7}\""),
        "{}",
        field.text
    );
}

#[resilient(key = "tenants.{name}", executor = executor, circuit = "3 failures")]
async fn read(executor: &Executor, name: &str) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    Ok(executor.keys() + name.len())
}

/// admin-5: the arguments of calls come back as they were, and only as data.
#[tokio::test]
async fn what_calls_were_made_with_is_told_unescaped_and_harmless() {
    let server = Server::reads().await;
    for name in ["</script>", "eu.1", "\u{1b}[2J\u{202e}", "", "é"] {
        read(&server.executor, name).await.expect("a success");
        let answer = server.get("/breakers/tenants.%7Bname%7D").await;
        assert!(is_harmless(&answer.text), "{}", answer.text);
        let rows = answer.json()["breakers"].as_array().expect("a list").clone();
        let row = rows.iter().find(|row| row["values"]["name"] == name).unwrap_or_else(|| panic!("{name:?}: {rows:?}"));
        assert_eq!(row["template"], "tenants.{name}");
        assert!(row["key"].as_str().is_some_and(|key| key.starts_with("tenants.")));
    }
    assert_eq!(server.get("/policies/tenants.*").await.json()["policies"].as_array().expect("a list").len(), 5);
}
