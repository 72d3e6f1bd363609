//! The table of `classifiers::redis`, on a redis.

use crate::support::http::{Refused, speaks};
use crate::support::process::wait_for;
use crate::support::redis::{Redis, words};
use crate::support::table::shows;
use recourse::Classify as _;
use redis::{Client, ErrorKind, RedisError, Value};
use std::time::Duration;

#[track_caller]
fn is(row: &str, code: &str, error: &RedisError) {
    assert_eq!(error.code(), Some(code), "{row}: {error:?}");
    shows("redis", row, error.classify());
}

/// classify-13.
#[tokio::test]
async fn connection_refused() {
    let port = Refused::new();
    let client = Client::open(format!("redis://127.0.0.1:{}/", port.port())).expect("a client");
    let error = client.get_multiplexed_async_connection().await.expect_err("nobody listens");
    assert!(error.is_connection_refusal(), "{error:?}");
    shows("redis", "connection refused", error.classify());
}

/// classify-13.
#[tokio::test]
async fn connection_lost() {
    let Some(redis) = Redis::start("").await else { return };
    let mut connection = redis.connect().await.expect("a connection");
    let command = words("BLPOP nothing 0");
    let hung_up = command.query_async::<Value>(&mut connection);
    let kill = async {
        wait_for("the command", async || {
            let blocked: String =
                words("CLIENT LIST TYPE normal").query_async(&mut redis.connect().await.ok()?).await.ok()?;
            blocked.contains("cmd=blpop").then_some(())
        })
        .await;
        redis.ask("CLIENT KILL TYPE normal SKIPME yes").await.expect("a command")
    };
    let error = tokio::join!(hung_up, kill).0.expect_err("it was killed");
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
    shows("redis", "connection lost", error.classify());
}

/// classify-13.
#[tokio::test]
async fn timed_out() {
    let Some(redis) = Redis::start("").await else { return };
    let mut connection = redis.connect().await.expect("a connection");
    connection.set_response_timeout(Duration::from_millis(1));
    let error = words("BLPOP nothing 0").query_async::<Value>(&mut connection).await.expect_err("nothing comes");
    assert!(error.is_timeout(), "{error:?}");
    shows("redis", "timed out", error.classify());
}

/// classify-13: two hundred keys, of which each takes 50 ms to load.
#[tokio::test]
async fn loading() {
    let Some(first) = Redis::start("--rdbcompression no").await else { return };
    let (mut connection, script) =
        (first.connect().await.expect("a connection"), "for i=1,200 do redis.call('SET',i,string.rep('x',2000)) end");
    redis::cmd("EVAL").arg(script).arg(0).query_async::<Value>(&mut connection).await.expect("keys");
    first.ask("SAVE").await.expect("a file");
    let slow = "--key-load-delay 50000 --loading-process-events-interval-bytes 1024";
    // The file is copied into the second server's folder, where it looks for it.
    let Some(second) = Redis::prepared(&format!("cp \"{}/dump.rdb\" .", first.folder().display()), slow) else {
        return;
    };
    let error = wait_for("a server that loads", async || {
        let error = second.ask("GET 1").await.err()?;
        (error.kind() != ErrorKind::Io).then_some(error)
    });
    is("LOADING", "LOADING", &error.await);
}

/// classify-13: a node without slots.
#[tokio::test]
async fn clusterdown() {
    let Some(node) = Redis::node().await else { return };
    is("CLUSTERDOWN", "CLUSTERDOWN", &node.error("GET a").await);
}

/// Two nodes, of which the first has all slots.
async fn cluster() -> Option<[Redis; 2]> {
    let nodes = [Redis::node().await?, Redis::node().await?];
    let [port, bus] = nodes[1].ports();
    nodes[0].ask(&format!("CLUSTER MEET 127.0.0.1 {port} {bus}")).await.expect("a meeting");
    nodes[0].ask("CLUSTER ADDSLOTSRANGE 0 16383").await.expect("slots");
    wait_for("a cluster", async || {
        let known: String = words("CLUSTER NODES").query_async(&mut nodes[0].connect().await.ok()?).await.ok()?;
        let well = nodes[0].ask("GET {a}").await.is_ok()
            && known.lines().filter(|line| line.contains(" connected")).count() == 2;
        (well && !known.contains("handshake")).then_some(())
    })
    .await;
    Some(nodes)
}

/// Begins to move the slot of `{a}` to the second node.
async fn migrate([from, to]: &[Redis; 2]) -> (String, String) {
    let text = async |node: &Redis, command: &str| -> String {
        words(command).query_async(&mut node.connect().await.expect("a connection")).await.expect("text")
    };
    let id = text(to, "CLUSTER MYID").await;
    let slot: u16 = words("CLUSTER KEYSLOT {a}")
        .query_async(&mut from.connect().await.expect("a connection"))
        .await
        .expect("a slot");
    from.ask(&format!("CLUSTER SETSLOT {slot} MIGRATING {id}")).await.expect("a slot on its way");
    (slot.to_string(), id)
}

/// classify-13: one key is here, and the other is not.
#[tokio::test]
async fn tryagain() {
    let Some(nodes) = cluster().await else { return };
    nodes[0].ask("SET {a}1 1").await.expect("a key");
    migrate(&nodes).await;
    is("TRYAGAIN", "TRYAGAIN", &nodes[0].error("MGET {a}1 {a}2").await);
}

/// classify-13.
#[tokio::test]
async fn moved() {
    let Some(nodes) = cluster().await else { return };
    let (slot, id) = migrate(&nodes).await;
    is("moved", "ASK", &nodes[0].error("GET {a}").await);
    nodes[0].ask(&format!("CLUSTER SETSLOT {slot} NODE {id}")).await.expect("a slot that was moved");
    is("moved", "MOVED", &nodes[0].error("GET {a}").await);
}

/// classify-13.
#[tokio::test]
async fn keys_of_two_slots() {
    let Some(nodes) = cluster().await else { return };
    is("keys of two slots", "CROSSSLOT", &nodes[0].error("MGET a b").await);
}

/// classify-13.
#[tokio::test]
async fn masterdown() {
    let port = Refused::new();
    let arguments = format!("--replicaof 127.0.0.1 {} --replica-serve-stale-data no", port.port());
    let Some(replica) = Redis::run(&arguments) else { return };
    let error =
        wait_for("a replica", async || replica.ask("GET a").await.err().filter(|error| error.kind() != ErrorKind::Io));
    is("MASTERDOWN", "MASTERDOWN", &error.await);
}

/// classify-13.
#[tokio::test]
async fn read_only() {
    let port = Refused::new();
    let Some(replica) = Redis::start(&format!("--replicaof 127.0.0.1 {}", port.port())).await else { return };
    is("read-only", "READONLY", &replica.error("SET a 1").await);
}

/// classify-13: a script without end, which is killed when the server is.
#[tokio::test]
async fn busy() {
    let Some(redis) = Redis::start("--busy-reply-threshold 1").await else { return };
    let mut connection = redis.connect().await.expect("a connection");
    let endless = tokio::spawn(async move {
        redis::cmd("EVAL").arg("while true do end").arg(0).query_async::<Value>(&mut connection).await
    });
    let error = wait_for("a server that is busy", async || redis.ask("GET a").await.err()).await;
    is("BUSY", "BUSY", &error);
    redis.ask("SCRIPT KILL").await.expect("a script to kill");
    endless.await.expect("no panic").expect_err("it was killed");
}

/// classify-13: the server says why before it hangs up, and the client does not tell.
#[tokio::test]
async fn too_many_clients() {
    let Some(redis) = Redis::start("").await else { return };
    let mut only = redis.connect().await.expect("a connection");
    words("CONFIG SET maxclients 1").query_async::<Value>(&mut only).await.expect("a setting");
    let error = redis.connect().await.expect_err("there is one already");
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
    shows("redis", "too many clients", error.classify());
}

/// classify-13.
#[tokio::test]
async fn wrong_type() {
    let Some(redis) = Redis::start("").await else { return };
    redis.ask("SET a text").await.expect("a key");
    is("wrong type", "WRONGTYPE", &redis.error("LPUSH a 1").await);
}

/// classify-13.
#[tokio::test]
async fn wrong_command() {
    let Some(redis) = Redis::start("").await else { return };
    is("wrong command", "ERR", &redis.error("GETT a").await);
}

/// classify-13.
#[tokio::test]
async fn no_such_script() {
    let Some(redis) = Redis::start("").await else { return };
    is("no such script", "NOSCRIPT", &redis.error("EVALSHA 0000000000000000000000000000000000000000 0").await);
}

/// classify-13.
#[tokio::test]
async fn not_allowed() {
    let Some(redis) = Redis::start("").await else { return };
    let mut connection = redis.connect().await.expect("a connection");
    redis.ask("ACL SETUSER reader on nopass ~* -@all +get").await.expect("a user");
    words("AUTH reader any").query_async::<Value>(&mut connection).await.expect("a user");
    let error = words("SET a 1").query_async::<Value>(&mut connection).await.expect_err("it may read");
    is("not allowed", "NOPERM", &error);
}

/// classify-13.
#[test]
fn invalid_client() {
    let error = Client::open("http://127.0.0.1/").expect_err("no redis");
    shows("redis", "invalid client", error.classify());
}

/// classify-13.
#[tokio::test]
async fn out_of_memory() {
    let Some(redis) = Redis::start("").await else { return };
    redis.ask("CONFIG SET maxmemory 1").await.expect("a setting");
    is("out of memory", "OOM", &redis.error("SET a 1").await);
}

/// classify-13.
#[tokio::test]
async fn wrong_password() {
    let Some(redis) = Redis::start("").await else { return };
    let mut before = redis.connect().await.expect("a connection");
    words("CONFIG SET requirepass right").query_async::<Value>(&mut before).await.expect("a setting");
    let client = Client::open(format!("{}?pass=wrong", redis.url())).expect("a client");
    let error = client.get_multiplexed_async_connection().await.expect_err("a wrong password");
    assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{error:?}");
    shows("redis", "wrong password", error.classify());
}

/// classify-13: and what answers is a web server.
#[tokio::test]
async fn value_of_another_type() {
    let port = speaks("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let client = Client::open(format!("redis://127.0.0.1:{port}/")).expect("a client");
    let error = client.get_multiplexed_async_connection().await.expect_err("no redis");
    shows("redis", "value of another type", error.classify());

    let Some(redis) = Redis::start("").await else { return };
    redis.ask("SET a text").await.expect("a key");
    let mut connection = redis.connect().await.expect("a connection");
    let error = words("GET a").query_async::<u32>(&mut connection).await.expect_err("no number");
    shows("redis", "value of another type", error.classify());
}
