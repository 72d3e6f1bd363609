//! Whole expansions, input beside output. `UPDATE_EXPECT=1 cargo test -p recourse-macros` writes them anew.

use super::expanded;
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
