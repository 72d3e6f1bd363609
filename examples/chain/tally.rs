//! What happened in one run, and its figures.

use std::ops::Range;
use std::time::Duration;

/// A fifth of a second.
const BINS: usize = 5;

/// Users and work, by the moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Users who began in each bin, and those of them who were answered in time.
    users: Vec<(u32, u32)>,
    /// The answers in each bin.
    answers: Vec<u32>,
    /// C's work that ended in each bin, in seconds: all of it, and that for users who were gone.
    work: Vec<(f64, f64)>,
}

impl Tally {
    pub(crate) fn user(&mut self, began: Duration, ended: Duration, answered: bool) {
        let bin = at(&mut self.users, began);
        bin.0 += 1;
        if answered {
            bin.1 += 1;
            *at(&mut self.answers, ended) += 1;
        }
    }

    pub(crate) fn worked(&mut self, ended: Duration, time: Duration, gone: bool) {
        let bin = at(&mut self.work, ended);
        bin.0 += time.as_secs_f64();
        if gone {
            bin.1 += time.as_secs_f64();
        }
    }

    /// The answers of each second, with its middle.
    pub(crate) fn goodput(&self) -> Vec<(f64, f64)> {
        let mut answers = self.answers.clone();
        // Also when nobody is answered any more.
        answers.resize(self.users.len().max(answers.len()), 0);
        let seconds = answers.chunks(BINS).enumerate();
        seconds.map(|(second, bins)| (count(second) + 0.5, f64::from(bins.iter().sum::<u32>()))).collect()
    }

    /// The figures of a run of this many seconds.
    pub(crate) fn figures(&self, brown_out: &Range<f64>, run: f64, reduced: f64) -> Figures {
        let bins = |from: f64, to: f64| (bin_of(from), bin_of(to));
        let whole = self.gone(bins(0.0, run));
        let within = self.gone(bins(brown_out.start, brown_out.end));
        let (from, to) = bins(brown_out.start, brown_out.end);
        let answered: u32 = self.answers.iter().take(to).skip(from).sum();
        // The last users have not had their time yet.
        let (from, to) = bins(brown_out.end, run - 1.0);
        let after: Vec<(u32, u32)> = self.users.iter().take(to).skip(from).copied().collect();
        let (asked, served) = after.iter().fold((0, 0), |(asked, served), bin| (asked + bin.0, served + bin.1));
        // Healed once nearly everybody is answered, and from then on. One more may be missing, since a bin may be small.
        let is_bad = |(asked, served): &(u32, u32)| {
            *asked > 0 && (*served == 0 || f64::from(*served + 1) < 0.97 * f64::from(*asked))
        };
        let last_bad = after.iter().rposition(is_bad);
        let last = after.iter().rposition(|(asked, _)| *asked > 0);
        let healed = last_bad.map_or(0.0, |bin| count(bin + 1) / count(BINS));
        Figures {
            gone: whole,
            gone_within: within,
            answered_within: f64::from(answered) / ((brown_out.end - brown_out.start) * reduced),
            healed: if last_bad.is_some() && last_bad == last { f64::INFINITY } else { healed },
            answered_after: f64::from(served) / f64::from(asked.max(1)),
        }
    }

    fn gone(&self, (from, to): (usize, usize)) -> f64 {
        let bins = self.work.iter().take(to).skip(from);
        let (all, gone) = bins.fold((0.0, 0.0), |(all, gone), bin| (all + bin.0, gone + bin.1));
        gone / f64::max(all, f64::MIN_POSITIVE)
    }
}

/// What a run comes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// The share of C's work for users who were gone, of the whole run.
    pub(crate) gone: f64,
    /// The same of the brown-out.
    pub(crate) gone_within: f64,
    /// Answers in time within the brown-out, of what C could do.
    pub(crate) answered_within: f64,
    /// Seconds from the end of the brown-out until nearly everybody is answered; infinite if that was never.
    pub(crate) healed: f64,
    /// The share of users who were answered, of those who came after the brown-out.
    pub(crate) answered_after: f64,
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a run")]
fn bin_of(second: f64) -> usize {
    (second * count(BINS)).round() as usize
}

fn at<T: Clone + Default>(bins: &mut Vec<T>, moment: Duration) -> &mut T {
    let bin = usize::try_from(moment.as_millis()).unwrap_or_default() * BINS / 1_000;
    if bins.len() <= bin {
        bins.resize(bin + 1, T::default());
    }
    &mut bins[bin]
}

#[expect(clippy::cast_precision_loss, reason = "nobody waits for 2^52 bins")]
pub(crate) fn count(many: usize) -> f64 {
    many as f64
}
