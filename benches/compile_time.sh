#!/usr/bin/env bash
# What the attribute costs at compile time: a crate of so many functions (200) without it, and the same with it; and with retries and
# a timeout written by hand, as a generic function that is given a closure. CPU seconds (user + sys, so that other load matters
# little) of building the crate alone, its dependencies being built; lines of expansion.
# Usage: benches/compile_time.sh [FUNCTIONS]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
functions=${1:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What is not made anew costs nothing.
export CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0

crate() { # name, then the attribute of every function, or `by hand`
  mkdir -p "$work/$1/src"
  cat > "$work/$1/Cargo.toml" <<TOML
[package]
name = "$1"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
recourse-rs = { path = "$root/recourse" }
tokio = { version = "1", features = ["rt", "time"] }
TOML
  cp "$root/Cargo.lock" "$work/$1/Cargo.lock"
  python3 - "$functions" "$2" > "$work/$1/src/lib.rs" <<'PY'
import sys
print("pub struct Client; pub type Id = u64;")
print("pub async fn send(_: &str, id: Id) -> Result<String, std::io::Error> { tokio::task::yield_now().await; Ok(id.to_string()) }")
by_hand = sys.argv[2] == "by hand"
if by_hand:
    print("""async fn retry<T, F: Future<Output = Result<T, std::io::Error>>>(mut attempt: impl FnMut() -> F) -> Result<T, std::io::Error> {
    let mut delay = std::time::Duration::from_millis(10);
    let attempts = async {
        for _ in 1..3 {
            if let Ok(value) = attempt().await { return Ok(value); }
            tokio::time::sleep(delay).await;
            delay *= 2;
        }
        attempt().await
    };
    match tokio::time::timeout(std::time::Duration::from_secs(2), attempts).await {
        Ok(result) => result,
        Err(_) => Err(std::io::ErrorKind::TimedOut.into()),
    }
}""")
print("impl Client {")
for n in range(int(sys.argv[1])):
    attribute, before, after = (sys.argv[2].replace("NAME", str(n)), "", "")
    if by_hand:
        attribute, before, after = ("", "retry(|| { let fields = fields.clone(); async move {", "} }).await")
    print(f"""    {attribute}
    pub async fn get_{n}(&self, id: Id, fields: Vec<String>) -> Result<String, std::io::Error> {{ {before}
        let path = format!("/users/{{}}", fields.len());
        let answer = send(&path, id).await?;
        Ok(answer)
    {after} }}""")
# Whoever calls them makes code of them: an async fn that nobody calls is only checked.
print("}\npub async fn all(client: &Client) -> Result<(), std::io::Error> {")
for n in range(int(sys.argv[1])):
    print(f"    Box::pin(client.get_{n}({n}, Vec::new())).await?;")
print("    Ok(())\n}\npub fn run() { tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(all(&Client)).unwrap(); }")
PY
}

cpu() { # name, then the cargo command: CPU seconds of the crate alone
  (
    cd "$work/$1"
    cargo "${@:2}" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    touch src/lib.rs
    TIMEFORMAT='%U %S'
    { time cargo "${@:2}" > "$work/log" 2>&1; } 2>&1 | awk '{ printf "%.2f", $1 + $2 }'
  )
}

crate plain ''
crate by_hand 'by hand'
crate retrying '#[recourse::resilient(key = "users.get_NAME", retry = "3 attempts, exponential 10ms..250ms", timeout = "2s")]'
crate whole '#[recourse::resilient(key = "users.get_NAME", retry = "3 attempts", hedge = "p99", circuit = "defaults", timeout = "2s")]'

printf '%-10s %10s %10s %10s %18s\n' "$functions fns" check build release 'lines of expansion'
for name in plain by_hand retrying whole; do
  # The expansion as rustc prints it, of each attribute beyond the function itself.
  lines=$(cd "$work/$name" && RUSTC_BOOTSTRAP=1 cargo rustc -q --lib -- -Zunpretty=expanded 2> /dev/null | wc -l)
  [ "$name" = plain ] && plain=$lines
  printf '%-10s %10s %10s %10s %18s\n' "$name" "$(cpu "$name" check)" "$(cpu "$name" build)" "$(cpu "$name" build --release)" \
    "$(((lines - plain) / functions))"
done
echo "(CPU seconds of building the crate; per 100 attributes: the difference to plain, times 100 over $functions)"
