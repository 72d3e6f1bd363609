//! wrk, the client: <https://github.com/wg/wrk>. Its users are those of `users.lua`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

/// How the users behave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Users {
    pub(crate) number: usize,
    /// How long each of them thinks between an answer and the next request, in the mean, in milliseconds.
    pub(crate) think: u64,
    /// How long an answer may take, in milliseconds.
    pub(crate) patience: u64,
    /// Seconds that are played, and those at the beginning that are not counted.
    pub(crate) seconds: u64,
    pub(crate) warm: u64,
}

/// What they got.
#[derive(Clone, Debug, Default)]
pub(crate) struct Got {
    figures: BTreeMap<String, f64>,
    /// Milliseconds that an answer took, and how many took that.
    answers: BTreeMap<u32, u32>,
}

impl Got {
    fn parse(output: &str) -> Self {
        let mut got = Self::default();
        for line in output.lines() {
            match *line.split(' ').collect::<Vec<_>>() {
                ["FIGURE", name, value] => _ = got.figures.insert(name.to_owned(), value.parse().unwrap_or(f64::NAN)),
                ["ANSWERS", took, count] => {
                    _ = got.answers.insert(took.parse().unwrap_or(u32::MAX), count.parse().unwrap_or(0));
                }
                _ => {}
            }
        }
        got
    }

    /// Returns a figure of `users.lua`, 0 if there is none.
    pub(crate) fn count(&self, name: &str) -> f64 {
        self.figures.get(name).copied().unwrap_or(0.0)
    }

    /// Returns the same for each second that was counted.
    pub(crate) fn rate(&self, name: &str) -> f64 {
        self.count(name) * 1e6 / self.count("micros").max(1.0)
    }

    /// Returns how long answers took, at a percentile, in milliseconds.
    pub(crate) fn percentile(&self, part: f64) -> f64 {
        let mut left = part * self.answers.values().map(|count| f64::from(*count)).sum::<f64>();
        let found = self.answers.iter().find(|(_, count)| {
            left -= f64::from(**count);
            left <= 0.0
        });
        found.map_or(f64::NAN, |(took, _)| f64::from(*took))
    }
}

/// True if wrk can be run.
pub(crate) fn is_installed() -> bool {
    Command::new("wrk").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Lets users come to a server.
pub(crate) fn run(address: SocketAddr, users: Users) -> Result<Got, String> {
    let Users { number, think, patience, seconds, warm } = users;
    let mut wrk = Command::new("wrk");
    // One thread is enough for some thousands of requests a second. wrk's own time limit only counts, and ours is the patience.
    wrk.args(["-t1", "--timeout", "60s", &format!("-c{number}"), &format!("-d{seconds}s")]);
    wrk.args(["-s", concat!(env!("CARGO_MANIFEST_DIR"), "/users.lua"), &format!("http://{address}/"), "--"]);
    wrk.args([think, patience, warm].map(|argument| argument.to_string()));
    let output = wrk.output().map_err(|error| format!("wrk did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("wrk failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(Got::parse(&String::from_utf8_lossy(&output.stdout)))
}
