//! The same documents as files behind a real nginx, with the very configuration that docs/serving-policies.md shows.

use crate::support::{Follower, Started, client, find, free_port, send, until};
use reqwest::Method;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const CONFIG: &str = include_str!("../../nginx/policies.conf");

/// A namespace in one document.
const USERS: &str =
    r#"{ "version": 3, "users.*": { "retry": "3 attempts, no delay" }, "users.get": { "timeout": "2s" } }"#;
/// One key. It names itself, so that no mix-up of files can give it to another one.
const ORDER: &str = r#"{ "version": 1, "key": "orders.create", "retry": "2 attempts, no delay" }"#;

/// A server that runs until this is dropped.
struct Nginx {
    _process: Started,
    folder: TempDir,
    port: u16,
}

impl Nginx {
    /// Starts nginx on a folder with both documents; `None` if there is no nginx on this machine.
    async fn start() -> Option<Self> {
        let program = find(&["nginx"], "nginx")?;
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("srv/policies/orders")).expect("a folder");
        let port = free_port();
        let listen = format!("listen 127.0.0.1:{port};");
        let server =
            CONFIG.replace("listen 8080;", &listen).replace("root /srv;", &format!("root {}/srv;", root.display()));
        assert!(server.contains(&listen) && !server.contains("/srv;\n    root"), "{server}");
        // Around it is what the package installs, with paths that this user may write to.
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let paths: Vec<_> = paths.iter().map(|name| format!("{name}_temp_path {}/{name};", root.display())).collect();
        let paths = paths.concat();
        let main = format!(
            "daemon off; master_process off; pid {0}/pid; error_log stderr crit; events {{}} http {{ access_log off; {paths} {server} }}",
            root.display()
        );
        fs::write(root.join("nginx.conf"), main).expect("a file");
        // The tag is the second of the last change, and the length: what these tests edit was written long before.
        let before = SystemTime::now() - Duration::from_secs(3_600);
        for (name, text) in [("users.json", USERS), ("orders/create.json", ORDER)] {
            put(root, name, text);
            let file = File::options().append(true).open(root.join("srv/policies").join(name));
            file.and_then(|file| file.set_modified(before)).expect("a time");
        }
        let mut command = Command::new(program);
        command.arg("-c").arg(root.join("nginx.conf")).arg("-p").arg(root).args(["-e", "stderr"]).stdin(Stdio::null());
        let nginx = Self { _process: Started::new(&mut command), folder, port };
        let url = nginx.url("users.json");
        until("nginx", async || client().get(&url).send().await.ok()).await;
        Some(nginx)
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/policies/{path}", self.port)
    }

    fn put(&self, name: &str, text: &str) {
        put(self.folder.path(), name, text);
    }
}

/// serving-1: what the guide shows is what is tested.
#[test]
fn the_guide_shows_this_configuration() {
    let guide = include_str!("../../../../docs/serving-policies.md");
    assert!(
        guide.contains(&format!("```nginx\n{CONFIG}```\n")),
        "docs/serving-policies.md shows another configuration"
    );
}

/// Writes a document as one should: a new file, and then its name.
fn put(root: &Path, name: &str, text: &str) {
    let path = root.join("srv/policies").join(name);
    let new = path.with_file_name(".new");
    fs::write(&new, text).expect("a file");
    fs::rename(new, path).expect("a name");
}

/// serving-1.
#[tokio::test]
async fn a_program_follows_the_files_of_a_namespace() {
    let Some(nginx) = Nginx::start().await else { return };
    let mut follower = Follower::start(nginx.url("{namespace}.json"), |builder| builder);
    follower.until_attempts("users.get", 3).await;
    nginx.put("users.json", &USERS.replace("3 attempts", "5 attempts").replace("\"version\": 3", "\"version\": 4"));
    follower.until_attempts("users.get", 5).await;
    // Nobody serves a namespace of orders.
    assert_eq!(follower.attempts("orders.create").await, 1);
}

/// serving-1.
#[tokio::test]
async fn a_program_follows_the_file_of_each_key() {
    let Some(nginx) = Nginx::start().await else { return };
    let mut follower = Follower::start(nginx.url("{namespace}/{name}.json"), |builder| builder);
    follower.until_attempts("orders.create", 2).await;
    nginx.put("orders/create.json", &ORDER.replace("2 attempts", "4 attempts").replace(": 1", ": 2"));
    follower.until_attempts("orders.create", 4).await;
}

/// serving-1.
#[tokio::test]
async fn nginx_tags_its_answers_and_hides_what_is_unfinished() {
    let Some(nginx) = Nginx::start().await else { return };
    let (http, url) = (client(), nginx.url("users.json"));
    let first = send(&http, Method::GET, &url, &[], "").await;
    assert_eq!((first.status, first.text.as_str()), (200, USERS));
    assert_eq!((first.header("content-type"), first.header("cache-control")), ("application/json", "no-cache"));
    let tag = first.header("etag");
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    let again = send(&http, Method::GET, &url, &[("if-none-match", tag)], "").await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let packed = send(&http, Method::GET, &url, &[("accept-encoding", "gzip")], "").await;
    assert_eq!((packed.text.as_str(), packed.header("etag")), (USERS, tag));
    nginx.put(".users.json.new", "half");
    for (method, path, status) in
        [(Method::GET, ".users.json.new", 404), (Method::GET, "nobody.json", 404), (Method::PUT, "users.json", 403)]
    {
        assert_eq!(send(&http, method, &nginx.url(path), &[], "").await.status, status, "{path}");
    }
}
