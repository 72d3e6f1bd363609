#!/usr/bin/env bash
# How long a user builds for each feature of the runtime: processor seconds of a cold debug build of a crate that depends on it alone, written
# to features.csv. Processor time, since the clock on the wall says more about the machine's other work.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-target}/features
features=$(python3 -c 'import tomllib; print(*(name for name in tomllib.load(open("recourse/Cargo.toml", "rb"))["features"] if name != "default"))')
{
  echo feature,seconds
  for feature in none $features; do
    rm -rf "$target"
    arguments=(build --quiet --locked --package recourse-rs)
    [ "$feature" = none ] || arguments+=(--features "$feature")
    times=$({ TIMEFORMAT='%U %S'; time CARGO_TARGET_DIR=$target CARGO_INCREMENTAL=0 cargo "${arguments[@]}" </dev/null; } 2>&1 | tail -1)
    echo "$feature,$(python3 -c "print(round(sum(map(float, '$times'.split()))))")"
  done
} | tee benches/features.csv
rm -rf "$target"
