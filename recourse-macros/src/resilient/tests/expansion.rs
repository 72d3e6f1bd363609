//! Whole expansions, input beside output. `UPDATE_EXPECT=1 cargo test -p recourse-rs-macros` writes them anew.

use super::{expanded, tokens, without_spaces};
use expect_test::{ExpectFile, expect_file};

fn check(arguments: &str, item: &str, expected: &ExpectFile) {
    let attribute = if arguments.is_empty() { "#[resilient]".to_owned() } else { format!("#[resilient({arguments})]") };
    let output = expanded(arguments, item);
    expected.assert_eq(&format!("// Input\n\n{attribute}\n{}\n\n// Expansion\n\n{output}", item.trim()));
}

#[test]
fn a_typical_method_is_one_static_and_a_short_loop() {
    check(
        r#"key = "users.get", retry = "3 attempts, exponential 10ms..250ms", hedge = "p99", circuit = "defaults", timeout = "2s""#,
        r"
/// Reads a user.
pub(crate) async fn get_user(&self, id: UserId, fields: &[Field]) -> Result<User, ApiError> {
    self.client.get(id, fields).await
}",
        &expect_file!["../../snapshots/method.rs"],
    );
}

#[test]
fn without_repetition_there_is_no_loop_and_no_clone() {
    check(
        r#"timeout = "1500ms", circuit = "5 failures in 10s, cooldown 1s..30s", classify = ApiError::class"#,
        r"
async fn upload(mut self, (name, body): (String, Body)) -> Result<(), ApiError> {
    self.put(name, body).await
}",
        &expect_file!["../../snapshots/once.rs"],
    );
}

#[test]
fn every_kind_of_parameter() {
    check(
        r"policy = policies::READS, retry = policies::FAST, retry_if = is_transient, on_reject = Error::from_rejected,
           executor = self.executor, crate = crate::facade::recourse",
        EVERY_PARAMETER,
        &expect_file!["../../snapshots/parameters.rs"],
    );
}

#[test]
fn a_trigger_of_the_users_is_borrowed() {
    check(
        r#"hedge = my::TRIGGER, executor = self.executor, timeout = "2s""#,
        r"
async fn search(&self, query: String) -> Result<Page, ApiError> {
    self.index.search(query).await
}",
        &expect_file!["../../snapshots/trigger.rs"],
    );
}

#[test]
fn a_key_with_arguments_and_a_fallback() {
    check(
        r#"key = "db.{self.region}.{shard}", retry = "3 attempts", fallback = Self::by_replica"#,
        r"
async fn load(&self, shard: u16, _: Hint) -> Result<Row, DbError> {
    self.shards.load(shard).await
}",
        &expect_file!["../../snapshots/fallback.rs"],
    );
}

#[test]
fn what_is_borrowed_mutably_is_lent_to_one_attempt_after_the_other() {
    check(
        r#"retry = "3 attempts""#,
        r#"
async fn read(&mut self, buffer: &mut Vec<u8>, mut socket: Pin<&mut Socket>, [first, ..]: &mut [u8; 4]) -> io::Result<usize> {
    *first = socket.as_mut().kind();
    debug!("{self:?}");
    self.fill(socket, buffer).await
}"#,
        &expect_file!["../../snapshots/lent.rs"],
    );
}

#[test]
fn a_function_that_returns_a_future() {
    check(
        r#"retry = "3 attempts""#,
        r"
fn load<'a>(&'a self, id: Id) -> Pin<Box<dyn Future<Output = Result<Row, DbError>> + Send + 'a>> {
    Box::pin(async move { self.shards.load(id).await })
}",
        &expect_file!["../../snapshots/boxed.rs"],
    );
}

/// Statements before its block are part of each attempt.
#[test]
fn a_function_that_makes_a_future() {
    check(
        r#"timeout = "2s""#,
        r"
fn load(&self, id: Id) -> impl Future<Output = Result<Row, DbError>> + Send {
    let shard = self.shard_of(id);
    async move { shard.load(id).await }
}",
        &expect_file!["../../snapshots/made.rs"],
    );
}

const EVERY_PARAMETER: &str = r"
#[tracing::instrument]
async fn every<'a, T: Clone>(
    self: Arc<Self>,
    plain: T,
    mut changed: Vec<u8>,
    borrowed: &'a str,
    mut cursor: &'a [u8],
    pinned: Pin<&Self>,
    _: Guard,
    _ignored: u8,
    (left, mut right): (String, u8),
    &(x, y): &(u8, u8),
    #[cfg(unix)]
    #[expect(unused_variables)]
    socket: Socket,
) -> Result<impl Iterator<Item = &'a T>, Error>
where
    T: 'a,
{
    #![allow(clippy::too_many_arguments)]
    const LIMIT: usize = 3;
    Ok(self.all(LIMIT).await?)
}";

/// Texts become the builder calls a person would write, without what is the default anyway.
#[test]
fn texts_become_builder_calls() {
    for (option, built) in [
        (r#"retry = "defaults""#, "RetryPolicy::attempts(3)"),
        (r#"retry = "5 attempts, no delay""#, "RetryPolicy::attempts(5).no_delay()"),
        (r#"retry = "2 attempts, fixed 1500us""#, "RetryPolicy::attempts(2).fixed(Duration::from_micros(1500))"),
        (
            r#"retry = "2 attempts, fixed 1s, equal jitter""#,
            "RetryPolicy::attempts(2).fixed(Duration::from_secs(1)).jitter(Jitter::Equal)",
        ),
        (
            r#"retry = "2 attempts, linear 5ms..30s, no jitter""#,
            "RetryPolicy::attempts(2).linear(Duration::from_millis(5),Duration::from_secs(30)).jitter(Jitter::None)",
        ),
        (
            r#"retry = "forever, fixed 5ms, pushback up to 5ms, fresh after 6ms""#,
            "RetryPolicy::forever().fixed(Duration::from_millis(5)).pushback_up_to(Duration::from_millis(5))\
             .fresh_after(Duration::from_millis(6))",
        ),
        (
            r#"retry = "4 attempts, exponential 10ms..1s x1.5, decorrelated jitter""#,
            "RetryPolicy::attempts(4).exponential(Duration::from_millis(10),Duration::from_secs(1))\
             .factor(Factor::from_thousandths(1500)).jitter(Jitter::Decorrelated)",
        ),
        (r#"hedge = "50ms, at most 1""#, "HedgePolicy::after(Duration::from_millis(50)).at_most(1)"),
        (
            r#"hedge = "p95 or 200ms, budget 10%, fail slow""#,
            "HedgePolicy::percentile(95).or(Duration::from_millis(200)).budget(BudgetPolicy::percent(10)).fail_slow()",
        ),
        (r#"circuit = "none""#, "CircuitPolicy::none()"),
        (r#"circuit = "sensitive""#, "CircuitPolicy::failures(5).within(Duration::from_secs(10))"),
        (
            r#"circuit = "30% of 50 in 20s, slow 2s, 2 probes, 5 successes""#,
            "CircuitPolicy::rate(30,50,Duration::from_secs(20)).slow(Duration::from_secs(2)).probes(2).successes(5)",
        ),
        (r#"retry = "defaults", budget = "10% + 5/s""#, "BudgetPolicy::percent(10).per_second(5)"),
        (r#"retry = "defaults", budget = "none""#, "BudgetPolicy::none()"),
    ] {
        let output = without_spaces(&tokens(option, "async fn f() -> R { x }").to_string());
        let output = output.replace("::recourse::__private::", "").replace("::core::time::", "");
        assert!(output.contains(&format!("({built})")), "{option}\n{output}");
    }
}
