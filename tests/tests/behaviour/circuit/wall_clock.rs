//! circuit-11: a wall clock that is set neither opens nor closes a circuit, and does not make it wait longer.
//!
//! Runs itself again under libfaketime, which moves the wall clock of a running process. Without that library it says so and
//! passes; with `RECOURSE_REQUIRE_TOOLS=1`, as in CI, it fails.

use recourse::circuit::{CircuitBreaker, CountingBreaker, State};
use recourse::time::Instant;
use recourse::{CircuitPolicy, Class};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// Where the child finds the file that sets its wall clock.
const CLOCK: &str = "RECOURSE_WALL_CLOCK";
const HOUR: Duration = Duration::from_secs(3_600);

/// Where Debian puts it, whatever the machine is.
fn library() -> Option<PathBuf> {
    let lib = std::fs::read_dir("/usr/lib").ok()?;
    let places = lib.flatten().map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    places.chain([PathBuf::from("/usr/lib/faketime/libfaketime.so.1")]).find(|place| place.exists())
}

#[test]
fn a_wall_clock_that_jumps_does_nothing_to_a_breaker() {
    let Some(library) = library() else {
        let says = "libfaketime is not installed (Debian: `apt-get install libfaketime`): not tested";
        assert!(std::env::var_os("RECOURSE_REQUIRE_TOOLS").is_none(), "{says}");
        eprintln!("{says}");
        return;
    };
    let clock = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("wall-clock-{}", std::process::id()));
    std::fs::write(&clock, "+0").expect("the target folder can be written to");
    let child = Command::new(std::env::current_exe().expect("this very binary"))
        .args(["--exact", "circuit::wall_clock::under_a_wall_clock_that_jumps", "--ignored", "--nocapture"])
        .env("LD_PRELOAD", library)
        .env("FAKETIME_TIMESTAMP_FILE", &clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env(CLOCK, &clock)
        .output()
        .expect("it runs");
    let _ = std::fs::remove_file(&clock);
    let said = format!("{}{}", String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

/// What the test above runs, in a process of its own.
#[test]
#[ignore = "run by the test above, under a clock that jumps"]
fn under_a_wall_clock_that_jumps() {
    let clock = std::env::var_os(CLOCK).expect("run by the test above");
    let set = |offset: &str| std::fs::write(&clock, offset).expect("the file of the clock");
    let longest = Duration::from_secs(300);
    let policy = CircuitPolicy::failures(1).cooldown(longest).successes(1);
    let breaker = CountingBreaker::new(policy).expect("it counts failures");
    let (wall, now) = (SystemTime::now(), Instant::now());
    let permit = breaker.allow(now).permit.expect("it is closed");
    breaker.record(permit, Class::RETRYABLE, Duration::ZERO, now);

    for (offset, hours) in [("-1h", -1), ("+1d", 24), ("-3d", -72)] {
        set(offset);
        let jumped = match SystemTime::now().duration_since(wall) {
            Ok(later) if hours > 0 => later > HOUR,
            Err(earlier) if hours < 0 => earlier.duration() > HOUR / 2,
            _ => false,
        };
        assert!(jumped, "the wall clock did not jump to {offset}, so nothing is tested");
        let now = Instant::now();
        let left = breaker.allow(now).retry_after.expect("it is open");
        // A minute for a machine that is slow to get here.
        assert!(left <= longest && left > Duration::from_secs(240), "{left:?} left at {offset}");
        assert_eq!(breaker.state(now), State::Open, "at {offset}");
    }
}
