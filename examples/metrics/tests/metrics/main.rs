//! What the shop tells a real Prometheus, and what the dashboard and the alert rules make of it.
//!
//! No test waits for a time to pass: each asks Prometheus again until it has scraped what was counted.

use recourse::observe::{CallInfo, CallTotals, Observer, Wanted};
use recourse::{Executor, context};
use serde_json::Value;
use shop::{Dependencies, count, price, router, stock};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Finds a tool. Without it the test is over, and under `RECOURSE_REQUIRE_TOOLS` it has failed.
fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file: &PathBuf| Path::exists(file));
    if found.is_none() {
        let says = format!("{name} is not installed (Debian: `apt-get install prometheus`): not tested");
        assert!(std::env::var_os("RECOURSE_REQUIRE_TOOLS").is_none(), "{says}");
        eprintln!("{says}");
    }
    found
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A Prometheus in a folder of its own, which ends with the test.
struct Prometheus {
    shell: Child,
    url: String,
    client: reqwest::Client,
}

impl Prometheus {
    /// Starts a Prometheus that scrapes this address, and evaluates the rules, five times a second.
    fn start(target: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let script = format!(
            "set -e\ndir=$(mktemp -d)\ntrap 'kill $pid 2>/dev/null || true; wait $pid || true; rm -rf \"$dir\"' EXIT\n\
             cp '{rules}' \"$dir/alerts.yaml\"\ncat > \"$dir/prometheus.yaml\" <<'CONFIG'\n\
             global: {{scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}}\n\
             rule_files: [alerts.yaml]\nscrape_configs:\n\
             \x20 - job_name: shop\n    static_configs:\n      - targets: ['{target}']\nCONFIG\n\
             prometheus --config.file=\"$dir/prometheus.yaml\" --storage.tsdb.path=\"$dir/data\" \
             --web.listen-address=127.0.0.1:{port} --log.level=error >/dev/null &\npid=$!\necho started\nread -r _ || true",
            rules = file("alerts.yaml").display(),
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = command.spawn().expect("a shell");
        let mut line = String::new();
        BufReader::new(shell.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        Self { shell, url: format!("http://127.0.0.1:{port}"), client: reqwest::Client::new() }
    }

    /// Returns the rows of a query; `None` while Prometheus does not answer.
    async fn ask(&self, query: &str) -> Option<Vec<Value>> {
        let mut url = reqwest::Url::parse(&format!("{}/api/v1/query", self.url)).expect("a URL");
        url.query_pairs_mut().append_pair("query", query);
        let answer = self.client.get(url).send().await.ok()?.text().await.ok()?;
        let answer: Value = serde_json::from_str(&answer).ok()?;
        assert_ne!(answer["status"], "error", "{query}: {answer}");
        Some(answer["data"]["result"].as_array()?.clone())
    }

    /// Asks until the sum of the rows is this number.
    async fn until(&self, query: &str, wanted: f64) {
        let mut last = None;
        for _ in 0..6_000 {
            last = self.ask(query).await.map(|rows| rows.iter().map(value).sum::<f64>());
            if last.is_some_and(|sum| (sum - wanted).abs() < 1e-6) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{query} is {last:?}, and not {wanted}");
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// The value of a row, which is a text in Prometheus's JSON.
fn value(row: &Value) -> f64 {
    row["value"][1].as_str().and_then(|text| text.parse().ok()).expect("a number")
}

/// Makes calls of the shop, so that of ten requests two fail: ten calls are twelve requests.
async fn amplified(dependencies: &Arc<Dependencies>) {
    dependencies.fails_every.store(6, Ordering::Relaxed);
    for _ in 0..10 {
        stock(7, dependencies).await.expect("the second attempt succeeds");
    }
    dependencies.fails_every.store(0, Ordering::Relaxed);
}

/// Makes the calls of a bad day: each alert has a reason.
async fn bad_day(dependencies: &Arc<Dependencies>, round: u32) {
    // So many that there is a percentile.
    for _ in 0..60 {
        price(dependencies).await.expect("a price");
    }
    // Hedges that never win, and so many time-outs that the adaptive limit falls.
    dependencies.slow.store(2, Ordering::Relaxed);
    for _ in 0..8 {
        let _ = tokio::join!(price(dependencies), price(dependencies), price(dependencies), price(dependencies));
    }
    dependencies.slow.store(0, Ordering::Relaxed);
    // Failures, until the budget is spent and a circuit opens; then refusals.
    dependencies.fails_every.store(1, Ordering::Relaxed);
    for shard in [2 * round, 2 * round + 1] {
        for _ in 0..45 {
            stock(shard, dependencies).await.unwrap_err();
        }
    }
    dependencies.fails_every.store(0, Ordering::Relaxed);
    // Work that expired before it began.
    for _ in 0..60 {
        context::within(Duration::ZERO, stock(1, dependencies)).await.unwrap_err();
    }
}

#[derive(Debug)]
struct Panics;

impl Observer for Panics {
    fn wants(&self) -> Wanted {
        Wanted::Totals
    }
    fn call_totals(&self, call: &CallInfo, _: &CallTotals) {
        assert!(call.name() != "price", "an observer that panics, for its alert");
    }
}

/// observe-16, observe-17.
#[tokio::test]
async fn a_real_prometheus_answers_every_query_of_the_dashboard_and_the_rules() {
    if tool("prometheus").is_none() {
        return;
    }
    let dependencies = Arc::new(Dependencies::default());
    let handle = count().expect("no other exporter");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let target = listener.local_addr().expect("an address").to_string();
    let service = router(dependencies.clone(), handle);
    tokio::spawn(async move { axum::serve(listener, service).await });
    let prometheus = Prometheus::start(&target);

    // Twice, since a rate needs two scrapes. The server counts twelve requests for ten calls, and so does Prometheus.
    amplified(&dependencies).await;
    prometheus.until("resilience_calls_total{call=\"stock.{shard}\"}", 10.0).await;
    amplified(&dependencies).await;
    prometheus.until("resilience_calls_total{call=\"stock.{shard}\"}", 20.0).await;
    assert_eq!(dependencies.asked.load(Ordering::Relaxed), 24);
    prometheus
        .until(
            "sum by (call) (rate(resilience_attempts_total[1m])) / sum by (call) (rate(resilience_calls_total[1m]))",
            1.2,
        )
        .await;
    prometheus.until("resilience:amplification:ratio", 1.2).await;

    std::panic::set_hook(Box::new(|_| {}));
    Executor::global().add_observer(Panics);
    for round in 1..=2 {
        bad_day(&dependencies, round).await;
        prometheus.until("sum(resilience_rejections_total{kind=\"expired\"})", f64::from(60 * round)).await;
    }
    drop(std::panic::take_hook());

    let dashboard = std::fs::read_to_string(file("dashboard.json")).expect("the dashboard");
    let dashboard: Value = serde_json::from_str(&dashboard).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let queries = panels.iter().flat_map(|panel| panel["targets"].as_array().expect("queries"));
    let mut empty = Vec::new();
    let mut asked = 0;
    for query in queries.map(|target| target["expr"].as_str().expect("a query")) {
        let query = query.replace("$__rate_interval", "1m").replace("$call", ".*");
        let rows = prometheus.ask(&query).await.expect("an answer");
        asked += 1;
        if rows.iter().all(|row| value(row).is_nan()) {
            empty.push(query);
        }
    }
    assert!(asked >= 18 && empty.is_empty(), "no rows: {empty:#?}");

    // Prometheus has evaluated the rules itself: each alert is pending or fires.
    let rules = std::fs::read_to_string(file("alerts.yaml")).expect("the rules");
    let alerts = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    let mut told = 0;
    for alert in alerts {
        prometheus.until(&format!("count(count by (alertname) (ALERTS{{alertname=\"{alert}\"}}))"), 1.0).await;
        told += 1;
    }
    assert!(told >= 7);
}

/// observe-17: the rules as Prometheus's own tool checks and tests them.
#[test]
fn promtool_has_nothing_to_say_against_the_rules() {
    let Some(promtool) = tool("promtool") else { return };
    for arguments in [["check", "rules", "alerts.yaml"], ["test", "rules", "alerts.test.yaml"]] {
        let ran = Command::new(&promtool).args(arguments).current_dir(file("")).output().expect("promtool runs");
        assert!(
            ran.status.success(),
            "{}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
    }
}
