//! Latencies of a key, and how the tests' own tracker reads them: plainly, from a sorted copy of them all.
//!
//! The tracker that stands in the executor of a script is this one behind a lock, so percentiles are not part of what is compared; which
//! latencies are recorded is.

use crate::record::Ns;

#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies {
    /// There is no percentile below this number.
    pub(crate) least: usize,
    pub(crate) seen: Vec<(Ns, Ns)>,
}

impl Latencies {
    pub(crate) fn percentile(&self, percentile: u32) -> Option<Ns> {
        if self.seen.len() < self.least {
            return None;
        }
        let mut sorted: Vec<Ns> = self.seen.iter().map(|(latency, _)| *latency).collect();
        sorted.sort_unstable();
        sorted.get((sorted.len().max(1) - 1) * percentile as usize / 100).copied()
    }
}
