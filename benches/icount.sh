#!/usr/bin/env bash
# Instructions per call by valgrind's callgrind, the same on every run: the difference of two counts over the difference of
# their lengths leaves out everything that happens once. Usage: benches/icount.sh [--sampled] [CASE...] (see `--list`).
# `benches/icount.sh --budget` fails if a call that succeeds at once has become longer than it may: see `budget` below.
set -euo pipefail
cd "$(dirname "$0")/.."
# The profile of the workspace counts, whatever else is set for quicker builds.
unset CARGO_PROFILE_RELEASE_LTO CARGO_PROFILE_RELEASE_CODEGEN_UNITS
bin=$(cargo bench -q -p recourse-benches --bench targets --no-run --message-format=json |
  python3 -c 'import json,sys; print([m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable")][-1])')
# The most instructions that a call may run, for the compiler in rust-toolchain.toml. Whoever raises one says in the commit what it buys.
budget="nothing=94
retry=100
circuit=102
retry+timeout=104
retry+timeout+budget+circuit=108
retry in retry+timeout=236"
lo=1024 hi=9216 # a whole number of turns of the latency ring, and of its sampling
sampled=()
if [ "${1-}" = --sampled ]; then
  sampled=(--sampled)
  shift
fi
count() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='*counted_for_callgrind*' "$bin" --count "$1" "$2" "${sampled[@]}" 2>&1 >/dev/null |
    sed -n 's/.*Collected : //p'
}
per_call() { echo $((($(count $hi "$1") - $(count $lo "$1")) / (hi - lo))); }
if [ "${1-}" = --budget ]; then
  failed=0
  while IFS='=' read -r case most; do
    counted=$(per_call "$case")
    printf '%-36s %s of at most %s\n' "$case" "$counted" "$most"
    [ "$counted" -le "$most" ] || failed=1
  done <<<"$budget"
  exit $failed
fi
if [ $# -eq 0 ]; then
  set -- bare nothing retry "retry, policy replaced" "retry, policy taken back" retry+timeout "retry in retry+timeout" "retry in retry" retry+timeouts+budget backon "loop+tokio timeout" "three failures" \
    "hedge p99" "retry+hedge p99" "tracker: observe + read" "tracker: observe + read, kept" "tracker: snapshot" \
    "bare, pending" "retry+timeout, pending" "loop+tokio timeout, pending" "hedge p99, pending" "retry+hedge p99, pending" \
    "hedge fired at once, pending" circuit "rate circuit" retry+timeout+circuit retry+timeout+budget+circuit \
    "retry+timeout+budget+rate circuit" "retry+hedge p99+circuit" "retry+hedge p99+rate circuit" "open circuit" \
    "retry+timeout+circuit, pending" "retry+hedge p99+circuit, pending" "breaker: allow + success" \
    "rate breaker: allow + success" "open breaker: refuse" "closure, no provider" "closure, 1 pattern" "closure, 1,000 patterns" "closure, 1,000 patterns, none matches" "retry, with"
fi
printf '%-36s %s\n' case instructions/call
for case in "$@"; do
  printf '%-36s %s\n' "$case" "$(per_call "$case")"
done
