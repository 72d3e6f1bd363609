//! URLs, and what a key can do to them.

use recourse::Key;
use recourse::providers::{PolicyProvider, RemoteProvider};
use recourse_tests_remote::{Answer, DECLARED, Plane};

/// remote-17.
#[tokio::test(start_paused = true)]
async fn a_url_that_cannot_be_used_is_refused_in_words_that_say_what_to_write() {
    for (url, says) in [
        ("", "begins neither with https:// nor with http://; write such as `https://host/policies/{namespace}`"),
        ("ftp://host/{key}", "begins neither with https://"),
        ("HTTPS://host/{key}", "begins neither with https://"),
        ("https://", "is no URL"),
        (
            "https://{namespace}.host/x",
            "places stand in the path of the URL only, so that no key can choose a host or a query",
        ),
        ("https://host:{name}/{namespace}", "places stand in the path"),
        ("https://host/x?key={key}", "places stand in the path"),
        ("https://host\\{key}", "is not written as it is sent"),
        ("https://host/{namespce}", "has a place that is none of {namespace}, {name}, {key}"),
        ("https://host/{namespace", "has a place that is none of"),
        ("https://host/{}", "has a place that is none of"),
        (
            "https://host/{name}",
            "so keys of two namespaces would be one document; write `{namespace}/{name}`, or `{key}`",
        ),
        (
            "https://ann:canary@host/{key}",
            "has a user and a password; give them to `header` of `RemoteProviderBuilder`",
        ),
        ("https://host/{key}#canary", "has a fragment, which no server sees"),
        ("https://host/../{key}", "is not written as it is sent"),
        ("https://host/a b/{key}", "is not written as it is sent"),
        ("https://HOST/%zz/{key}\u{e9}", "is not written as it is sent"),
    ] {
        let error = RemoteProvider::builder(url).start().expect_err(url);
        assert_eq!(error.kind().code(), "option", "{url}");
        assert!(error.to_string().contains(says) && !error.to_string().contains("canary"), "{url}: {error}");
    }
}

/// remote-17.
#[tokio::test(start_paused = true)]
async fn a_key_is_written_into_the_path_and_nothing_else_changes() {
    for (url, key, expected) in [
        ("https://host/p/{namespace}", "users.get", "https://host/p/users"),
        ("https://host/p/{namespace}/{name}", "users.get", "https://host/p/users/get"),
        ("https://host/p/{namespace}/{name}.json?v=1", "db.eu-1.get_all", "https://host/p/db/eu-1.get_all.json?v=1"),
        ("https://host:8443/{key}/policy", "a.b.c", "https://host:8443/a.b.c/policy"),
        ("https://[::1]:9/{key}", "A-_9", "https://[::1]:9/A-_9"),
        ("https://host/all.toml", "users.get", "https://host/all.toml"),
    ] {
        let (sender, seen) = std::sync::mpsc::channel();
        let plane = Plane::new(move |asked| {
            let _ = sender.send(asked.url.clone());
            Answer::Status(404, None)
        });
        let remote = RemoteProvider::builder(url).transport(plane).start().unwrap();
        remote.provide(&key.parse().unwrap(), None);
        remote.refresh().await.unwrap();
        assert_eq!(seen.recv().unwrap(), expected);
    }
}

/// remote-17: whatever is no key never gets so far, so any key there is leaves host, port and the rest of the path as they are.
#[tokio::test(start_paused = true)]
async fn no_text_that_is_a_key_leaves_the_path() {
    let hostile = [
        "",
        ".",
        "..",
        "a.",
        ".a",
        "a..b",
        "a/b",
        "../x",
        "%2e%2e",
        "a\\b",
        "//host/x",
        "https://h/x",
        "a\r\nb",
        "a\0",
        "{key}",
        "a?b",
        "a#b",
        "a@b",
        "a:1",
        "\u{ff0e}\u{ff0e}",
    ];
    for text in hostile {
        assert!(text.parse::<Key>().is_err(), "{text:?}");
        assert!(RemoteProvider::builder("https://host/{key}").prefetch([text]).start().is_err(), "{text:?}");
    }
    let parts = ["a", "-", "_", "--", "0", "Z", "com1", "x-", "_x2e_x2e_x2f", "localhost", "-.-", "a.b.c", "CON.prn"];
    let (sender, seen) = std::sync::mpsc::channel();
    let plane = Plane::new(move |asked| {
        let _ = sender.send(asked.url.clone());
        Answer::Status(404, None)
    });
    let mut keys: Vec<String> = parts.iter().flat_map(|one| parts.map(|other| format!("{one}.{other}"))).collect();
    keys.sort_unstable();
    keys.dedup();
    let long = vec![format!("a.{}", "b".repeat(198))];
    let remote = RemoteProvider::builder("https://host/p/{namespace}/x/{name}.json")
        .transport(plane)
        .prefetch(keys.iter().chain(&long))
        .start()
        .unwrap();
    remote.refresh().await.unwrap();
    let mut urls: Vec<String> = seen.try_iter().collect();
    let all = urls.len();
    for url in &urls {
        let path = url.strip_prefix("https://host/p/").expect("host and path stay");
        assert!(path.split('/').count() == 3 && path.rsplit_once('.').is_some_and(|(_, end)| end == "json"), "{url}");
    }
    urls.sort_unstable();
    urls.dedup();
    assert_eq!((urls.len(), all), (keys.len() + 1, keys.len() + 1), "each key has a URL of its own");
}

/// remote-17: a key that has no name cannot be asked for by one.
#[tokio::test(start_paused = true)]
async fn a_key_that_is_no_more_than_a_namespace_is_reported() {
    use recourse::Executor;
    use recourse_tests_remote::{news, timeout_of};
    let (plane, (observer, mut news)) = (Plane::new(|_| Answer::Status(404, None)), news());
    let remote = RemoteProvider::builder("https://host/{namespace}/{name}").transport(plane.clone()).start().unwrap();
    let executor = Executor::builder().provider(remote.clone()).observer(observer).build();
    assert_eq!(timeout_of(&executor, "users").await, DECLARED);
    assert_eq!(
        news.that("refused").await,
        "refused no document can be about the key `users`: the URL has a place for a name, and the key is no more than a namespace; write `{key}` in \
         place of `{namespace}/{name}`, or give the function another key"
    );
    remote.refresh().await.unwrap();
    assert!(plane.asked().is_empty());
}

/// remote-18: secrets are sent to this machine, or by TLS.
#[tokio::test(start_paused = true)]
async fn plain_http_carries_no_secret_to_another_machine() {
    for (url, ok) in [
        ("http://control.example/{key}", false),
        ("http://10.0.0.7/{key}", false),
        ("http://localhost.evil.example/{key}", false),
        ("http://127.0.0.1.evil.example/{key}", false),
        ("http://localhost:8080/{key}", true),
        ("http://127.0.0.1:8080/{key}", true),
        ("http://[::1]:8080/{key}", true),
        ("https://control.example/{key}", true),
    ] {
        assert!(RemoteProvider::builder(url).start().is_ok(), "{url}: without a secret");
        let started = RemoteProvider::builder(url).bearer_token("canary").start();
        assert_eq!(started.is_ok(), ok, "{url}");
        if let Err(error) = started {
            let says = format!(
                "{url}: a header or a certificate would be sent in the open; write https://, or send it to this machine only"
            );
            assert_eq!(error.to_string(), says);
        }
    }
}

/// remote-18: what is wrong with a secret is said without showing it.
#[tokio::test(start_paused = true)]
async fn options_that_cannot_be_used_are_refused_without_showing_a_secret() {
    let builder = || RemoteProvider::builder("https://control.example/{key}");
    for (started, says) in [
        (
            builder().bearer_token("canary\r\nx-evil: 1").start(),
            "the value of the header `authorization` has characters that a header cannot have",
        ),
        (builder().header("x canary2", "v").start(), "\"x canary2\" is no name of a header; write such as `x-api-key`"),
        (
            builder().client_certificate("-----BEGIN PRIVATE KEY-----\ncanary").start(),
            "client_certificate: there is no private key with a certificate in PEM",
        ),
        (builder().root_certificates("canary").start(), "root_certificates: there is no certificate in PEM"),
        (builder().prefetch(["not a key"]).start(), "prefetch: \"not a key\" is not a key such as `users.get`"),
    ] {
        let error = started.unwrap_err().to_string();
        assert!(error.contains(says) && !error.contains("canary\n") && !error.contains("canary\r"), "{error}");
    }
    let namespaces = RemoteProvider::builder("https://control.example/{namespace}").prefetch(["users.get"]).start();
    assert_eq!(namespaces.unwrap_err().to_string(), "prefetch: \"users.get\" is not a namespace such as `users`");
}

/// remote-32.
#[tokio::test]
async fn addresses_of_the_machine_and_the_link_are_refused_if_the_operator_says_so() {
    for host in
        ["127.0.0.1:1", "[::1]:1", "169.254.169.254", "[fe80::1]", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "0.0.0.0"]
    {
        let builder = || RemoteProvider::builder(format!("http://{host}/{{namespace}}"));
        builder().start().unwrap_or_else(|error| panic!("allowed by default: {error}"));
        let error = builder().refuse_local_addresses(true).start().unwrap_err().to_string();
        assert!(error.contains("`refuse_local_addresses` forbids"), "{host}: {error}");
    }
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let url = format!("http://localhost:{}/{{namespace}}", server.local_addr().unwrap().port());
    let remote = RemoteProvider::builder(url).refuse_local_addresses(true).prefetch(["users"]).start().unwrap();
    let error = remote.refresh().await.unwrap_err();
    assert!(
        error.kind().code() == "connect" && error.to_string().contains("`refuse_local_addresses` forbids"),
        "{error}"
    );
    assert_eq!(server.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody has come");
    let both = RemoteProvider::builder("https://control.example/{namespace}")
        .refuse_local_addresses(true)
        .proxy_from_environment();
    assert!(both.start().unwrap_err().to_string().contains("a proxy resolves names itself"));
}
